"""Prepared answers: written under settings, offered in the composer, applied with what is sent."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.modules.desk import rules
from onque.modules.desk.contracts import Priority
from onque.modules.desk.contracts.macros import MacroItem, MacroOffer, NewMacro
from onque.modules.desk.repositories import macros, tickets
from onque.modules.desk.services import access, placeholders, properties
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Macro, Ticket

MOST = 500
MAX_LENGTH = 20_000
MOST_TAGS = 10
SHARE = "tenant.settings"
_USE = "ticket.reply"
_CHANGES = frozenset({"ticket.change", "ticket.assign"})


def list_macros(actor: Actor) -> list[MacroItem]:
    """Return one's own and the shared ones that one uses or may change. Raises `Forbidden`."""
    actor.require(_USE)
    found = macros.seen_by(actor.id, actor.group_ids, limit=MOST)
    if actor.can(SHARE):
        known = {row.id for row in found}
        found += [row for row in macros.shared(limit=MOST) if row.id not in known]
    return [_item(actor, row) for row in sorted(found, key=lambda row: (row.folder, row.name))]


@transaction.atomic
def save_macro(actor: Actor, *, macro_id: UUID, new: NewMacro) -> MacroItem:
    """Write a prepared answer; a new id makes a new one, the same again changes it.

    What is shared, before or after, asks for "tenant.settings". Raises `Forbidden`, `NotFound`,
    `Invalid`.
    """
    actor.require(_USE)
    written = _checked(new)
    if written.audience != "mine":
        actor.require(SHARE)
    fields = asdict(written) | {
        "tags": list(written.tags),
        "updated_at": clock.now(),
        "updated_by": actor.name[:200],
    }
    row, created = macros.add_once(macro_id, owner_id=actor.id, **fields)
    if not created:
        row = _lock_own(actor, macro_id)
        if written.audience == "mine":  # who takes a shared one back for themselves owns it
            fields["owner_id"] = actor.id
        for name, value in fields.items():
            setattr(row, name, value)
        macros.save(row, *fields)
    if written.audience != "mine":
        identity.record_audit(
            actor=actor,
            action="macro.saved",
            object_kind="macro",
            object_id=row.id,
            before={},
            after={"name": written.name, "audience": written.audience},
        )
    return _item(actor, row)


@transaction.atomic
def remove_macro(actor: Actor, *, macro_id: UUID) -> None:
    """End a prepared answer. Raises `Forbidden`, `NotFound`."""
    actor.require(_USE)
    row = _lock_own(actor, macro_id)
    macros.remove(row.id)
    if row.audience != "mine":
        identity.record_audit(
            actor=actor,
            action="macro.removed",
            object_kind="macro",
            object_id=row.id,
            before={"name": row.name},
            after={},
        )


def offer_all(actor: Actor, *, number: int) -> list[MacroOffer]:
    """Return what the composer of a ticket offers, filled in. Raises `Forbidden`, `NotFound`."""
    if not actor.can("ticket.note"):
        actor.require(_USE)
    ticket = tickets.get_by_number(number)
    access.require_sight(actor, ticket)
    values = values_of(actor, ticket)
    is_korean = (ticket.language or ticket.customer.locale).startswith("ko")
    found = macros.seen_by(actor.id, actor.group_ids, limit=MOST)
    return [_offer(row, values, is_korean=is_korean) for row in found]


def find_offer(actor: Actor, macro_id: UUID | None) -> MacroOffer | None:
    """Return one that is chosen already, its words left out; None when it is gone."""
    row = _usable(actor, macro_id)
    return replace(_offer(row, {}, is_korean=False), text="") if row is not None else None


def usable(actor: Actor, macro_id: UUID | None) -> UUID | None:
    """Return the id if the actor may use it and make its changes, to be applied at the sending."""
    if not all(actor.can(permission) for permission in _CHANGES):
        return None
    row = _usable(actor, macro_id)
    return row.id if row is not None else None


def apply(actor: Actor, *, ticket_id: UUID, macro_id: UUID | None) -> None:
    """Make the changes of a prepared answer that was sent, and count its use.

    The actor's rights were asked by `usable`. One that was removed meanwhile changes nothing.
    Locks the ticket.
    """
    row = macros.find(macro_id) if macro_id is not None else None
    if row is None:
        return
    macros.count_use(row.id)
    allowed = replace(actor, permissions=_CHANGES | {"ticket.view_all"})
    if row.priority:
        properties.set_priority(allowed, ticket_id=ticket_id, priority=Priority(row.priority))
    for tag in row.tags:
        properties.add_tag(allowed, ticket_id=ticket_id, name=tag)
    if row.assign_to_me and actor.id is not None:
        group_id = tickets.get(ticket_id).group_id
        properties.assign(allowed, ticket_id=ticket_id, member_id=actor.id, group_id=group_id)


def _usable(actor: Actor, macro_id: UUID | None) -> "Macro | None":
    row = macros.find(macro_id) if macro_id is not None else None
    return row if row is not None and _is_seen(actor, row) else None


def _is_seen(actor: Actor, row: "Macro") -> bool:
    if row.audience == "mine":
        return row.owner_id == actor.id
    return row.audience == "all" or row.group_id in actor.group_ids


def _may_change(actor: Actor, row: "Macro") -> bool:
    return row.owner_id == actor.id if row.audience == "mine" else actor.can(SHARE)


def _lock_own(actor: Actor, macro_id: UUID) -> "Macro":
    row = macros.lock(macro_id)
    if row.audience == "mine" and row.owner_id != actor.id:
        raise NotFound(kind="macro", id=macro_id)
    if row.audience != "mine":
        actor.require(SHARE)
    return row


def _checked(new: NewMacro) -> NewMacro:
    name, code = new.name.strip(), new.code.strip().lstrip("/").lower()
    tags = tuple(dict.fromkeys(tag for tag in map(rules.tag_name, new.tags) if tag))
    if not name:
        raise Invalid(field="name", reason="empty")
    if len(tags) > MOST_TAGS:
        raise Invalid(field="tags", reason="too_many")
    does = new.status or new.priority or tags or new.assign_to_me
    if not (new.text_ko.strip() or new.text_en.strip() or does):
        raise Invalid(field="text_en", reason="empty")
    for field in ("text_ko", "text_en"):
        _check_text(field, getattr(new, field))
    if new.audience == "group" and new.group_id not in {one.id for one in identity.list_groups()}:
        raise Invalid(field="group_id", reason="empty")
    group_id = new.group_id if new.audience == "group" else None
    return replace(new, name=name, code=code, tags=tags, group_id=group_id)


def _check_text(field: str, text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise Invalid(field=field, reason="too_long")
    strange = placeholders.unknown(text)
    if strange:
        raise Invalid(field=field, reason="unknown", value=strange[0])


def values_of(actor: Actor, ticket: "Ticket") -> dict[str, str]:
    """Return what the placeholders stand for on a ticket."""
    return {
        "customer.name": ticket.customer.name,
        "customer.email": ticket.customer.email,
        "agent.name": actor.name,
        "brand.name": identity.get_brand(ticket.brand_id).name,
        "ticket.number": str(ticket.number),
        "ticket.subject": ticket.subject,
    }


def _offer(row: "Macro", values: dict[str, str], *, is_korean: bool) -> MacroOffer:
    texts = (row.text_ko, row.text_en) if is_korean else (row.text_en, row.text_ko)
    return MacroOffer(
        id=row.id,
        name=row.name,
        folder=row.folder,
        code=row.code,
        text=placeholders.fill(texts[0] or texts[1], values),
        status=row.status,
        priority=row.priority,
        tags=tuple(row.tags),
        assign_to_me=row.assign_to_me,
    )


def _item(actor: Actor, row: "Macro") -> MacroItem:
    written = NewMacro(
        name=row.name,
        text_ko=row.text_ko,
        text_en=row.text_en,
        folder=row.folder,
        code=row.code,
        audience=row.audience,
        group_id=row.group_id,
        status=row.status,
        priority=row.priority,
        tags=tuple(row.tags),
        assign_to_me=row.assign_to_me,
    )
    return MacroItem(
        id=row.id,
        written=written,
        uses=row.uses,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        may_change=_may_change(actor, row),
    )
