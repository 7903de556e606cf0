"""How our mail fares, shown at the message it carries; and the repair when it came back."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.kernel.ids import new_id
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import DeliveryState, MessageDelivery, NotRetryable
from onque.modules.mail.repositories import outbound
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules.refusals import fault_of
from onque.modules.mail.rules.states import OutboundState, step_of
from onque.modules.mail.services import bouncing, delivery, naming

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail

_ROLES = ("to", "cc", "bcc")
_COPIED = (
    "kind",
    "brand_id",
    "ticket_id",
    "message_id",
    "from_name",
    "from_address",
    "role",
    "header_cc",
    "attachments",
    "signature",
    "color",
    "reply_to",
    "subject",
    "text",
    "html",
    "locale",
    "with_marker",
    "quoted_author",
    "quoted_text",
    "quoted_at",
    "rfc_id",
    "in_reply_to",
    "references",
)


def how_they_fare(actor: Actor, message_ids: Sequence[UUID]) -> Mapping[UUID, MessageDelivery]:
    """Return how the mails of some messages fare, for the foot of each; one query."""
    found: dict[UUID, list[OutboundMail]] = defaultdict(list)
    for row in outbound.of_messages(message_ids):
        if row.message_id is not None:
            found[row.message_id].append(row)
    return {
        message_id: MessageDelivery(
            mails=tuple(_state(row, rows) for row in sorted(rows, key=_order)),
            may_repair=actor.can("ticket.reply"),
        )
        for message_id, rows in found.items()
    }


def _order(row: "OutboundMail") -> tuple[int, str]:
    return _ROLES.index(row.role), row.to_address


def _state(row: "OutboundMail", rows: "Sequence[OutboundMail]") -> DeliveryState:
    repaired = next((one for one in rows if one.id == row.repaired_by_id), None)
    step = step_of(
        OutboundState(row.state),
        attempts=row.attempts,
        bounced=row.bounced_at is not None,
        delivered=row.delivered_at is not None,
        repaired=row.repaired_by_id is not None,
    )
    failed = row.state == OutboundState.FAILED
    return DeliveryState(
        mail_id=row.id,
        step=step,
        role=row.role,
        to_address=row.to_address,
        error=row.bounce_text if row.bounced_at else row.error,
        fault=row.bounce_kind or (fault_of(row.error, permanent=True) if failed else ""),
        next_try_at=row.next_try_at if step == "deferred" else None,
        sent_at=row.sent_at,
        repaired_to=repaired.to_address if repaired else "",
    )


@transaction.atomic
def correct_and_send(actor: Actor, *, mail_id: UUID, address: str) -> int:
    """Send a mail that did not arrive once more, to the address as corrected.

    Returns the ticket's number. The customer's address is corrected with it, unless the new one is
    somebody else's. The same address sends it again there. Raises `Forbidden`, `NotFound`,
    `Invalid`, `NotRetryable`.
    """
    actor.require("ticket.reply")
    row = outbound.lock(mail_id)
    if row.message_id is None or row.ticket_id is None:
        raise NotFound(kind="outboundmail", id=mail_id)
    desk.get_message(actor, message_id=row.message_id)
    plain = address.strip()
    if not address_rules.is_address(plain):
        raise Invalid(field="address", reason="not_an_address", value=plain[:80])
    if row.repaired_by_id or not (row.bounced_at or row.state == OutboundState.FAILED):
        raise NotRetryable(mail_id=mail_id, state=row.state)
    again = _queue_again(row, plain)
    row.repaired_by_id = again.id
    outbound.save(row, "repaired_by_id")
    customers.clear_bounced(plain)
    _correct_customer(row, plain)
    identity.record_audit(
        actor=actor,
        action="mail.address_corrected",
        object_kind="mail",
        object_id=row.id,
        before={"to": row.to_address},
        after={"to": plain},
    )
    bouncing.tell(row)
    return desk.get_card(row.ticket_id).number


def _queue_again(row: "OutboundMail", address: str) -> "OutboundMail":
    mail_id = new_id()
    named = [[name, address if old == row.to_address else old] for name, old in row.header_to or []]
    fields = {name: getattr(row, name) for name in _COPIED}
    fields |= {
        "to_name": row.to_name,
        "to_address": address,
        "header_to": named,
        "envelope_from": naming.return_path(mail_id),
    }
    part = hashlib.sha256(address.encode()).hexdigest()[:24]
    return delivery.queue(f"repair:{row.id.hex}:{part}", mail_id, fields)


def _correct_customer(row: "OutboundMail", address: str) -> None:
    if row.role != "to" or row.ticket_id is None or row.kind == "side":
        return
    card = desk.get_card(row.ticket_id)
    known = customers.get_customers([card.customer_id])[card.customer_id]
    old = address_rules.comparable(row.to_address)
    if old == address_rules.comparable(known.email) != address_rules.comparable(address):
        customers.correct_email(card.customer_id, email=address)
