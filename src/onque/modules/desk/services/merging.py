"""Merging: one ticket survives and has everything that was said on both.

The other one stays as a row that leads on: its number, reply address and message ids answer as
before. Undo puts every message back where it was. What was written on the survivor since stays
there, but what people wrote to the merged ticket goes back with it: it would have landed there.
"""

from typing import TYPE_CHECKING

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.modules.customers import public as customers
from onque.modules.desk import rules
from onque.modules.desk.contracts import Status, TicketChanged, TicketVersionConflict
from onque.modules.desk.contracts.operations import Done, TicketMerged
from onque.modules.desk.errors import CannotMerge
from onque.modules.desk.repositories import collaborators, moves, tickets
from onque.modules.desk.services import access, faces, inverses, operations, relating, writing
from onque.modules.desk.services.collaborators import MOST
from onque.modules.desk.services.inverses import Step
from onque.modules.desk.services.operations import Act
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Collaborator, Ticket

_MERGED = ("merged_into_id", *inverses.STATE)


@transaction.atomic
def merge_tickets(actor: Actor, *, number: int, into: int, expected: Status | None = None) -> Done:
    """Merge a ticket into another one, which survives; the same again changes nothing.

    Its messages and unsent replies move, its customer and people in copy get copies from now on.
    It is closed without a survey and leads to the survivor. `expected` is the status the page
    showed. Raises `Forbidden`, `NotFound`, `CannotMerge`, `TicketVersionConflict`. Locks both.
    """
    actor.require(operations.CHANGE)
    pair = tickets.get_by_number(number).id, tickets.get_by_number(into).id
    source, target = access.lock_pair(actor, *pair)
    if source.merged_into_id == target.id:
        return Done(number=target.number)
    _refuse(source, target)
    if expected is not None and source.status != expected:
        raise TicketVersionConflict(current=source.status)
    is_waiting = source.is_unanswered and Status(source.status) in rules.OURS
    steps = [*_move_messages(source, target), _copy(source, target)]
    steps += relating.take_along(source, target)
    steps += [_open(target, source, is_waiting=is_waiting), _lead_on(source, target)]
    for ticket, fields in ((source, _MERGED), (target, (*inverses.STATE, *faces.FIELDS))):
        minutes = identity.get_brand(ticket.brand_id).reply_minutes
        writing.save(ticket, reply_minutes=minutes, fields=fields)
    return _announce(actor, source, target, steps)


def _refuse(source: "Ticket", target: "Ticket") -> None:
    if source.id == target.id:
        raise CannotMerge(reason="same")
    if source.merged_into_id is not None or target.merged_into_id is not None:
        raise CannotMerge(reason="merged")
    if source.status == Status.TRASH:
        raise CannotMerge(reason="trash")
    if not rules.may_survive(Status(target.status)):
        raise CannotMerge(reason="closed")


def _move_messages(source: "Ticket", target: "Ticket") -> list[Step]:
    origins = moves.origins(source.id)
    now_from = {one: origin or source.id for one, origin in origins.items()}
    moves.move(now_from, source=source.id, target=target.id)
    held = moves.move_held(source.id, target.id)
    faces.refresh(target)
    step = inverses.moved(origins, source.id, target.id, was_merge=True)
    pair = {"source": source.id.hex, "target": target.id.hex}
    return [step, {"do": "held", **pair, "ids": [one.hex for one in held]}]


def _copy(source: "Ticket", target: "Ticket") -> Step:
    """Put the other ticket's people into copy of the survivor; return the step."""
    cards = customers.get_customers([source.customer_id, target.customer_id])
    own = rules.comparable(cards[target.customer_id].email)
    there = {row.address for row in collaborators.of_ticket(target.id)} | {own, ""}
    wanted = _people(source, cards[source.customer_id].email, cards[source.customer_id].name)
    new = {one: row for one, row in wanted.items() if one not in there}
    if len(there) - 2 + len(new) > MOST:
        raise CannotMerge(reason="too_many")
    for address, fields in new.items():
        collaborators.add_once(ticket_id=target.id, address=address, fields=fields)
    return {"do": "cc", "ticket": target.id.hex, "addresses": list(new)}


def _people(source: "Ticket", email: str, name: str) -> dict[str, dict[str, object]]:
    now = clock.now()
    asker: dict[str, object] = {
        "name": name[:200],
        "kind": "cc",
        "added_by": "agent",
        "customer_id": source.customer_id,
        "added_at": now,
    }
    found = {rules.comparable(email): asker}
    for row in collaborators.of_ticket(source.id):
        found.setdefault(row.address, _as_fields(row))
    return found


def _as_fields(row: "Collaborator") -> dict[str, object]:
    names = ("name", "kind", "added_by", "customer_id", "is_marked", "added_at")
    return {name: getattr(row, name) for name in names}


def _open(target: "Ticket", source: "Ticket", *, is_waiting: bool) -> Step:
    """Let a customer who waits on the other ticket wait on the survivor; return the step."""
    before = tickets.freeze(target, inverses.STATE)
    if is_waiting:
        since = [one for one in (source.due_started_at, target.due_started_at) if one]
        target.due_started_at, target.is_unanswered = min(since, default=None), True
    after = rules.after_merge(Status(target.status), is_waiting=is_waiting)
    writing.move(target, after, now=clock.now())
    return inverses.changed(target, before)


def _lead_on(source: "Ticket", target: "Ticket") -> Step:
    before = tickets.freeze(source, _MERGED)
    source.merged_into_id = target.id
    source.is_unanswered, source.due_started_at = False, None
    writing.move(source, Status.CLOSED, now=clock.now())
    return inverses.changed(source, before, must=["merged_into_id"])


def _announce(actor: Actor, source: "Ticket", target: "Ticket", steps: list[Step]) -> Done:
    before, after = {"from": f"#{source.number}"}, {"to": f"#{target.number}"}
    act = Act("ticket.merged", before, after, steps, other_id=source.id)
    operation_id = operations.record(actor, target, act)
    writing.audit(actor, "ticket.merged", source.id, before, after)
    events.publish(TicketMerged(ticket_id=source.id, into_ticket_id=target.id))
    events.publish(TicketChanged(ticket_id=target.id, fields=("messages",)))
    for ticket in (source, target):
        writing.tell(ticket.id, "merged", number=target.number)
    return Done(number=target.number, act="ticket.merged", operation_id=operation_id)
