"""Fetching mail from IMAP folders: in order, exactly once on record, one poller for each mailbox.

The position is UIDVALIDITY with the last stored UID, never a flag: somebody else may read and move
mail meanwhile. It moves on only after the raw bytes and the ledger row are committed. When
UIDVALIDITY changes everything is fetched anew and copies are recognised. Source: RFC 3501, 2.3.1.1.
"""

import imaplib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted

from onque.kernel import clock, crypto
from onque.kernel.errors import Unavailable
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import mailboxes
from onque.modules.mail.services import receiving
from onque.modules.mail.services.receiving import Arrival, Route

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
INTERVAL = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=30)
BATCH = 50
_TIMEOUT_SECONDS = 30
_SOURCE = "imap"
_REFUSED = "The server refused the user name or the password."
Fault = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError, Unavailable)


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
        count = _fetch(tenant_id, box, key)
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


def _fetch(tenant_id: UUID, box: "Mailbox", key: UUID) -> int:
    with _opened(box) as server:
        status = server.folder.status(box.folder, ["UIDVALIDITY"])
        validity = int(status["UIDVALIDITY"])
        last = box.last_uid if box.uid_validity == validity else 0
        uids = sorted(uid for uid in map(int, server.uids(f"UID {last + 1}:*")) if uid > last)
        for start in range(0, len(uids), BATCH):
            if start and _lease(tenant_id, box.id, key) is None:
                raise LeaseLostError
            for uid in uids[start : start + BATCH]:
                raw = _raw(server, uid)
                if raw is not None:
                    _store(tenant_id, box, validity, uid, raw)
                _advance(tenant_id, box, key, validity, uid)
        if box.uid_validity != validity and not uids:
            _advance(tenant_id, box, key, validity, 0)
    return len(uids)


def _store(tenant_id: UUID, box: "Mailbox", validity: int, uid: int, raw: bytes) -> None:
    address = box.address
    position = f"{box.id.hex}:{validity}:{uid}"
    receiving.store_mail(
        [Route(tenant_id, address.brand_id, address.address)],
        Arrival(raw=raw, source=_SOURCE, position=position, peer=box.host),
    )


def _advance(tenant_id: UUID, box: "Mailbox", key: UUID, validity: int, uid: int) -> None:
    with tenant_scope(tenant_id):
        if not mailboxes.advance(box.id, key, uid_validity=validity, last_uid=uid):
            raise LeaseLostError


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
    password = crypto.unseal(box.sealed_password, purpose="mail.mailbox")
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
