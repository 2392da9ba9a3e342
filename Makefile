# `make` lists what there is. Everything works from a fresh clone; see README.md.

PYTHONS = python3 python3.14 python3.13 python3.12 python3.11
VENV = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-slow lint types contracts migrations bench bench-consensus chaos messages \
	screenshots clean-data environment environment-dev compiled browser

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# PYTHON=… if it is given, else the environment's own, else the first of the machine's that will do.
define install
@for one in $(or $(PYTHON),$(VENV)/python $(PYTHONS)); do \
	if [ -n "$(PYTHON)" ] || $$one -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; \
	then exec $$one -I crowd/config/launch/environment.py $(1); fi; \
done; \
echo "Tamis needs Python 3.11 or newer, and none was found. Name one: make run PYTHON=…" >&2; exit 1
endef

environment:
	$(call install,requirements.txt)

environment-dev:
	$(call install,requirements-dev.txt)

compiled: environment-dev
	@$(VENV)/python -m crowd.config.launch.messages

browser: environment-dev
	@$(VENV)/python -m tests.chromium

run: environment ## start Tamis here, and print its address
	@$(VENV)/python -m crowd.config.launch

test: lint types contracts migrations compiled browser ## check everything, run all tests but the slow ones
	@$(VENV)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-slow: compiled browser ## run the slow tests: browser journeys, the API, faults
	@$(VENV)/python -m pytest -n 2 --dist loadfile -m slow --ignore tests/faults --ignore tests/test_start.py
	@# What kills processes and counts seconds has the machine for itself.
	@$(VENV)/python -m pytest -m slow tests/faults tests/test_start.py

lint: environment-dev ## ruff: errors and formatting
	@$(VENV)/ruff check --quiet --output-format concise .
	@$(VENV)/ruff format --quiet --check . || { echo "Run: $(VENV)/ruff format ."; exit 1; }

types: environment-dev ## mypy
	@$(VENV)/mypy

contracts: environment-dev
	@$(VENV)/lint-imports --no-logo

migrations: environment-dev
	@$(VENV)/python -m tests.servers makemigrations --check --dry-run

bench: environment-dev ## measure; one thing: make bench WHAT="size --large 100000"
	@$(VENV)/python -m tests.bench $(or $(WHAT),loop)

chaos: environment-dev ## break everything in turn while 32 people play, and check every rule
	@$(VENV)/python -m pytest -m slow -s tests/faults/test_chaos.py

bench-consensus: environment-dev ## measure the cross-check (TRUTH=folder of recorded answers, QUICK=1)
	@$(VENV)/python -m tests.bench.consensus $(if $(TRUTH),--truth $(TRUTH)) $(if $(QUICK),--quick)

messages: environment ## gather what is to be translated, and compile the translations
	@command -v xgettext >/dev/null || { echo "GNU gettext is missing; on Debian or Ubuntu: apt install gettext"; exit 1; }
	@$(VENV)/python manage.py makemessages --locale fr --no-wrap --add-location file \
		--ignore ".venv/*" --ignore "var/*" --ignore "tests/*"
	@# Its date would change the file every time.
	@for one in crowd/locale/*/LC_MESSAGES/*.po; do \
		grep -v '^"POT-Creation-Date' $$one > $$one.new; mv $$one.new $$one; done
	@$(VENV)/python -m crowd.config.launch.messages

screenshots: environment-dev browser ## draw the README's pictures from the running samples
	@$(VENV)/python -m tests.screenshots

clean-data: environment ## delete all data in var/ (asks first)
	@$(VENV)/python -m crowd.config.launch clean-data
