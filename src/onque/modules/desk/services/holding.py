"""A reply waits a few seconds before it is sent, so that undo is a real undo.

Nothing has happened while it waits: the ticket is as before, the customer's message may still
come. The release is one transaction under the ticket's lock; whoever is first, release or undo,
wins by a conditional statement. Source: docs/adr/0014-undo-send.md.
"""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor, system_actor
from onque.kernel.errors import Conflict, Forbidden
from onque.kernel.ids import new_id
from onque.kernel.tenancy import current_tenant, tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import rules
from onque.modules.desk.contracts import HeldItem, MessageItem, NewReply, Status
from onque.modules.desk.errors import AddressBounced, ReplyLeft
from onque.modules.desk.repositories import held, messages, tickets
from onque.modules.desk.services import (
    access,
    copies,
    drafting,
    macros,
    replies,
    scheduling,
    siding,
    uploading,
    writing,
)
from onque.modules.desk.services.threads import held_item

if TYPE_CHECKING:
    from onque.modules.desk.models import HeldReply, Ticket

log = logging.getLogger(__name__)

_SWEEP_LIMIT = 200
WAITING = ("held", "stopped")


@transaction.atomic
def send_reply(actor: Actor, *, ticket_id: UUID, new: NewReply) -> MessageItem | HeldItem:
    """Hold a reply for `ONQUE_UNDO_SECONDS` or until its `send_at`, then send it.

    With 0 seconds it is sent at once, if no time was chosen.

    The same key twice is one reply, held or sent. Raises `Forbidden`, `NotFound`, `TicketClosed`,
    `TicketStale`, `TicketVersionConflict`, `Invalid`, `AddressBounced`. Locks the ticket.
    """
    actor.require("ticket.reply")
    text = replies.body_of(new.body)
    ticket = access.lock_seen(actor, ticket_id)
    known = messages.find_by_key(new.request_key)
    if known is not None:
        return replies.same(known, ticket)
    refuse_bounced(ticket, new)
    if not settings.UNDO_SECONDS and new.send_at is None:
        return replies.post(actor, ticket_id=ticket_id, new=new)
    replies.check(ticket, new)
    recipients = copies.settle(ticket, new.recipients)
    fields: dict[str, object] = {
        "text": text,
        "status": new.status or "",
        "status_before": ticket.status,
        "recipients": copies.stored(recipients),
        "macro_id": macros.usable(actor, new.macro_id),
        "files": uploading.facts(new.files),
    }
    if new.send_at is not None:
        fields["release_at"] = scheduling.checked(new.send_at)
    return hold(actor, ticket, request_key=new.request_key, fields=fields)


def hold(
    actor: Actor, ticket: "Ticket", *, request_key: UUID, fields: dict[str, object]
) -> HeldItem:
    """Store what is to be sent in a few seconds, or at the `release_at` among its fields.

    The caller holds the ticket's lock.
    """
    now = clock.now()
    soon = now + timedelta(seconds=settings.UNDO_SECONDS)
    held.drop_drafts(ticket.id, actor.id)
    row, _created = held.add_once(
        request_key=request_key,
        id=new_id(),
        ticket=ticket,
        author_id=actor.id,
        author_name=actor.name[:200],
        seen_message_id=ticket.last_public_message_id,
        held_at=now,
        **{"release_at": soon, **fields},
    )
    if row.ticket_id != ticket.id:
        raise Conflict(field="request_key")
    writing.tell(ticket.id, "held", number=ticket.number)
    return held_item(row, ticket)


@transaction.atomic
def take_back(actor: Actor, *, ticket_id: UUID, reply_id: UUID) -> HeldItem:
    """Undo: the reply becomes its author's draft again. Once it was stopped, anybody's.

    Safe to repeat. Raises `Forbidden`, `NotFound`, and `ReplyLeft` when it was sent already.
    """
    actor.require("ticket.reply")
    ticket = access.lock_seen(actor, ticket_id)
    row = held.lock_waiting(reply_id, states=(*WAITING, "draft"))
    if row is None or row.ticket_id != ticket_id:
        raise ReplyLeft(reply_id=reply_id)
    if row.author_id != actor.id:
        if held_item(row, ticket).state != "stopped":
            raise Forbidden(permission="ticket.reply")
        row.author_id, row.author_name = actor.id, actor.name[:200]
    row.state, row.reason = "draft", ""
    row.cc, row.bcc = copies.typed(row.recipients, "cc"), copies.typed(row.recipients, "bcc")
    drafting.merge(row, held.drafts_of(ticket.id, actor.id))
    held.save(row, "state", "reason", "author_id", "author_name", "text", "cc", "bcc", "files")
    writing.tell(ticket.id, "taken_back", number=ticket.number)
    return held_item(row, ticket)


@transaction.atomic
def send_now(actor: Actor, *, ticket_id: UUID, reply_id: UUID) -> MessageItem:
    """Send a stopped reply as it is, although somebody wrote meanwhile.

    Raises `Forbidden`, `NotFound`, `TicketClosed`, and `ReplyLeft` when it is not there any more.
    """
    actor.require("ticket.reply")
    ticket = access.lock_seen(actor, ticket_id)
    row = held.lock_waiting(reply_id, states=WAITING)
    if row is None or row.ticket_id != ticket_id:
        raise ReplyLeft(reply_id=reply_id)
    if row.author_id != actor.id and held_item(row, ticket).state != "stopped":
        raise Forbidden(permission="ticket.reply")
    replies.check(ticket, NewReply(row.text, row.request_key, send_anyway=True))
    return _release(ticket, row)


@transaction.atomic
def discard(actor: Actor, *, ticket_id: UUID) -> None:
    """Forget the member's draft on a ticket; safe to repeat. Raises `Forbidden`, `NotFound`."""
    if not actor.can("ticket.note"):
        actor.require("ticket.reply")
    drafting.forget(actor, access.lock_seen(actor, ticket_id))


def release_due() -> int:
    """Send every held reply whose time has come, across tenants; return how many were looked at.

    Called by the schedule every second; safe to run twice at once. One that cannot be sent is
    stopped, so that it holds up no other.
    """
    due = held.due(now=clock.now(), limit=_SWEEP_LIMIT)
    for tenant_id, reply_id in due:
        try:
            with tenant_scope(tenant_id):
                release(reply_id)
        except Exception:
            log.exception("held_reply_not_released", extra={"reply": reply_id.hex})
            with tenant_scope(tenant_id):
                held.stop(reply_id, reason="broke")
    return len(due)


def release(reply_id: UUID) -> MessageItem | None:
    """Send one held reply; None when it was taken back, sent, or has to wait for a person.

    It is stopped when somebody wrote since, or the ticket takes no reply any more. A status that a
    colleague set since stays. Locks the ticket before the reply, as everybody does.
    """
    found = held.find(reply_id)
    if found is None:
        return None
    ticket = tickets.lock(found.ticket_id)
    row = held.lock_waiting(reply_id, states=("held",))
    if row is None:
        return None
    reason = rules.stops_release(
        Status(ticket.status),
        is_forward=bool(row.forward_to),
        seen=row.seen_message_id,
        newest=ticket.last_public_message_id,
    )
    reason = reason or scheduling.stops(row)
    if reason:
        held.stop(reply_id, reason=reason)
        scheduling.tell_stopped(ticket, row)
        writing.tell(ticket.id, "stopped", number=ticket.number)
        return None
    if row.status_before not in {"", ticket.status}:
        row.status = ticket.status  # a colleague set it while the reply waited
    return _release(ticket, row)


def _release(ticket: "Ticket", row: "HeldReply") -> MessageItem:
    author = _author(row)
    held.remove(row.id)
    if row.forward_to:
        return siding.send_held(author, ticket, row)
    message = replies.store(
        author,
        ticket,
        row.text,
        request_key=row.request_key,
        id=row.id,
        recipients=row.recipients,
    )
    messages.attach(message, uploading.files(row.files))
    sent = replies.send(author, ticket, message, status=Status(row.status) if row.status else None)
    macros.apply(author, ticket_id=ticket.id, macro_id=row.macro_id)
    return sent


def _author(row: "HeldReply") -> Actor:
    """Who wrote it; what they may do was asked when they pressed the button."""
    tenant_id = current_tenant()
    if row.author_id is None:
        return system_actor(tenant_id, row.author_name)
    return Actor(kind="member", tenant_id=tenant_id, id=row.author_id, name=row.author_name)


def refuse_bounced(ticket: "Ticket", new: NewReply) -> None:
    """Ask before writing to an address whose mail came back; "send anyway" clears its mark."""
    address = customers.get_customers([ticket.customer_id])[ticket.customer_id].email
    found = customers.find_bounced([address]) if address else {}
    if not found:
        return
    if not new.despite_bounce:
        raise AddressBounced(address=address, why=found[address])
    customers.clear_bounced(address)
