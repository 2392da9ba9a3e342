"""Settings refuse nonsense loudly, naming the variable; what makes sense is taken."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crowd.config import environment, places

REAL = {
    "DATABASE_URL": "postgresql://tamis:secret@db.example.org/tamis",
    "TAMIS_SECRET_KEY": "a key of more than thirty-two characters",
}
SETTINGS = "from django.conf import settings; print(getattr(settings, '{}'))"


def started(var: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A new process that reads the settings with these variables and no others of ours."""
    ours = ("TAMIS_", "DATABASE_URL", "REDIS_URL", "AWS_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=places.root(),
        env=plain | {"TAMIS_VAR": str(var)} | variables,
        capture_output=True,
        text=True,
    )


def setting(var: Path, name: str, **variables: str) -> str:
    done = started(var, SETTINGS.format(name), **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


NONSENSE = {
    "TAMIS_DEBUG=yes": {"TAMIS_DEBUG": "yes"},
    "TAMIS_DEBUG=": {"TAMIS_DEBUG": ""},
    "TAMIS_SECRET_KEY=short": {"TAMIS_SECRET_KEY": "short"},
    "TAMIS_SECRET_KEY missing": {"DATABASE_URL": REAL["DATABASE_URL"]},
    "TAMIS_ORIGIN=example.org": {"TAMIS_ORIGIN": "example.org"},
    "TAMIS_ORIGIN=ftp": {"TAMIS_ORIGIN": "ftp://example.org"},
    "TAMIS_ORIGIN with a path": {"TAMIS_ORIGIN": "https://example.org/tamis"},
    "TAMIS_ORIGIN=": {"TAMIS_ORIGIN": ""},
    "DATABASE_URL=mysql": {**REAL, "DATABASE_URL": "mysql://a:secret@b/c"},
    "DATABASE_URL=words": {**REAL, "DATABASE_URL": "my secret database"},
    "REDIS_URL=http": {"REDIS_URL": "http://:secret@example.org"},
    "TAMIS_EMAIL_URL=imap": {"TAMIS_EMAIL_URL": "imap://a:secret@b"},
    "TAMIS_EMAIL_URL with a port of letters": {"TAMIS_EMAIL_URL": "smtp://a:secret@b:mail"},
    "TAMIS_MAX_UPLOAD_MB=0": {"TAMIS_MAX_UPLOAD_MB": "0"},
    "TAMIS_MAX_UPLOAD_MB=2.5": {"TAMIS_MAX_UPLOAD_MB": "2.5"},
    "TAMIS_MAX_PAGES=-1": {"TAMIS_MAX_PAGES": "-1"},
    "TAMIS_MAX_ROWS=many": {"TAMIS_MAX_ROWS": "many"},
    "TAMIS_MAX_ROWS=²": {"TAMIS_MAX_ROWS": "²"},
    "TAMIS_MAX_ENTRIES=0": {"TAMIS_MAX_ENTRIES": "0"},
    "TAMIS_FETCH_SECONDS=forever": {"TAMIS_FETCH_SECONDS": "forever"},
    "TAMIS_FETCH_ALLOW on a real site": {"TAMIS_FETCH_ALLOW": "127.0.0.1:80"},
    "TAMIS_WEB_THREADS=0": {"TAMIS_WEB_THREADS": "0"},
    "TAMIS_WEB_THREADS=999": {"TAMIS_WEB_THREADS": "999"},
    "TAMIS_S3_BUCKET=My Bucket": {"TAMIS_S3_BUCKET": "My Bucket"},
    "TAMIS_S3_ENDPOINT without a bucket": {"TAMIS_S3_ENDPOINT": "https://s3.example.org"},
    "TAMIS_S3_REGION without a bucket": {"TAMIS_S3_REGION": "fr-par"},
    "TAMIS_S3_ENDPOINT=s3.example.org": {
        "TAMIS_S3_BUCKET": "tamis",
        "TAMIS_S3_ENDPOINT": "s3.example.org",
    },
    "TAMIS_S3_ENDPOINT with a password": {
        "TAMIS_S3_BUCKET": "tamis",
        "TAMIS_S3_ENDPOINT": "https://a:secret@b",
    },
    "AWS_SECRET_ACCESS_KEY missing": {"TAMIS_S3_BUCKET": "tamis", "AWS_ACCESS_KEY_ID": "a"},
    "TAMIS_LOG_LEVEL=LOUD": {"TAMIS_LOG_LEVEL": "LOUD"},
}


@pytest.mark.parametrize("named", NONSENSE)
def test_nonsense_is_refused_with_a_sentence_that_names_the_variable(
    named: str, tmp_path: Path
) -> None:
    done = started(tmp_path, SETTINGS.format("DEBUG"), **NONSENSE[named])
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: "), last
    assert re.split("[= ]", named, maxsplit=1)[0] in last
    assert "secret" not in last.replace("TAMIS_SECRET_KEY", "").replace("secret_key", "")


def test_with_nothing_configured_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = setting(tmp_path, "SECRET_KEY")
    assert len(first) >= 50
    assert setting(tmp_path, "SECRET_KEY") == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_two_processes_that_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    code = SETTINGS.format("SECRET_KEY")
    variables = os.environ | {"TAMIS_VAR": str(tmp_path)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=places.root(),
            env=variables,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    keys = {process.communicate()[0].strip() for process in running}
    assert len(keys) == 1
    assert all(keys)
    assert [each.name for each in tmp_path.glob("secret-key*")] == ["secret-key"]


def test_a_key_just_being_made_is_not_read_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that starts while this one has not yet written its key makes the key, and
    this one takes it over."""
    kept = tmp_path / "secret-key"
    theirs: list[str] = []
    made = environment.secrets.token_urlsafe

    def slowly(size: int) -> str:
        monkeypatch.setattr(environment.secrets, "token_urlsafe", made)
        theirs.append(environment.secret_key(kept_in=kept, embedded=True))
        return made(size)

    monkeypatch.setattr(environment.secrets, "token_urlsafe", slowly)
    assert environment.secret_key(kept_in=kept, embedded=True) == theirs[0]
    assert len(theirs[0]) >= 50


def test_what_makes_sense_is_taken(tmp_path: Path) -> None:
    assert setting(tmp_path, "DEBUG") == "False"
    assert setting(tmp_path, "DEBUG", TAMIS_DEBUG="1") == "True"
    https = {"TAMIS_ORIGIN": "https://tamis.example.org/"}
    assert setting(tmp_path, "TAMIS_ORIGIN", **https) == "https://tamis.example.org"
    assert setting(tmp_path, "SESSION_COOKIE_SECURE", **https) == "True"
    assert "tamis.example.org" in setting(tmp_path, "ALLOWED_HOSTS", **https)
    hosts = {"TAMIS_HOSTS": "a.example.org, b.example.org,"}
    assert setting(tmp_path, "ALLOWED_HOSTS", **hosts) == "['a.example.org', 'b.example.org']"
    assert setting(tmp_path, "EMBEDDED", **REAL) == "False"
    assert "secret" in setting(tmp_path, "DATABASES", **REAL)
    mail = {"TAMIS_EMAIL_URL": "smtps://tamis:p%40ss@mail.example.org"}
    assert setting(tmp_path, "EMAIL_HOST_PASSWORD", **mail) == "p@ss"
    assert setting(tmp_path, "EMAIL_PORT", **mail) == "465"
