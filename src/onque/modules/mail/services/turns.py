"""One poller's turn at one mailbox: its lease, its connection and the positions it writes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import folders, mailboxes
from onque.modules.mail.rules.polling import Fault
from onque.modules.mail.services import imap_session, keys, oauth
from onque.modules.mail.services.imap_session import Server, Session, SessionFault
from onque.modules.mail.services.receiving import Route

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox, MailboxFolder

LEASE = timedelta(minutes=3)
_NO_ROOM_PAUSE = timedelta(seconds=3)


class LeaseLostError(RuntimeError):
    """Another poller has the mailbox now."""


@dataclass
class Turn:
    """A leased mailbox, and the connection to its server once there is one."""

    tenant_id: UUID
    box: "Mailbox"
    key: UUID
    session: Session | None = field(default=None)

    @property
    def route(self) -> Route:
        """Where its mail goes."""
        return Route(self.tenant_id, self.box.address.brand_id, self.box.address.address)

    @property
    def changes(self) -> bool:
        """Something is done to mails at the server after they are stored."""
        return self.box.after_import != "keep"

    def connected(self) -> Session:
        """Return the session, entered now if there is none. Raises `SessionFault`."""
        if self.session is None:
            self.session = _enter(self.tenant_id, self.box)
        return self.session

    def resume(self) -> None:
        """Take up an idling session; one that died meanwhile is replaced when it is needed."""
        if self.session is None:
            return
        try:
            self.session.end_idle()
        except imap_session.ERRORS:
            self.drop()

    def drop(self) -> None:
        """End the connection."""
        if self.session is not None:
            self.session.leave()
            self.session = None

    def renew(self) -> None:
        """Keep the mailbox for longer. Raises `LeaseLostError`."""
        if lease(self.tenant_id, self.box.id, self.key) is None:
            raise LeaseLostError

    def folders(self) -> "list[MailboxFolder]":
        """Return the positions in the chosen folders, the watched folder last."""
        with tenant_scope(self.tenant_id):
            rows = folders.of_mailbox(self.box)
        return [*rows[1:], *rows[:1]]

    def move_position(self, row: "MailboxFolder", **position: object) -> None:
        """Write a folder's position. Raises `LeaseLostError`."""
        with tenant_scope(self.tenant_id):
            if not folders.write(row, self.key, **position):
                raise LeaseLostError


def lease(tenant_id: UUID, mailbox_id: UUID, key: UUID) -> "Mailbox | None":
    """Take the mailbox, or keep it; None when another poller has it or nobody may.

    Nobody may either while `MAIL_IMAP_PER_HOST` connections to its server are open; then it waits
    for a moment.
    """
    now = clock.now()
    with tenant_scope(tenant_id):
        if settings.MAIL_IMAP_PER_HOST and not _has_room(mailbox_id, now):
            mailboxes.put_off(mailbox_id, next_poll_at=now + _NO_ROOM_PAUSE)
            return None
        return mailboxes.lease(mailbox_id, key, now=now, until=now + LEASE)


def is_crowded(turn: Turn) -> bool:
    """Tell whether more mailboxes lie at its server than may be connected: none stays then."""
    limit = settings.MAIL_IMAP_PER_HOST
    if not limit:
        return False
    with tenant_scope(turn.tenant_id):
        _held, wanted = mailboxes.host_load(turn.box.host, now=clock.now())
    return wanted > limit


def _has_room(mailbox_id: UUID, now: datetime) -> bool:
    box = mailboxes.find(mailbox_id)
    if box is None:
        return True
    mailboxes.lock_host(box.host)
    box = mailboxes.get(mailbox_id)
    if box.lease_key is not None and box.leased_until is not None and box.leased_until > now:
        return True  # ours already, or another's: it is counted
    held, _wanted = mailboxes.host_load(box.host, now=now)
    return held < settings.MAIL_IMAP_PER_HOST


def _enter(tenant_id: UUID, box: "Mailbox") -> Session:
    if box.auth != "oauth2":
        password = keys.unseal(box.sealed_password, tenant_id=tenant_id)
        return imap_session.enter(_server(box, password=password))
    token = oauth.access_token(tenant_id, box)
    try:
        return imap_session.enter(_server(box, token=token))
    except SessionFault as error:
        if error.fault is not Fault.TOKEN_REFUSED:
            raise
    # revoked or ended early: one more try with a new one
    token = oauth.access_token(tenant_id, box, refused=token)
    return imap_session.enter(_server(box, token=token))


def _server(box: "Mailbox", *, password: str = "", token: str = "") -> Server:
    return Server(
        host=box.host,
        port=box.port,
        security=box.security if box.use_tls or box.security == "starttls" else "none",
        verify_certificate=box.verify_certificate,
        user_name=box.user_name,
        password=password,
        token=token,
    )
