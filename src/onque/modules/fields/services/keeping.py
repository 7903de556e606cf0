"""What is kept in fields, of one thing or of many."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from onque.kernel.errors import Invalid
from onque.modules.fields import rules
from onque.modules.fields.contracts import Kept, Subject
from onque.modules.fields.repositories import values
from onque.modules.fields.services.defining import list_fields

Texts = Mapping[UUID, Sequence[str]]


def list_kept(subject: Subject, object_id: UUID) -> list[Kept]:
    """Return every field about a subject with what is kept of one thing, by two queries at most.

    Archived fields come last, and only those in which something is kept.
    """
    found = list_fields(subject, with_archived=True)
    if not found:
        return []
    kept = values.of_objects([object_id]).get(object_id, {})
    shown = [one for one in found if not one.is_archived or one.id in kept]
    shown.sort(key=lambda one: one.is_archived)
    return [Kept(one, tuple(kept.get(one.id, ()))) for one in shown]


def values_of(object_ids: Collection[UUID]) -> dict[UUID, dict[UUID, list[str]]]:
    """Return the texts of each field of some things, by one query."""
    return values.of_objects(object_ids) if object_ids else {}


def write(subject: Subject, object_id: UUID, given: Texts) -> tuple[Texts, Texts]:
    """Keep texts in the named fields of a thing; return what changed, before and after.

    The caller owns the thing: it has asked for permission and holds its lock. Raises `Invalid`
    naming the field by its key, and nothing is written.
    """
    known = {one.id: one for one in list_fields(subject)}
    there = values.of_objects([object_id]).get(object_id, {})
    before: dict[UUID, list[str]] = {}
    after: dict[UUID, list[str]] = {}
    for field_id, texts in given.items():
        field = known.get(field_id)
        if field is None:
            raise Invalid(field=field_id.hex, reason="unknown")
        now = there.get(field_id, [])
        options = [*field.options, *now]  # what was chosen once may stay
        new, reason = rules.checked(field.type, options, texts)
        if reason:
            raise Invalid(field=field.key, reason=reason)
        if list(new) != now:
            before[field_id], after[field_id] = now, list(new)
    if after:
        values.write(object_id, after, {one.id: one.type for one in known.values()})
    return before, after


def put_back(subject: Subject, object_id: UUID, *, before: Texts, after: Texts) -> bool:
    """Give fields what they had before a `write`; False when they changed again since."""
    there = values.of_objects([object_id]).get(object_id, {})
    if any(there.get(field_id, []) != list(texts) for field_id, texts in after.items()):
        return False
    types = {one.id: one.type for one in list_fields(subject, with_archived=True)}
    values.write(object_id, before, types)
    return True


def forget(object_id: UUID) -> None:
    """Forget all that is kept of a thing that is no more. Safe to repeat."""
    values.forget(object_id)


def state_of(kept: Sequence[Kept]) -> str:
    """Return what a page sends back to say what it showed: another text when anything changed."""
    said = sorted([one.field.id.hex, *one.values] for one in kept if one.values)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]
