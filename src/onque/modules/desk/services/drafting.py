"""What a member is writing, kept on the server from the first words until it is said.

A member has one draft a ticket: the composer has one text, and its kind says what it becomes. It
is saved while the ticket's lock is held, as sending is: a save that arrives after the sending of
the same text brings nothing back.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.kernel.ids import new_id
from onque.modules.desk import rules
from onque.modules.desk.contracts import HeldItem, NewDraft
from onque.modules.desk.repositories import held, messages
from onque.modules.desk.services import access, uploading, writing
from onque.modules.desk.services.threads import held_item

if TYPE_CHECKING:
    from onque.modules.desk.models import HeldReply, Ticket

MAX_LENGTH = 200_000
MAX_LINE = 5000


@transaction.atomic
def save_draft(actor: Actor, *, ticket_id: UUID, draft: NewDraft) -> HeldItem | None:
    """Keep what a member has typed so far in place of what was kept before.

    Without words and files nothing is kept. None when nothing is, or when the text was sent under
    its key already. Safe to repeat. Open pages hear of a draft that begins or ends, not of every
    word. Raises `Forbidden`, `NotFound`, `Invalid`. Locks the ticket.
    """
    actor.require("ticket.note" if draft.kind == "note" else "ticket.reply")
    if max(len(draft.cc), len(draft.bcc), len(draft.to)) > MAX_LINE or (
        len(draft.body) > MAX_LENGTH
    ):
        raise Invalid(field="body", reason="too_long", limit=MAX_LENGTH)
    ticket = access.lock_seen(actor, ticket_id)
    if _was_sent(draft.request_key):
        return None
    if not draft.body.strip() and not draft.files:
        forget(actor, ticket)
        return None
    return held_item(_keep(actor, ticket, draft), ticket)


def forget(actor: Actor, ticket: "Ticket") -> None:
    """Drop a member's draft, and tell open pages; the caller holds the ticket's lock."""
    if held.drop_drafts(ticket.id, actor.id):
        writing.tell_open(ticket.id, "drafted")


def merge(row: "HeldReply", drafts: "list[HeldReply]") -> None:
    """Put what was typed meanwhile behind the text of a reply that was taken back.

    Both are one draft from then on; the caller saves the row. The caller holds the ticket's lock.
    """
    for other in drafts:
        if other.id != row.id and other.text.strip() not in row.text:
            row.text = f"{row.text}\n\n{other.text}"
        if other.id != row.id:
            row.files = [*row.files, *(one for one in other.files if one not in row.files)]
    held.drop_drafts(row.ticket_id, row.author_id, keep=row.id)


def _was_sent(request_key: UUID) -> bool:
    waiting = held.find_by_key(request_key)
    if waiting is not None:
        return waiting.state != "draft"
    return messages.find_by_key(request_key) is not None


def _keep(actor: Actor, ticket: "Ticket", draft: NewDraft) -> "HeldReply":
    known = held.drafts_of(ticket.id, actor.id)
    now = clock.now()
    fields: dict[str, object] = {
        "request_key": draft.request_key,
        "kind": draft.kind,
        "text": draft.body,
        "cc": draft.cc,
        "bcc": draft.bcc,
        "forward_to": rules.comparable(draft.to)[:320] if draft.kind == "forward" else "",
        "forwarded_id": draft.message_id if draft.kind == "forward" else None,
        "macro_id": draft.macro_id,
        "files": uploading.facts(draft.files),
        "seen_message_id": draft.seen_message_id,
        "held_at": now,
    }
    if not known:
        row = held.add(
            id=new_id(),
            ticket=ticket,
            author_id=actor.id,
            author_name=actor.name[:200],
            state="draft",
            release_at=now,
            **fields,
        )
        writing.tell_open(ticket.id, "drafted")
        return row
    row = known[-1]
    kind = row.kind
    for name, value in fields.items():
        setattr(row, name, value)
    held.save(row, *fields)
    held.drop_drafts(ticket.id, actor.id, keep=row.id)
    if kind != draft.kind:
        writing.tell_open(ticket.id, "drafted")
    return row
