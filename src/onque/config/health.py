"""Probes: `/healthz` says that a process lives, `/readyz` that it can serve, with its reasons.

Answered before any middleware: a probe carries no cookie, may name any host and opens no session.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from typing_extensions import override

from onque.kernel import metrics

OK = "ok"
PROBE_PATHS = ("/healthz", "/readyz")
_migrated = False


@dataclass(frozen=True)
class Report:
    """An answer to a probe: HTTP status and what was found, by check."""

    status: int
    found: Mapping[str, object]

    def body(self) -> bytes:
        """The answer as JSON."""
        return json.dumps(self.found).encode()


def answer(path: str) -> Report:
    """The answer to a probe at one of `PROBE_PATHS`."""
    return alive() if path == "/healthz" else readiness()


def alive() -> Report:
    """Always well: the process answers."""
    return Report(200, {"service": settings.SERVICE, "instance": settings.INSTANCE_ID})


def readiness() -> Report:
    """Well when the database answers, its migrations are applied, and every store answers."""
    checks = {
        "database": _said(_database),
        "migrations": _said(_migrations),
        "sessions": _said(lambda: _redis(settings.SESSIONS_REDIS_URL)),
        "broker": _said(lambda: _redis(settings.BROKER_REDIS_URL)),
        "cache": _said(lambda: _redis(settings.CACHE_REDIS_URL)),
        "channels": _said(lambda: _redis(settings.CHANNELS_REDIS_URL)),
    }
    well = all(said == OK for said in checks.values())
    found = {"service": settings.SERVICE, "instance": settings.INSTANCE_ID, "checks": checks}
    return Report(200 if well else 503, found)


def _said(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as failure:
        return type(failure).__name__


def _database() -> str:
    connection = connections["default"]
    if not connection.in_atomic_block:  # outside a request nobody else drops a dead connection
        connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    """Remembered once applied: a running service never sees its migrations undone."""
    global _migrated  # noqa: PLW0603 - one process asks once
    if not _migrated:
        executor = MigrationExecutor(connections["default"])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            return f"{len(plan)} not applied"
        _migrated = True
    return OK


def _redis(url: str) -> str:
    client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    finally:
        client.close()
    return OK


class _Probes(BaseHTTPRequestHandler):
    """Answers probes for services that speak no HTTP themselves."""

    def do_GET(self) -> None:
        """Answer a probe; everything else is 404."""
        if self.path == metrics.PATH and self._may_scrape():
            self._answer(200, metrics.CONTENT_TYPE, metrics.expose())
            return
        if self.path not in PROBE_PATHS:
            self.send_error(404)
            return
        report = answer(self.path)
        self._answer(report.status, "application/json", report.body())

    def _may_scrape(self) -> bool:
        return metrics.may_scrape(
            self.client_address[0],
            self.headers.get("Authorization", ""),
            forwarded="X-Forwarded-For" in self.headers,
        )

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        connections.close_all()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Probes come every few seconds and are not logged."""


def serve_probes(host: str, port: int) -> ThreadingHTTPServer:
    """Answer probes on a port of their own, in the background, until the process ends."""
    server = ThreadingHTTPServer((host, port), _Probes)
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
    return server
