"""The `sockets` service: every module's socket door on one hub."""

from urllib.parse import urlsplit

import django
import uvicorn
from django.apps import apps
from django.conf import settings

if not apps.ready:  # served by a plain `uvicorn onque.config.sockets:app`
    django.setup(set_prefix=False)

from onque.config import health
from onque.kernel.hub import app as hub
from onque.modules.desk.sockets import DeskDoor


def ready() -> tuple[int, bytes]:
    """Return what the other services answer at /readyz."""
    report = health.readiness()
    return report.status, report.body()


_public = urlsplit(settings.PUBLIC_URL)
app = hub.make_app(
    settings.CHANNELS_REDIS_URL,
    [DeskDoor()],
    pages=hub.Pages(
        scheme=_public.scheme, origins=frozenset({f"{_public.scheme}://{_public.netloc}"})
    ),
    ready=ready,
)


def run(host: str, port: int) -> None:
    """Serve until SIGTERM; then every socket is closed with 1012 and its people leave."""
    uvicorn.Server(hub.config(app, host=host, port=port)).run()
