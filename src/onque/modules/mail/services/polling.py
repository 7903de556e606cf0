"""Fetching mail from IMAP folders: in order, exactly once on record, one poller for each mailbox.

The position is UIDVALIDITY with the last stored UID, never a flag: somebody else may read and move
mail meanwhile. It moves on only after the raw bytes and the ledger row are committed. When
UIDVALIDITY changes everything is fetched anew and copies are recognised. Source: RFC 3501, 2.3.1.1.
"""

import imaplib
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted

from onque.kernel import clock
from onque.kernel.errors import Unavailable
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import mailboxes
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.services import keys, receiving
from onque.modules.mail.services.receiving import Arrival, Route

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
INTERVAL = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=30)
BATCH = 50
TRIES = 3
"""A mail that was not handed out this often, each time on a new connection, is passed over."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)
_TIMEOUT_SECONDS = 30
_SOURCE = "imap"
_REFUSED = "The server refused the user name or the password."
Fault = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError, Unavailable)


class UnreadableMailError(RuntimeError):
    """The server would not hand out one mail; `done` were fetched before it."""

    def __init__(self, uid: int, done: int) -> None:
        super().__init__(f"UID {uid}")
        self.uid = uid
        self.done = done


class LeaseLostError(RuntimeError):
    """Another poller has the mailbox now."""


def due_mailboxes(limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Return (tenant, mailbox) of all tenants' mailboxes to poll now."""
    return mailboxes.due(now=clock.now(), limit=limit)


def poll(tenant_id: UUID, mailbox_id: UUID) -> int:
    """Fetch what is new in one mailbox; return how many. A fault is recorded, not raised.

    Does nothing when another poller has the mailbox. Safe to be killed at any moment.
    """
    key = uuid4()
    box = _lease(tenant_id, mailbox_id, key)
    if box is None:
        return 0
    try:
        count = _fetch_all(tenant_id, box, key)
    except LeaseLostError:
        return 0
    except Fault as error:
        _give_back_failed(tenant_id, box, key, _words(error))
        return 0
    now = clock.now()
    with tenant_scope(tenant_id):
        mailboxes.release(mailbox_id, key, now=now, next_poll_at=now + INTERVAL)
    return count


def pause(failures: int) -> timedelta:
    """How long to leave a mailbox alone after that many failures in a row."""
    doubled: int = 2 ** min(failures, 10)
    return min(INTERVAL * doubled, LONGEST_PAUSE)


def _lease(tenant_id: UUID, mailbox_id: UUID, key: UUID) -> "Mailbox | None":
    now = clock.now()
    with tenant_scope(tenant_id):
        return mailboxes.lease(mailbox_id, key, now=now, until=now + LEASE)


def _give_back_failed(tenant_id: UUID, box: "Mailbox", key: UUID, words: str) -> None:
    log.warning("mailbox_failing", extra={"mailbox": box.id.hex, "reason": words})
    now = clock.now()
    next_poll_at: datetime = now + pause(box.failures + 1)
    with tenant_scope(tenant_id):
        mailboxes.fail(box.id, key, error=words, now=now, next_poll_at=next_poll_at)


def _fetch_all(tenant_id: UUID, box: "Mailbox", key: UUID) -> int:
    """Fetch what is new; a mail the server will not hand out is tried anew, then passed over."""
    failed: Counter[int] = Counter()
    count = 0
    while True:
        try:
            return count + _fetch(tenant_id, box, key, failed)
        except UnreadableMailError as error:
            log.warning("mailbox_mail_failing", extra={"mailbox": box.id.hex, "uid": error.uid})
            failed[error.uid] += 1
            count += error.done
        again = _lease(tenant_id, box.id, key)
        if again is None:
            raise LeaseLostError
        box = again


def _fetch(tenant_id: UUID, box: "Mailbox", key: UUID, failed: Counter[int]) -> int:
    with _opened(box) as server:
        status = server.folder.status(box.folder, ["UIDVALIDITY", "UIDNEXT"])
        validity = int(status["UIDVALIDITY"])
        if box.uid_validity is None:
            _advance(tenant_id, box, key, validity, int(status["UIDNEXT"]) - 1)
            return 0
        last = box.last_uid if box.uid_validity == validity else 0
        uids = sorted(uid for uid in map(int, server.uids(f"UID {last + 1}:*")) if uid > last)
        for start in range(0, len(uids), BATCH):
            if start and _lease(tenant_id, box.id, key) is None:
                raise LeaseLostError
            for done, uid in enumerate(uids[start : start + BATCH], start):
                try:
                    found = None if failed[uid] >= TRIES else _mail(server, uid)
                except (imaplib.IMAP4.error, OSError) as error:
                    raise UnreadableMailError(uid, done) from error
                if isinstance(found, bytes):
                    _store(tenant_id, box, validity, uid, found)
                elif failed[uid] >= TRIES or found is not None:
                    _note(tenant_id, box, validity, uid, found)
                _advance(tenant_id, box, key, validity, uid)
        if box.uid_validity != validity and not uids:
            _advance(tenant_id, box, key, validity, 0)
    return len(uids)


def _store(tenant_id: UUID, box: "Mailbox", validity: int, uid: int, raw: bytes) -> None:
    receiving.store_mail([_route(tenant_id, box)], _arrival(box, validity, uid, raw))


def _note(tenant_id: UUID, box: "Mailbox", validity: int, uid: int, size: int | None) -> None:
    """Leave a mail at the server, on record: too large (its size in bytes), or not handed out."""
    reason = Reason.NOT_HANDED_OUT if size is None else Reason.TOO_LARGE
    receiving.note_unfetched(
        _route(tenant_id, box),
        _arrival(box, validity, uid, b""),
        reason=reason,
        detail=f"{box.host} {box.folder} UID {uid}",
        size_bytes=size or 0,
    )


def _route(tenant_id: UUID, box: "Mailbox") -> Route:
    return Route(tenant_id, box.address.brand_id, box.address.address)


def _arrival(box: "Mailbox", validity: int, uid: int, raw: bytes) -> Arrival:
    position = f"{box.id.hex}:{validity}:{uid}"
    return Arrival(raw=raw, source=_SOURCE, position=position, peer=box.host)


def _advance(tenant_id: UUID, box: "Mailbox", key: UUID, validity: int, uid: int) -> None:
    with tenant_scope(tenant_id):
        if not mailboxes.advance(box.id, key, uid_validity=validity, last_uid=uid):
            raise LeaseLostError


def _mail(server: BaseMailBox, uid: int) -> bytes | int | None:
    """The bytes of one mail; its size alone when it is too large; None when it was moved away."""
    status, found = server.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH of {uid}: {status}")
    sizes = [_SIZE.search(item) for item in found if isinstance(item, bytes)]
    size = max((int(match[1]) for match in sizes if match), default=0)
    return size if size > settings.MAIL_LIMIT_BYTES else _raw(server, uid)


def _raw(server: BaseMailBox, uid: int) -> bytes | None:
    """The bytes of one mail without marking it as read; None when it was moved away meanwhile."""
    status, found = server.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH of {uid}: {status}")
    for item in found:
        if isinstance(item, tuple) and isinstance(item[1], bytes):
            return item[1]
    return None


@contextmanager
def _opened(box: "Mailbox") -> Iterator[BaseMailBox]:
    kind = MailBox if box.use_tls else MailBoxUnencrypted
    server: BaseMailBox = kind(box.host, port=box.port, timeout=_TIMEOUT_SECONDS)
    password = keys.unseal(box.sealed_password, tenant_id=box.tenant_id)
    try:
        server.login(box.user_name, password, initial_folder=None)
        server.folder.set(box.folder, readonly=True)
        yield server
    finally:
        _leave(server)


def _leave(server: BaseMailBox) -> None:
    try:
        server.client.logout()
    except (imaplib.IMAP4.error, OSError):
        log.debug("mailbox_logout_failed", exc_info=True)


def _words(error: Exception) -> str:
    """What is wrong, for people."""
    text = str(error)
    if "AUTHENTICATIONFAILED" in text or "LOGIN" in text.upper()[:40]:
        return _REFUSED
    return f"{type(error).__name__}: {text}"[:500]
