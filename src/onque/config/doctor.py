"""`onque doctor`: what is configured, reachable and missing, in words."""

import json
import os
import smtplib
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import psycopg
import redis

from onque.config import env

PATIENCE_SECONDS = 3
STORES = ("SESSIONS", "BROKER", "CACHE", "CHANNELS")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `state` is good, missing (allowed) or bad."""

    what: str
    state: str
    words: str

    @property
    def bad(self) -> bool:
        """Whether Onque cannot work like this."""
        return self.state == "bad"

    def line(self) -> str:
        """The finding as a line to read."""
        mark = {"good": "ok     ", "missing": "absent ", "bad": "WRONG  "}[self.state]
        return f"{mark} {self.what:18} {self.words}"


def examine() -> list[Finding]:
    """Look at everything; nothing is changed, and nothing found wrong ends the examination."""
    return list(_findings())


def _findings() -> Iterator[Finding]:
    yield _secret_key()
    yield _tried("database", lambda: _database("ONQUE_DATABASE_URL"), needed=True)
    yield _tried("replica", lambda: _replica("ONQUE_REPLICA_URL"))
    yield _tried("public database", lambda: _database("ONQUE_PUBLIC_DATABASE_URL"))
    yield _tried("migrations", _migrations, needed=True)
    for name in STORES:
        yield _tried(f"{name.lower()} store", partial(_store, name), needed=name == "SESSIONS")
    yield _tried("files", _files, needed=True)
    yield _tried("mail out", _mail_out, needed=True)
    yield _tried("mail in", _mail_in)
    yield _tried("web", lambda: _door(env.text("ONQUE_PUBLIC_URL", "http://localhost:8400")))
    yield _tried("sockets", _sockets)


class _AbsentError(Exception):
    """Not configured; the text says what follows from that."""


def _tried(what: str, look: Callable[[], str], *, needed: bool = False) -> Finding:
    try:
        return Finding(what, "good", look())
    except _AbsentError as absent:
        return Finding(what, "bad" if needed else "missing", str(absent))
    except env.SettingMissing as missing:
        return Finding(what, "bad", str(missing))
    except (OSError, psycopg.Error, redis.RedisError, ValueError, LookupError) as failure:
        words = str(failure).strip().splitlines() or [type(failure).__name__]
        return Finding(what, "bad", f"not reachable: {words[0]}")


def _secret_key() -> Finding:
    length = len(env.secret("ONQUE_SECRET_KEY", ""))
    if length == 0:
        return Finding("secret key", "bad", "Set ONQUE_SECRET_KEY; nothing can be signed without.")
    if length < 32:  # noqa: PLR2004 - as many characters as a random key of 192 bits has
        return Finding("secret key", "bad", "ONQUE_SECRET_KEY is shorter than 32 characters.")
    return Finding("secret key", "good", "set")


def _url(name: str, consequence: str) -> str:
    url = env.secret(name, "")
    if not url:
        raise _AbsentError(f"{name} is not set: {consequence}")
    return url


def _where(url: str) -> str:
    parts = urlsplit(url)
    role = f" as {parts.username}" if parts.username else ""
    return f"{parts.hostname}:{parts.port}{parts.path}{role}"


def _database(name: str) -> str:
    url = _url(name, "the staff's connection serves every door.")
    with psycopg.connect(url, connect_timeout=PATIENCE_SECONDS) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version'), rolsuper OR rolbypassrls"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if row is None or row[1]:
        raise ValueError("this role may bypass row-level security; use onque_app")
    return f"PostgreSQL {row[0].split()[0]} at {_where(url)}"


def _replica(name: str) -> str:
    url = _url(name, "every read goes to the primary.")
    with psycopg.connect(url, connect_timeout=PATIENCE_SECONDS) as connection:
        row = connection.execute(
            "SELECT pg_is_in_recovery(), (SELECT extract(epoch FROM now() - max(beaten_at))"
            " FROM kernel_heartbeat)"
        ).fetchone()
    if row is None or not row[0]:
        raise ValueError(f"{_where(url)} is no replica: it takes writes")
    lag = f"{row[1]:.0f} s behind" if row[1] is not None else "no heartbeat yet"
    return f"{_where(url)}, {lag}"


def _migrations() -> str:
    import django

    from onque.config import migrating

    django.setup(set_prefix=False)
    from django.db import DatabaseError

    try:
        missing = migrating.missing()
    except DatabaseError as failure:
        raise ValueError(str(failure)) from failure
    if missing:
        raise ValueError(f"{missing} migrations are not applied; run: onque migrate")
    return "all applied"


def _store(name: str) -> str:
    url = env.secret(f"ONQUE_{name}_REDIS_URL", "")
    if not url:
        raise _AbsentError(f"ONQUE_{name}_REDIS_URL is not set: the sessions' store is used.")
    client = redis.Redis.from_url(
        url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )
    with client:
        # redis-py types commands for its asynchronous client too
        server = cast("dict[str, str]", client.info("server"))
        memory = cast("dict[str, str]", client.info("memory"))
    policy = memory.get("maxmemory_policy", "")
    version = server.get("valkey_version") or server.get("redis_version")
    if name in {"BROKER", "SESSIONS"} and policy not in {"", "noeviction"}:
        raise ValueError(f"{_where(url)} may evict ({policy}); tasks would be lost: use noeviction")
    return f"version {version} at {_where(url)}"


def _files() -> str:
    bucket = env.text("ONQUE_S3_BUCKET", "")
    if bucket:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        endpoint = env.text("ONQUE_S3_ENDPOINT_URL", "") or None
        region = env.text("ONQUE_S3_REGION", "") or None
        try:
            boto3.client("s3", endpoint_url=endpoint, region_name=region).head_bucket(Bucket=bucket)
        except (BotoCoreError, ClientError) as failure:
            raise ValueError(f"bucket {bucket}: {failure}") from failure
        return f"bucket {bucket}"
    folder = env.text("ONQUE_FILES_DIR", "")
    if not folder:
        raise _AbsentError("Set ONQUE_S3_BUCKET or ONQUE_FILES_DIR; mail has nowhere to be kept.")
    if not os.access(folder, os.W_OK | os.X_OK) or not Path(folder).is_dir():
        raise ValueError(f"{folder} cannot be written")
    return f"folder {folder}"


def _mail_out() -> str:
    parts = urlsplit(_url("ONQUE_SMTP_URL", "nothing can be sent."))
    with smtplib.SMTP(parts.hostname or "", parts.port or 25, timeout=PATIENCE_SECONDS) as peer:
        peer.noop()
    caught = " (kept here, sent nowhere)" if env.text("ONQUE_CAUGHT_MAIL_DIR", "") else ""
    return f"{parts.hostname}:{parts.port or 25}{caught}"


def _mail_in() -> str:
    host, port = env.text("ONQUE_LMTP_HOST", "127.0.0.1"), env.number("ONQUE_LMTP_PORT", 8424)
    with socket.create_connection((host, port), timeout=PATIENCE_SECONDS):
        return f"{env.text('ONQUE_LISTENER', 'lmtp')} listener at {host}:{port}"


def _sockets() -> str:
    url = env.text("ONQUE_SOCKETS_URL", "")
    if not url:
        raise _AbsentError("ONQUE_SOCKETS_URL is not set: sockets are expected at /ws, same host.")
    return _door(url.replace("ws", "http", 1))


def _door(url: str) -> str:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - our own setting
            found = json.load(answer)
    except urllib.error.HTTPError as refusal:
        raise ValueError(f"{url} is up but not ready: {refusal.read().decode()}") from refusal
    if found.get("instance") != env.text("ONQUE_INSTANCE_ID", "local"):
        raise ValueError(f"{url} belongs to another installation")
    return f"{url} is ready"
