"""Reading the ledger of received mail: lists, one mail, its bytes and its files."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from onque.kernel import markup
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.errors import NotFound
from onque.kernel.storage import store
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.contracts.ledger import (
    FileFact,
    HistoryLine,
    InboundDetail,
    InboundItem,
    InboundPage,
    LedgerFilter,
)
from onque.modules.mail.repositories import inbound, ledger, mailboxes
from onque.modules.mail.repositories.ledger import Narrowing
from onque.modules.mail.rules.parsed import Attachment, ParsedMail
from onque.modules.mail.rules.states import (
    RETRYABLE_INBOUND,
    SET_ASIDE_INBOUND,
    InboundState,
)
from onque.modules.mail.services.parsing_apart import read_for_page

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail

MAY_SEE = "mail.quarantine"
PAGE = 50
TABS: Mapping[str, tuple[InboundState, ...]] = {
    "quarantined": (InboundState.QUARANTINED,),
    "suspended": (InboundState.SUSPENDED,),
    "waiting": (InboundState.STORED, InboundState.PARSED, InboundState.ROUTED),
    "rejected": (InboundState.REJECTED,),
    "duplicate": (InboundState.DUPLICATE,),
    "done": (InboundState.DONE,),
    "all": tuple(InboundState),
}
_COUNTED = ("quarantined", "suspended", "waiting")
_SHOWN_TEXT = 20_000
_SHOWN_FIELDS = ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")


def list_inbound(actor: Actor, wanted: LedgerFilter, *, after: str = "") -> InboundPage:
    """Return a page of the ledger, newest first. Raises `Forbidden`, `Invalid` for a bad cursor."""
    actor.require(MAY_SEE)
    narrowing, position = narrow(actor, wanted), read_cursor(after)
    rows = ledger.page(narrowing, after=position, limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    end = None
    if narrowing.words and last is None:
        end = last = ledger.end_of_search(narrowing, after=position)
    found = ledger.counts({tab: TABS[tab] for tab in _COUNTED}, cap=InboundPage.CAP + 1)
    return InboundPage(
        rows=tuple(as_item(row) for row in rows[:PAGE]),
        next_cursor=write_cursor(last.received_at, last.id) if last else "",
        counts=tuple((tab, found.get(tab, 0)) for tab in TABS),
        mailboxes=tuple((box.id, box.address.address) for box in mailboxes.all_in_order()),
        seen_back_to=end.received_at if end else None,
    )


def narrow(actor: Actor, wanted: LedgerFilter) -> Narrowing:
    """Return what a filter means to the database; days are those of the actor's time zone."""
    zone = ZoneInfo(actor.time_zone)
    by_mailbox = _uuid(wanted.source)
    return Narrowing(
        states=TABS.get(wanted.tab, TABS["quarantined"]),
        source="" if by_mailbox else wanted.source,
        positions=by_mailbox.hex if by_mailbox else "",
        received_from=_midnight(wanted.since, zone) if wanted.since else None,
        received_before=_midnight(wanted.until + timedelta(days=1), zone) if wanted.until else None,
        words=wanted.words.strip()[:200],
        read_before_version=wanted.read_before_version,
    )


def get_inbound(actor: Actor, *, mail_id: UUID) -> InboundDetail:
    """Return one mail with its text and field values, read anew. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SEE)
    row = inbound.get(mail_id)
    mail = _read(row)
    fields = {
        "from": mail.sender.address if mail.sender else "",
        "to": ", ".join(item.address for item in mail.to),
        "cc": ", ".join(item.address for item in mail.cc),
        "subject": mail.subject,
        "date": mail.sent_at.isoformat() if mail.sent_at else "",
        "message-id": mail.message_id,
        "in-reply-to": " ".join(mail.in_reply_to),
        "references": " ".join(mail.references),
    }
    return InboundDetail(
        item=as_item(row),
        headers=tuple((name, fields[name]) for name in _SHOWN_FIELDS if fields[name]),
        text=mail.text[:_SHOWN_TEXT],
        has_html=bool(mail.html),
        notes=mail.notes,
        files=tuple(
            FileFact(index, item.name, item.content_type, len(item.content))
            for index, item in enumerate(mail.attachments)
        ),
        history=_history(row),
        ticket_number=_number(row.ticket_id),
    )


def get_preview(actor: Actor, *, mail_id: UUID) -> str:
    """Return a mail's HTML made safe, without any picture, or "". As `get_inbound` else."""
    actor.require(MAY_SEE)
    return markup.sanitise_for_preview(_read(inbound.get(mail_id)).html)


def get_file(actor: Actor, *, mail_id: UUID, index: int) -> Attachment:
    """Return one file of a mail. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SEE)
    files = _read(inbound.get(mail_id)).attachments
    if not 0 <= index < len(files):
        raise NotFound(kind="mail_file", id=mail_id)
    return files[index]


def get_raw(actor: Actor, *, mail_id: UUID) -> bytes:
    """Return the bytes as they came. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SEE)
    row = inbound.get(mail_id)
    if not row.object_key:
        raise NotFound(kind="raw_mail", id=mail_id)
    return store().get(row.object_key)


def as_item(row: "InboundMail") -> InboundItem:
    """Return a row of the ledger as doors get it."""
    has_raw, set_aside = bool(row.object_key), row.state in SET_ASIDE_INBOUND
    is_rejected = row.state == InboundState.REJECTED
    return InboundItem(
        id=row.id,
        state=row.state,
        reason=row.reason,
        detail=row.detail,
        source=row.source,
        recipient=row.recipient,
        envelope_from=row.envelope_from,
        sender=row.sender or row.envelope_from,
        subject=row.subject,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        attempts=row.attempts,
        received_at=row.received_at,
        done_at=row.done_at,
        ticket_id=row.ticket_id,
        duplicate_of_id=row.duplicate_of_id,
        landing=row.landing,
        marks=tuple(row.marks.split()),
        peer=row.peer,
        position=row.position,
        parsed_at=row.parsed_at,
        parsed_with=row.parsed_with,
        ticket_gone_at=row.ticket_gone_at,
        can_retry=row.state in RETRYABLE_INBOUND and has_raw,
        can_close=set_aside,
        can_let_in=(set_aside or is_rejected) and has_raw,
        can_restore=is_rejected and bool(row.state_before),
        can_reparse=row.state == InboundState.DONE and has_raw and row.ticket_gone_at is None,
        has_raw=has_raw,
    )


def _read(row: "InboundMail") -> ParsedMail:
    """Through the child process where it is large: the page's process has no limits of its own."""
    return read_for_page(store().get(row.object_key) if row.object_key else b"")


def _history(row: "InboundMail") -> tuple[HistoryLine, ...]:
    """The states from the row's own times, and what people did from the audit trail."""
    lines = [HistoryLine(row.received_at, InboundState.STORED)]
    if row.parsed_at:
        lines.append(HistoryLine(row.parsed_at, InboundState.PARSED))
    if row.done_at and row.landing and row.state == InboundState.DONE:
        lines.append(HistoryLine(row.done_at, InboundState.ROUTED))
    if row.done_at:
        lines.append(HistoryLine(row.done_at, row.state))
    if row.ticket_gone_at:
        lines.append(HistoryLine(row.ticket_gone_at, "ticket_gone"))
    acts = identity.list_audit(object_kind="mail", object_id=row.id)
    lines += [HistoryLine(act.at, act.action, act.actor_name) for act in acts]
    return tuple(sorted(lines, key=lambda line: line.at))


def _number(ticket_id: UUID | None) -> int | None:
    if ticket_id is None:
        return None
    try:
        return desk.get_card(ticket_id).number
    except NotFound:
        return None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
