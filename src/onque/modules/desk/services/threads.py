"""Messages as others see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock, markup
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    AttachmentItem,
    HeldItem,
    MessageItem,
    NewAttachment,
    Recipient,
    Status,
)
from onque.modules.desk.repositories import messages, tickets

if TYPE_CHECKING:
    from onque.modules.desk.models import Attachment, HeldReply, Message, Ticket


def items(rows: "Sequence[Message]") -> list[MessageItem]:
    """Return messages with their files, in the order given; one query for all files."""
    files: dict[UUID, list[AttachmentItem]] = defaultdict(list)
    if rows:
        for found in messages.attachments_of([row.id for row in rows]):
            files[found.message_id].append(attachment_item(found))
    return [_item(row, tuple(files[row.id])) for row in rows]


def with_offers(rows: "Sequence[Message]") -> list[MessageItem]:
    """Return messages as `items` does, with the numbers of the tickets they could go to or back.

    One query more, and only where there is such a ticket.
    """
    offered = {row.id: row.suggested_ticket_id for row in rows if row.moved is None}
    origins = {row.id: UUID(row.moved["from_ticket"]) for row in rows if row.moved is not None}
    came = {row.id: row.origin_ticket_id for row in rows}
    known = (*offered.values(), *origins.values(), *came.values())
    wanted = {one for one in known if one is not None}
    if not wanted:
        return items(rows)
    numbers = tickets.numbers_of(wanted)
    return [
        replace(
            item,
            suggested_number=numbers.get(offered.get(item.id)),
            moved_from_number=numbers.get(origins.get(item.id)),
            origin_number=numbers.get(came.get(item.id)),
        )
        for item in items(rows)
    ]


def attachment_item(row: "Attachment") -> AttachmentItem:
    """Return a file as others see it."""
    return AttachmentItem(
        id=row.id,
        name=rules.file_name(row.name),
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        object_key=row.object_key,
        content_id=row.content_id,
        is_inline=row.is_inline,
        image_type=row.image_type,
        is_repeated=row.is_repeated,
    )


def _item(row: "Message", files: tuple[AttachmentItem, ...]) -> MessageItem:
    return MessageItem(
        id=row.id,
        ticket_id=row.ticket_id,
        direction=row.direction,
        visibility=row.visibility,
        author_kind=row.author_kind,
        author_id=row.author_id,
        author_name=row.author_name,
        author_address=row.author_address,
        channel=row.channel,
        text=row.text,
        html=_safe(row),
        quoted_text=row.quoted_text,
        reason=row.reason,
        written_at=row.written_at,
        is_automatic=row.is_automatic,
        about_id=row.about_id,
        origin_ticket_id=row.origin_ticket_id,
        attachments=files,
        recipients=recipients(row.recipients),
        side_address=row.side_address,
        side_id=row.side_id,
        html_version=row.html_version,
        has_layout=row.has_layout,
        remote_images=row.remote_images,
        trackers=row.trackers,
        traps=row.traps,
    )


def _safe(row: "Message") -> str:
    """Return the message's HTML; what an older sanitiser passed goes through today's."""
    if not row.html or row.html_version == markup.VERSION:
        return row.html
    return markup.sanitise(row.html).html


def recipients(stored: list[dict[str, str]]) -> tuple[Recipient, ...]:
    """Return the copies of a reply from how they are stored."""
    return tuple(
        Recipient(kind=one["kind"], address=one["address"], name=one.get("name", ""))
        for one in stored
    )


def held_item(row: "HeldReply", ticket: "Ticket") -> HeldItem:
    """Return a reply that is not sent yet; one that its release will stop is stopped already."""
    state, reason = row.state, row.reason
    if state == "held":
        reason = rules.stops_release(
            Status(ticket.status),
            is_forward=bool(row.forward_to),
            seen=row.seen_message_id,
            newest=ticket.last_public_message_id,
        )
        state = "stopped" if reason else "held"
    left = (row.release_at - clock.now()).total_seconds()
    return HeldItem(
        id=row.id,
        ticket_id=row.ticket_id,
        author_id=row.author_id,
        author_name=row.author_name,
        text=row.text,
        status=row.status,
        recipients=recipients(row.recipients),
        forward_to=row.forward_to,
        forwarded_id=row.forwarded_id,
        state=state,
        reason=reason,
        held_at=row.held_at,
        release_at=row.release_at,
        seconds_left=max(0, round(left)),
        kind=row.kind or ("forward" if row.forward_to else "reply"),
        cc=row.cc,
        bcc=row.bcc,
        seen_message_id=row.seen_message_id,
        macro_id=row.macro_id,
        files=tuple(NewAttachment(**one) for one in row.files),
        is_scheduled=rules.is_scheduled(row.held_at, row.release_at),
    )
