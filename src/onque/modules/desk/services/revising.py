"""What a message says is read anew from where it came; everything about the ticket stays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.kernel.markup import SafeHtml
from onque.modules.desk import rules
from onque.modules.desk.contracts import NewAttachment
from onque.modules.desk.repositories import messages, tickets
from onque.modules.desk.services import writing

if TYPE_CHECKING:
    from onque.modules.desk.models import Message

_MANY = 32_000
_FIELDS = (
    "text",
    "quoted_text",
    "html",
    "layout_html",
    "has_layout",
    "html_version",
    "remote_images",
    "trackers",
    "traps",
)


@dataclass(frozen=True)
class Revision:
    """What a message says as it is read now."""

    text: str
    quoted_text: str
    html: SafeHtml
    attachments: tuple[NewAttachment, ...] = ()


@transaction.atomic
def revise_message(actor: Actor, *, message_id: UUID, request_key: UUID, words: Revision) -> bool:
    """Replace what a message that came in says; tells whether anything changed.

    Only a message that came in under `request_key` is touched. (Redaction, once it exists, must be
    asked here first: what was redacted is never revived.) Status, clocks, author and times stay,
    nobody is notified; open pages are told to look again. Files that are still there keep their
    ids. Safe to repeat. Locks the ticket. Raises `NotFound`.
    """
    actor.require("mail.quarantine")
    known = messages.get(message_id)
    ticket = tickets.lock(known.ticket_id)
    message = messages.lock(message_id)
    if message.request_key != request_key or message.direction != "in":
        return False
    files_changed = messages.replace_files(message, words.attachments)
    if not _write(message, words) and not files_changed:
        return False
    messages.save_words(message, *_FIELDS)
    if ticket.last_public_message_id == message.id:
        ticket.preview = rules.preview(words.text)
        tickets.save(ticket, "preview")
    writing.tell(ticket.id, "revised", message=message.id.hex, number=ticket.number)
    return True


def _write(message: "Message", words: Revision) -> bool:
    """Set the fields on the row in hand; tell whether any differs."""
    new = {
        "text": words.text,
        "quoted_text": words.quoted_text,
        "html": words.html.html,
        "layout_html": words.html.layout,
        "has_layout": bool(words.html.layout),
        "html_version": words.html.version,
        "remote_images": min(words.html.remote_images, _MANY),
        "trackers": min(words.html.trackers, _MANY),
        "traps": min(words.html.traps, _MANY),
    }
    changed = any(getattr(message, name) != value for name, value in new.items())
    for name, value in new.items():
        setattr(message, name, value)
    return changed
