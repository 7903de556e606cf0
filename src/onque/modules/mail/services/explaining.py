"""Why a message is on its ticket: what the ledger knows of the mail it came by."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.mail.contracts import WhyHere
from onque.modules.mail.repositories import inbound
from onque.modules.mail.rules.authentication import from_row


def why_here(_actor: Actor, message_ids: Sequence[UUID]) -> Mapping[UUID, WhyHere]:
    """Return why some messages are where they are, for the foot of each; one query."""
    found: dict[UUID, WhyHere] = {}
    for row in inbound.of_messages(message_ids):
        if row.message_id is None or not row.landing:
            continue
        evidence = from_row(row.auth)
        found[row.message_id] = WhyHere(
            mail_id=row.id,
            why=row.landing,
            marks=tuple(row.marks.split()),
            recipient=row.recipient,
            sender=row.sender,
            checked_by=evidence.by,
            message_id=row.message_id if row.object_key else None,
            checks=tuple((one.method, one.result, one.domain) for one in evidence.checks),
        )
    return found
