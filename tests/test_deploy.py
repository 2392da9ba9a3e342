"""What is deployed, read as text: no Docker is needed to see that nothing was forgotten."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from crowd.config.launch import children

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["web", "sockets", "worker", "worker-documents", "beat", "migrate"]


def _pins(name: str) -> list[str]:
    lines = (ROOT / name).read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if re.match(r"[A-Za-z]", line)]


def _queues(commands: list[list[str]]) -> set[str]:
    words = [word for command in commands for word in command]
    named = [word.removeprefix("--queues=") for word in words if word.startswith("--queues=")]
    named += [words[at + 1] for at, word in enumerate(words) if word == "-Q"]
    return {queue for names in named for queue in names.split(",")}


def test_every_part_has_a_service_and_a_health_check_but_the_one_that_ends() -> None:
    assert {*OURS, "proxy", "db", "redis"} == set(SERVICES)
    without = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    assert without == {"migrate", "proxy"}


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_a_secret_that_is_not_set_stops_the_start() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("POSTGRES_PASSWORD", "TAMIS_SECRET_KEY", "TAMIS_DOMAIN"):
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_without_privileges(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert "\nUSER tamis\n" in (ROOT / "Dockerfile").read_text()


def test_every_queue_has_a_worker_deployed_and_at_home() -> None:
    used = {entry["options"]["queue"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    used.add(settings.CELERY_TASK_DEFAULT_QUEUE)
    at_home = children.commands(port=8000, node="x", schedule=Path("x"))
    assert _queues([list(command.arguments) for command in at_home]) == used
    assert _queues([SERVICES[name].get("command", []) for name in OURS]) == used


def test_nothing_writes_down_who_visits() -> None:
    at_home = children.commands(port=8000, node="x", schedule=Path("x"))
    webs = [list(each.arguments) for each in at_home if each.name in {"web", "sockets"}]
    webs += [SERVICES[name]["command"] for name in ("web", "sockets")]
    webs.append(re.findall(r'"([^"]+)"', (ROOT / "Dockerfile").read_text().rpartition("CMD ")[2]))
    for command in webs:  # one module serves them all, and it keeps no log of requests
        assert command[1:3] == ["-m", "crowd.config.serve"]
    assert '"log_access": False' in (ROOT / "crowd" / "config" / "serve.py").read_text()
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    assert "exclude http.log.error http.handlers.reverse_proxy" in caddy
    # A site's own `log` is what turns access logs on.
    assert re.findall(r"^\t?log\b.*", caddy, re.MULTILINE) == ["\tlog default {"]


def test_every_library_is_pinned_to_one_version() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in _pins(name)), name
    names = [pin.split("==")[0].lower() for pin in _pins("requirements.txt")]
    assert len(names) == len(set(names))


def test_the_image_holds_every_top_level_package_and_nothing_private() -> None:
    kept = (ROOT / ".dockerignore").read_text().split()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= {line[1:] for line in kept if line.startswith("!")}
    assert kept[kept.index("*")] == "*"
    assert not {"!var", "!.env", "!.venv"} & set(kept)


def test_the_public_checks_are_the_local_ones() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    steps = workflow["jobs"]["everything"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert "\nmake test\nmake test-slow\n" in (ROOT / ".ci" / "run").read_text()
