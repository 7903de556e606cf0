"""Changes of customers in the audit trail."""

from collections.abc import Mapping
from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.identity import public as identity


def record(
    actor: Actor,
    action: str,
    customer_id: UUID,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    """Record who changed what about a customer, in the change's own transaction."""
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="customer",
        object_id=customer_id,
        before=before,
        after=after,
    )
