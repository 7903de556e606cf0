"""Mailboxes that are connected: switched off and on, removed and restored."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import mailboxes

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox


@transaction.atomic
def set_enabled(actor: Actor, *, mailbox_id: UUID, enabled: bool) -> None:
    """Stop or go on fetching; where it stands is kept. Raises `Forbidden`, `NotFound`."""
    row = _lock(actor, mailbox_id)
    row.is_enabled, row.failures = enabled, 0
    row.next_poll_at = clock.now()
    mailboxes.save(row, "is_enabled", "failures", "next_poll_at")
    _audit(actor, "mail.mailbox_enabled" if enabled else "mail.mailbox_disabled", mailbox_id)


@transaction.atomic
def remove(actor: Actor, *, mailbox_id: UUID) -> None:
    """Take a mailbox off the list and stop fetching. Raises `Forbidden`, `NotFound`.

    Its position and what came from it stay, so that it can be restored.
    """
    row = _lock(actor, mailbox_id)
    row.is_enabled, row.removed_at = False, clock.now()
    mailboxes.save(row, "is_enabled", "removed_at")
    _audit(actor, "mail.mailbox_removed", mailbox_id)


@transaction.atomic
def restore(actor: Actor, *, mailbox_id: UUID) -> None:
    """Undo `remove`; fetching goes on where it stopped. Raises `Forbidden`, `NotFound`."""
    row = _lock(actor, mailbox_id)
    row.is_enabled, row.removed_at, row.next_poll_at = True, None, clock.now()
    mailboxes.save(row, "is_enabled", "removed_at", "next_poll_at")
    _audit(actor, "mail.mailbox_restored", mailbox_id)


def _lock(actor: Actor, mailbox_id: UUID) -> "Mailbox":
    actor.require("mail.settings")
    return mailboxes.lock(mailbox_id)


def _audit(actor: Actor, action: str, mailbox_id: UUID) -> None:
    identity.record_audit(actor=actor, action=action, object_kind="mailbox", object_id=mailbox_id)
