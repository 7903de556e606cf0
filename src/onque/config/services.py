"""The services table: every deployable of Onque, in one place.

A service is one process with its own entry point, addresses, queues and least rights. The embedded
default runs all HTTP doors in one process (`all`), production each in its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What kind of program a service is, which decides how it is started and probed."""

    HTTP = "http"
    SOCKETS = "sockets"
    MAIL_IN = "mail-in"
    WORKER = "worker"
    BEAT = "beat"
    LAMBDA = "lambda"


@dataclass(frozen=True, kw_only=True)
class Mount:
    """The addresses of one URL module, below a path."""

    path: str
    urls: str


@dataclass(frozen=True, kw_only=True)
class Service:
    """One row of the table.

    `host` is the host name's first label in production. `role` is the database role it connects
    as. A planned service has a place in the table and cannot be started yet.
    """

    name: str
    what: str
    kind: Kind
    host: str = ""
    role: str = "onque_app"
    mounts: tuple[Mount, ...] = ()
    queues: tuple[str, ...] = ()
    planned: bool = False

    @property
    def entry_point(self) -> str:
        """The command that starts it alone."""
        return f"onque serve {self.name}"

    @property
    def probes(self) -> tuple[str, str]:
        """Where it says that it lives, and that it can serve; see `onque.config.health`."""
        return ("/healthz", "/readyz")


class UnknownServiceError(LookupError):
    """No such service, or one that cannot be started yet; the text says which there are."""


LANDING = Mount(path="", urls="onque.config.urls.front")
DESK = (
    Mount(path="desk/", urls="onque.modules.identity.web.urls"),
    Mount(path="desk/", urls="onque.modules.fields.web.urls"),
    Mount(path="desk/", urls="onque.modules.mail.web.urls"),
    Mount(path="desk/", urls="onque.modules.portal.web.setup_urls"),
    Mount(path="desk/", urls="onque.modules.notifications.web.urls"),
    Mount(path="desk/", urls="onque.modules.desk.web.urls"),
)
INTAKE = Mount(path="intake/", urls="onque.modules.mail.web.intake.urls")
PORTAL = Mount(path="portal/", urls="onque.modules.portal.web.urls")
SURVEY = Mount(path="survey/", urls="onque.modules.survey.web.urls")
FILES = Mount(path="files/", urls="onque.modules.mail.web.download_urls")
CAUGHT = Mount(path="caught/", urls="onque.config.catcher.urls")

QUEUES = ("desk", "mail", "survey", "notifications", "default")

TABLE = (
    Service(
        name="web",
        what="public front: landing page, sign-up, static files, files of mails",
        kind=Kind.HTTP,
        host="www",
        mounts=(LANDING, FILES),
    ),
    Service(
        name="desk",
        what="the agents' workspace",
        kind=Kind.HTTP,
        host="desk",
        mounts=DESK,
    ),
    Service(
        name="sockets",
        what="the WebSocket hub: presence, live hints, replay",
        kind=Kind.SOCKETS,
        host="desk",
    ),
    Service(
        name="portal",
        what="end users: help centre, inquiry form, my requests",
        kind=Kind.HTTP,
        host="help",
        role="onque_public",
        mounts=(PORTAL,),
    ),
    Service(
        name="survey",
        what="satisfaction survey pages behind signed links",
        kind=Kind.HTTP,
        host="survey",
        role="onque_public",
        mounts=(SURVEY,),
    ),
    Service(name="talk", what="live chat", kind=Kind.HTTP, host="talk", planned=True),
    Service(name="api", what="public REST API", kind=Kind.HTTP, host="api", planned=True),
    Service(
        name="backoffice",
        what="operators' tools",
        kind=Kind.HTTP,
        host="backoffice",
        role="onque_backoffice",
        planned=True,
    ),
    Service(
        name="mailin",
        what="mail in: IMAP pollers and an LMTP/SMTP listener",
        kind=Kind.MAIL_IN,
        host="mail",
    ),
    Service(
        name="intake",
        what="mail in by HTTP: webhooks of mail providers",
        kind=Kind.HTTP,
        host="intake",
        mounts=(INTAKE,),
    ),
    Service(
        name="worker",
        what="tasks: mail out, parsing, notifications",
        kind=Kind.WORKER,
        queues=QUEUES,
    ),
    Service(name="beat", what="scheduled jobs; one leader", kind=Kind.BEAT),
    Service(
        name="notifier", what="operations events to a chat room", kind=Kind.LAMBDA, planned=True
    ),
)

EVERYTHING = Service(
    name="all",
    what="every HTTP door in one process, for one machine",
    kind=Kind.HTTP,
    mounts=(LANDING, FILES, *DESK, PORTAL, SURVEY, INTAKE, CAUGHT),
)


def find_service(name: str) -> Service:
    """The service of that name, planned or not. Raises UnknownServiceError."""
    for service in (*TABLE, EVERYTHING):
        if service.name == name:
            return service
    raise UnknownServiceError(f"There is no service {name!r}. There are: {', '.join(names())}.")


def startable(name: str) -> Service:
    """The service of that name. Raises UnknownServiceError also for a planned one."""
    service = find_service(name)
    if service.planned:
        raise UnknownServiceError(f"The service {name!r} is planned and cannot be started yet.")
    return service


def names() -> Iterator[str]:
    """The names of the services that can be started."""
    return (service.name for service in (*TABLE, EVERYTHING) if not service.planned)
