"""Dead letters of the workspace: who may see them, try again or give up; each act is on record."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onque.kernel import deadletters
from onque.kernel.access import Actor
from onque.kernel.deadletters import PAGE, DeadLetter
from onque.modules.identity import public as identity

__all__ = ["PAGE", "DeadLetter", "drop_failure", "list_failures", "retry_failure"]


def list_failures(actor: Actor, *, before: datetime | None = None) -> list[DeadLetter]:
    """Return a page of what failed for good, newest first. Raises `Forbidden`."""
    actor.require("failure.view")
    return deadletters.list_dead(before=before)


@transaction.atomic
def retry_failure(actor: Actor, *, delivery_id: UUID) -> None:
    """Deliver it again after the commit. Raises `Forbidden`, `NotFound`."""
    actor.require("failure.retry")
    deadletters.retry(delivery_id)
    _record(actor, "failure.retried", delivery_id)


@transaction.atomic
def drop_failure(actor: Actor, *, delivery_id: UUID) -> None:
    """Give it up, so that what waits behind it goes on. Raises `Forbidden`, `NotFound`."""
    actor.require("failure.retry")
    deadletters.drop(delivery_id)
    _record(actor, "failure.dropped", delivery_id)


def _record(actor: Actor, action: str, delivery_id: UUID) -> None:
    identity.record_audit(actor=actor, action=action, object_kind="failure", object_id=delivery_id)
