"""What members write down about a customer."""

from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.modules.customers import rules
from onque.modules.customers.repositories import customers, notes
from onque.modules.customers.services.recording import record

VIEW, CHANGE = "customer.view", "customer.change"


@transaction.atomic
def add_note(actor: Actor, *, customer_id: UUID, note_id: UUID, text: str) -> None:
    """Write down something about a customer; the same id twice is one note.

    Whoever may see customers may do so. Raises `Forbidden`, `NotFound`, `Invalid`.
    """
    actor.require(VIEW)
    row = customers.get(customer_id)
    written = text.strip()
    if not written or len(written) > rules.NOTE_LENGTH:
        raise Invalid(field="text", reason="too_long" if written else "empty")
    home = row.merged_into_id or row.id
    created = notes.add_once(
        note_id,
        customer_id=home,
        author_id=actor.id,
        author_name=actor.name[:200],
        text=written,
        created_at=clock.now(),
    )
    if created:
        record(actor, "customer.noted", home, {}, {})


@transaction.atomic
def set_note_removed(actor: Actor, *, customer_id: UUID, note_id: UUID, removed: bool) -> None:
    """Take a note away, or bring it back: one's own, or anybody's for who may change customers.

    Safe to repeat. Raises `Forbidden`, `NotFound`.
    """
    actor.require(VIEW)
    note = notes.lock(note_id)
    family = {customer_id, *customers.merged_into(customer_id)}
    if note.customer_id not in family:
        raise NotFound(kind="customernote", id=note_id)
    if note.author_id != actor.id and not actor.can(CHANGE):
        raise Forbidden(permission=CHANGE)
    if (note.removed_at is not None) == removed:
        return
    notes.set_removed(note.id, at=clock.now() if removed else None)
    action = "customer.note_removed" if removed else "customer.note_restored"
    record(actor, action, note.customer_id, {}, {})
