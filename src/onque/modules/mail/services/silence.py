"""Addresses that get no automatic mail, because somebody there complained about it."""

from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import SilenceItem
from onque.modules.mail.repositories import silences
from onque.modules.mail.rules import addresses as address_rules

MAY_CHANGE = "mail.settings"
_SHOWN = 1000


def silence(address: str, *, ticket_id: UUID | None) -> bool:
    """Send an address nothing by ourselves any more; safe to repeat. Tells whether that is new.

    What people write still goes there. Source: RFC 6650, 5.
    """
    _row, created = silences.add_once(
        address_rules.comparable(address), {"ticket_id": ticket_id, "silenced_at": clock.now()}
    )
    return created


def is_silent(address: str) -> bool:
    """Tell whether an address gets no automatic mail."""
    return silences.has(address_rules.comparable(address))


def list_silences(actor: Actor) -> list[SilenceItem]:
    """Return the silenced addresses, the latest first. Raises `Forbidden`."""
    actor.require(MAY_CHANGE)
    rows = silences.latest(limit=_SHOWN)
    return [SilenceItem(row.id, row.address, row.silenced_at) for row in rows]


@transaction.atomic
def lift(actor: Actor, *, silence_id: UUID) -> None:
    """Let automatic mail go to the address again. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_CHANGE)
    row = silences.lock(silence_id)
    silences.drop(row)
    identity.record_audit(
        actor=actor,
        action="mail.silence_lifted",
        object_kind="mail_silence",
        object_id=row.id,
        before={"address": row.address},
    )
