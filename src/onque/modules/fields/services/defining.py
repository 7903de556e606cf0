"""Which fields a workspace has."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.fields import rules
from onque.modules.fields.contracts import (
    Field,
    FieldChanged,
    FieldKeyTaken,
    FieldType,
    NewField,
    Subject,
)
from onque.modules.fields.repositories import fields
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.fields.models import FieldDefinition

MANAGE = "tenant.settings"
MOST = 100
"""So many fields has a subject at most."""
_WRITTEN = ("key", "label_ko", "label_en", "options")


def list_fields(subject: Subject, *, with_archived: bool = False) -> list[Field]:
    """Return the fields about a subject in their order, by one query."""
    found = (card(row) for row in fields.about(subject.value))
    return [one for one in found if with_archived or not one.is_archived]


@transaction.atomic
def save_field(actor: Actor, *, field_id: UUID, version: int, new: NewField) -> Field:
    """Write a field; an id that is new makes one, the same again changes it.

    Its subject and type stay as they were made: what is kept would not fit. An option that is
    taken out stays where it was chosen. Raises `Forbidden`, `Invalid`, `FieldKeyTaken`,
    `FieldChanged` unless `version` is the newest. Locks the field.
    """
    actor.require(MANAGE)
    row = fields.find(field_id)
    written = _checked(new, row)
    if fields.has_key(new.subject, str(written["key"]), but=field_id):
        raise FieldKeyTaken(key=written["key"])
    if row is None:
        there = fields.about(new.subject)
        if len(there) >= MOST:
            raise Invalid(field="key", reason="too_many", limit=MOST)
        position = max((one.position for one in there), default=0) + 1
        made = {"subject": new.subject, "type": new.type, "position": position, **written}
        try:
            with transaction.atomic():
                row = fields.add(id=field_id, **made)
        except IntegrityError:  # somebody was faster
            raise FieldKeyTaken(key=written["key"]) from None
        _record(actor, "field.created", row, {}, written)
        return card(row)
    row = fields.lock(field_id)
    before = {name: getattr(row, name) for name in _WRITTEN}
    if before == written:
        return card(row)
    if row.version != version:
        raise FieldChanged(field_id=field_id)
    for name, value in written.items():
        setattr(row, name, value)
    row.version += 1
    fields.save(row, *_WRITTEN, "version")
    _record(actor, "field.changed", row, before, written)
    return card(row)


@transaction.atomic
def set_archived(actor: Actor, *, field_id: UUID, archived: bool) -> None:
    """Ask for a field no longer, or again; what is kept in it stays. Safe to repeat.

    Raises `Forbidden`, `NotFound`. Locks the field.
    """
    actor.require(MANAGE)
    row = fields.lock(field_id)
    if (row.archived_at is not None) == archived:
        return
    row.archived_at = clock.now() if archived else None
    row.version += 1
    fields.save(row, "archived_at", "version")
    _record(actor, "field.archived" if archived else "field.restored", row, {}, {})


@transaction.atomic
def move(actor: Actor, *, field_id: UUID, up: bool) -> None:
    """Change places with the field before or after it. Raises `Forbidden`, `NotFound`."""
    actor.require(MANAGE)
    there = [one for one in fields.about(fields.get(field_id).subject) if one.archived_at is None]
    places = [one.id for one in there]
    if field_id not in places:
        return
    at = places.index(field_id)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(places):
        return
    places[at], places[other] = places[other], places[at]
    found = {one.id: one for one in fields.lock_many(places)}
    for position, one in enumerate(places, 1):
        found[one].position = position
        fields.save(found[one], "position")


def _checked(new: NewField, row: "FieldDefinition | None") -> dict[str, object]:
    if new.subject not in set(Subject) or new.type not in set(FieldType):
        raise Invalid(field="type", reason="unknown")
    if row is not None and (row.subject, row.type) != (new.subject, new.type):
        raise Invalid(field="type", reason="fixed")
    labels = {"label_ko": rules.plain(new.label_ko), "label_en": rules.plain(new.label_en)}
    if not any(labels.values()):
        raise Invalid(field="label_ko", reason="empty")
    for name, label in labels.items():
        if len(label) > rules.LABEL_LENGTH:
            raise Invalid(field=name, reason="too_long")
    if not rules.is_key(new.key.strip()):
        raise Invalid(field="key", reason="no_key")
    options = rules.options_of(new.options) if new.type in rules.CHOOSING else ()
    if new.type in rules.CHOOSING and not options:
        raise Invalid(field="options", reason="empty")
    if len(options) > rules.MOST_OPTIONS or any(len(o) > rules.OPTION_LENGTH for o in options):
        raise Invalid(field="options", reason="too_long")
    return {"key": new.key.strip(), **labels, "options": list(options)}


def _record(
    actor: Actor,
    action: str,
    row: "FieldDefinition",
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    changed = [name for name in after if before.get(name) != after[name]]
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="field",
        object_id=row.id,
        before={name: before[name] for name in changed if name in before},
        after={"key": row.key, **{name: after[name] for name in changed}},
    )


def card(row: "FieldDefinition") -> Field:
    """Return a field as others see it."""
    return Field(
        id=row.id,
        subject=Subject(row.subject),
        key=row.key,
        label_ko=row.label_ko,
        label_en=row.label_en,
        type=FieldType(row.type),
        options=tuple(row.options),
        version=row.version,
        is_archived=row.archived_at is not None,
    )
