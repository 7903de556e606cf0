"""Probes are answered in front of Django and say what is wrong."""

import json
import urllib.request

import pytest

from onque.config import health
from onque.config.embedded.process import free_port
from onque.config.wsgi import application


def ask(path: str, **more: str) -> tuple[str, dict]:
    told: list[str] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "HTTP_HOST": "10.1.2.3", **more}
    body = b"".join(application(environ, lambda status, _headers: told.append(status)))
    return told[0], json.loads(body)


def test_healthz_needs_nothing():
    status, said = ask("/healthz")
    assert status == "200 OK"
    assert said["service"] == "all"


@pytest.mark.django_db
def test_readyz_names_its_checks():
    status, said = ask("/readyz")
    assert status == "200 OK"
    assert set(said["checks"].values()) == {"ok"}
    assert {"database", "migrations", "sessions", "broker"} <= set(said["checks"])


@pytest.mark.django_db
def test_readyz_fails_when_a_store_is_gone(settings):
    settings.BROKER_REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    status, said = ask("/readyz")
    assert status == "503 Service Unavailable"
    assert said["checks"]["broker"] == "ConnectionError"
    assert said["checks"]["database"] == "ok"


@pytest.mark.django_db
def test_readyz_fails_while_migrations_are_missing(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: [object()])
    assert ask("/readyz")[1]["checks"]["migrations"] == "1 not applied"


def test_a_service_without_http_answers_probes_too():
    port = free_port()
    server = health.serve_probes("127.0.0.1", port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert json.load(answer)["service"] == "all"
    finally:
        server.shutdown()
        server.server_close()
