"""Becomes one service: the right server for its kind, with a graceful end on SIGTERM."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType

from onque.config import env
from onque.config.lifeline import die_with_parent
from onque.config.services import QUEUES, Kind, Service

GRACE_SECONDS = 20


def serve(service: Service, *, host: str, port: int, queues: tuple[str, ...] = ()) -> None:
    """Run the service until it is told to stop."""
    os.environ["ONQUE_SERVICE"] = service.name
    if service.kind is not Kind.HTTP:  # granian's workers set up their own
        import django

        django.setup(set_prefix=False)
        _answer_probes()
    _STARTERS[service.kind](service, host, port, queues)


def _answer_probes() -> None:
    """Answer probes on ONQUE_PROBE_PORT for a service that has no HTTP of its own."""
    port = env.number("ONQUE_PROBE_PORT", 0)
    if not port:
        return
    from onque.config import health

    health.serve_probes(env.text("ONQUE_PROBE_HOST", "127.0.0.1"), port)


def _http(_service: Service, host: str, port: int, _queues: tuple[str, ...]) -> None:
    workers = env.number("ONQUE_HTTP_WORKERS", 1)
    threads = env.number("ONQUE_HTTP_THREADS", 2)
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(threads),
        "--backlog": "1024",
        "--workers-kill-timeout": str(GRACE_SECONDS),
        "--log-level": "warning",
    }
    words = [part for option in options.items() for part in option]
    command = ["-m", "granian", *words, "--no-ws", "--respawn-failed-workers"]
    os.execv(  # noqa: S606 - the same interpreter, our own arguments
        sys.executable, [sys.executable, *command, "onque.config.wsgi:application"]
    )


def _sockets(_service: Service, host: str, port: int, _queues: tuple[str, ...]) -> None:
    from onque.config import sockets

    sockets.run(host, port)


def _worker(service: Service, _host: str, _port: int, queues: tuple[str, ...]) -> None:
    from celery.signals import worker_process_init

    from onque.config.celery import app

    worker_process_init.connect(_pool_process_begins)
    app.worker_main(
        [
            "worker",
            f"--queues={','.join(queues or service.queues or QUEUES)}",
            f"--concurrency={env.number('ONQUE_WORKER_CONCURRENCY', 2)}",
            f"--hostname=worker-{os.getpid()}@%h",
            "--optimization=fair",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=INFO",
        ]
    )


def _pool_process_begins(**_facts: object) -> None:
    """End a task whose worker was killed: it is given back and would run twice."""
    die_with_parent(signal.SIGKILL)


def _beat(_service: Service, _host: str, _port: int, _queues: tuple[str, ...]) -> None:
    from onque.config import beat
    from onque.config.celery import app

    beat.run(app)


def _mail_in(_service: Service, _host: str, _port: int, _queues: tuple[str, ...]) -> None:
    from onque.modules.mail.management import listener

    listener.main()


Starter = Callable[[Service, str, int, tuple[str, ...]], None]
_STARTERS: Mapping[Kind, Starter] = MappingProxyType(
    {
        Kind.HTTP: _http,
        Kind.SOCKETS: _sockets,
        Kind.WORKER: _worker,
        Kind.BEAT: _beat,
        Kind.MAIL_IN: _mail_in,
    }
)
