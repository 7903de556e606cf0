"""How each step of an act is taken back: one function for each kind of step.

A step is plain data, stored with its operation in the transaction of the act. Acts are put
together of steps, and none has an undo of its own: a new act needs a new step at most.
Source: docs/adr/0018-operations-and-undo.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from onque.kernel import clock
from onque.modules.desk import rules
from onque.modules.desk.contracts import Status
from onque.modules.desk.errors import OperationOutdated
from onque.modules.desk.repositories import (
    collaborators,
    links,
    messages,
    moves,
    tags,
    tickets,
)
from onque.modules.desk.services import faces, writing
from onque.modules.fields import public as fields
from onque.modules.fields.contracts import Subject

if TYPE_CHECKING:
    from onque.modules.desk.models import Message, Ticket

Step = dict[str, Any]
STATE = ("status", "due_started_at", "is_unanswered", "solved_at", "snoozed_until")
"""What a change of status may touch."""


@dataclass
class Undoing:
    """One undo under way: the tickets it may touch, locked, and what it did so far."""

    tickets: "dict[UUID, Ticket]"
    touched: set[UUID] = field(default_factory=set)
    moved: list[tuple[UUID, UUID, UUID]] = field(default_factory=list)
    """Messages that went from one ticket to another."""

    def ticket(self, name: str) -> "Ticket":
        """Return a ticket named by a step, to be saved at the end."""
        ticket_id = UUID(name)
        self.touched.add(ticket_id)
        return self.tickets[ticket_id]


# --- steps, as acts write them


def changed(ticket: "Ticket", before: Mapping[str, Any], *, must: Iterable[str] = ()) -> Step:
    """Return the step of fields that changed since `before` (`tickets.freeze`).

    Undo gives them back together, if none was changed again since; one of `must` that was, is
    refused.
    """
    return {
        "do": "fields",
        "ticket": ticket.id.hex,
        "before": dict(before),
        "after": tickets.freeze(ticket, before),
        "must": list(must),
    }


def moved(
    origins: Mapping[UUID, UUID | None], source: UUID, target: UUID, *, was_merge: bool = False
) -> Step:
    """Return the step of messages that went from one ticket to another, with their origins."""
    return {
        "do": "messages",
        "source": source.hex,
        "target": target.hex,
        "origins": {key.hex: one.hex if one else "" for key, one in origins.items()},
        "was_merge": was_merge,
    }


def linked(one: UUID, other: UUID, *, added: bool) -> Step:
    """Return the step of two tickets that were linked, or are no longer."""
    return {"do": "link", "ticket": one.hex, "other": other.hex, "added": added}


# --- taking back


def _fields(undoing: Undoing, step: Step) -> None:
    ticket = undoing.ticket(step["ticket"])
    before, after, must = step["before"], step["after"], step["must"]
    now = tickets.freeze(ticket, after)
    for name in must:
        if now[name] != after[name]:
            raise OperationOutdated(field=name)
    if now == after:
        tickets.thaw(ticket, before)
    else:
        tickets.thaw(ticket, {name: before[name] for name in must})


def _messages(undoing: Undoing, step: Step) -> None:
    source, target = undoing.ticket(step["source"]), undoing.ticket(step["target"])
    origins = {UUID(key): UUID(one) if one else None for key, one in step["origins"].items()}
    staying = {one: origins[one] for one in moves.staying(target.id, origins)}
    moves.move(staying, source=target.id, target=source.id)
    if step["was_merge"]:  # its ids led to the merged ticket all the time
        staying = _arrivals(source, target)
    else:
        messages.clear_moved(staying)
    undoing.moved += [(one, target.id, source.id) for one in staying]
    for ticket in (source, target):
        faces.refresh(ticket)


def _arrivals(source: "Ticket", target: "Ticket") -> dict[UUID, UUID | None]:
    """Let what was written to the merged ticket meanwhile go where it would have landed."""
    arrived = moves.arrived_for(source.id, on=target.id)
    home: dict[UUID, UUID | None] = dict.fromkeys(one.id for one in arrived)
    moves.move(home, source=target.id, target=source.id)
    asked = [one for one in arrived if one.direction == "in" and not one.is_automatic]
    if asked:
        _ask(source, target, asked)
    return home


def _ask(source: "Ticket", target: "Ticket", asked: "list[Message]") -> None:
    """Somebody who wrote meanwhile, and was not answered since, waits on their own ticket."""
    newest = messages.newest_public(target.id)
    if newest is None or newest.direction == "out":
        target.is_unanswered, target.due_started_at = False, None
    if not _is_answered(asked[-1], newest):
        source.is_unanswered = True
        source.due_started_at = source.due_started_at or asked[0].stored_at
        status = rules.after_customer_message(Status(source.status)) or Status.OPEN
        writing.move(source, status, now=clock.now())


def _is_answered(asked: "Message", newest: "Message | None") -> bool:
    return newest is not None and newest.direction == "out" and newest.stored_at > asked.stored_at


def _held(undoing: Undoing, step: Step) -> None:
    source, target = undoing.ticket(step["source"]), undoing.ticket(step["target"])
    ids = [UUID(one) for one in step["ids"]]
    moves.return_held(ids, source=target.id, target=source.id)


def _cc(undoing: Undoing, step: Step) -> None:
    collaborators.remove(undoing.ticket(step["ticket"]).id, step["addresses"])


def _tag(undoing: Undoing, step: Step) -> None:
    act = tags.take if step["added"] else tags.put
    act(undoing.ticket(step["ticket"]).id, step["name"])


def _link(undoing: Undoing, step: Step) -> None:
    act = links.take if step["added"] else links.put
    act(undoing.ticket(step["ticket"]).id, UUID(step["other"]))


def _custom(undoing: Undoing, step: Step) -> None:
    ticket = undoing.ticket(step["ticket"])
    before, after = (
        {UUID(key): texts for key, texts in step[name].items()} for name in ("before", "after")
    )
    if not fields.put_back(Subject.TICKET, ticket.id, before=before, after=after):
        raise OperationOutdated(field="custom")


def _fold(undoing: Undoing, step: Step) -> None:
    """A ticket that the act made gives everything on it back, and leads on."""
    made, home = undoing.ticket(step["ticket"]), undoing.ticket(step["into"])
    if made.merged_into_id is not None:
        raise OperationOutdated(field="merged_into_id")
    origins = moves.origins(made.id)
    known = {UUID(key): UUID(one) if one else None for key, one in step["origins"].items()}
    back = {one: known.get(one, made.id) for one in origins}
    moves.move(back, source=made.id, target=home.id)
    moves.move_held(made.id, home.id)
    messages.clear_moved(known)
    undoing.moved += [(one, made.id, home.id) for one in back]
    made.merged_into_id = home.id
    made.is_unanswered, made.due_started_at = False, None
    writing.move(made, Status.CLOSED, now=clock.now())
    faces.refresh(home)


def _discard(undoing: Undoing, step: Step) -> None:
    """A ticket that the act made goes to the trash, unless something was said on it."""
    made = undoing.ticket(step["ticket"])
    if messages.has_any(made.id):
        raise OperationOutdated(field="messages")
    writing.move(made, Status.TRASH, now=clock.now())


TAKE_BACK: Mapping[str, Callable[[Undoing, Step], None]] = {
    "fields": _fields,
    "messages": _messages,
    "held": _held,
    "cc": _cc,
    "tag": _tag,
    "link": _link,
    "custom": _custom,
    "fold": _fold,
    "discard": _discard,
}
