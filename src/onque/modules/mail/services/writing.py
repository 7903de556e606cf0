"""What we write: replies to customers, and mails other modules ask for."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import system_actor
from onque.kernel.errors import NotFound
from onque.kernel.ids import new_id
from onque.kernel.tenancy import current_tenant
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.repositories import addresses, references
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import composing
from onque.modules.mail.services import delivery
from onque.modules.mail.services.keys import reply_keys

if TYPE_CHECKING:
    from onque.modules.desk.contracts import MessageItem, TicketCard

_PLATFORM_NAME = "Onque"
_QUOTED_LENGTH = 20_000
_LOCALES = frozenset({"ko", "en"})


@transaction.atomic
def queue_reply(ticket_id: UUID, message_id: UUID) -> UUID | None:
    """Queue the mail that carries an agent's reply to the ticket's customer.

    The same message is one mail. None when the customer has no address. Raises `NotFound`.
    """
    card = desk.get_card(ticket_id)
    customer = customers.get_customers([card.customer_id])[card.customer_id]
    if not address_rules.is_address(customer.email):
        return None
    message = desk.get_message(system_actor(current_tenant()), message_id=message_id)
    if message.ticket_id != ticket_id:
        raise NotFound(kind="message", id=message_id)
    earlier = [item for item in desk.get_thread(ticket_id) if item.written_at <= message.written_at]
    asked = next((m for m in reversed(earlier) if m.direction == "in" and not m.is_note), None)
    locale = _locale(customer.locale or card.language, card.brand_id)
    fields = {
        **_sender(card.brand_id, message.author_name),
        **_return_path(card),
        **_threading(card, asked),
        "kind": "reply",
        "brand_id": card.brand_id,
        "ticket_id": ticket_id,
        "message_id": message_id,
        "to_name": customer.name,
        "to_address": customer.email,
        "subject": composing.reply_subject(card.subject),
        "text": message.text,
        "html": message.html,
        "locale": locale,
        "with_marker": True,
    }
    return _queue(f"reply:{message_id.hex}", fields)


@transaction.atomic
def queue_mail(new: NewMail) -> UUID:
    """Queue a mail another module wants sent; automatic by nature. The same key is one mail.

    With a ticket the answer comes back to it, and the mail threads with what was said there.
    """
    fields: dict[str, object] = {
        "kind": new.kind,
        "brand_id": new.brand_id,
        "ticket_id": new.ticket_id,
        "to_name": new.to_name,
        "to_address": new.to_address,
        "subject": new.subject,
        "text": new.text,
        "html": new.html,
        "locale": new.locale if new.locale in _LOCALES else "en",
        "automatic": "auto-generated",
        "list_unsubscribe": new.list_unsubscribe,
    }
    if new.ticket_id is not None:
        card = desk.get_card(new.ticket_id)
        asked = _last_asked(card.id)
        threading = _threading(card, asked)
        fields |= {**_return_path(card), **threading, "quoted_text": ""}
        fields |= {**_sender(new.brand_id or card.brand_id, "")}
    else:
        fields |= _sender(new.brand_id, "")
    return _queue(f"{new.kind}:{new.key}", fields)


def _queue(key: str, fields: dict[str, object]) -> UUID:
    row = delivery.queue(key, new_id(), fields)
    if row.ticket_id is not None:
        if row.message_id is not None:
            references.note(
                rfc_id=row.rfc_id,
                ticket_id=row.ticket_id,
                message_id=row.message_id,
                now=clock.now(),
            )
        else:
            references.mention([row.rfc_id], ticket_id=row.ticket_id, now=clock.now())
    return row.id


def _sender(brand_id: UUID | None, person: str) -> dict[str, object]:
    """In whose name: "Person (Brand)" at the brand's main address."""
    if brand_id is None:
        address = f"no-reply@{settings.MAIL_DOMAIN}"
        return {"from_name": _PLATFORM_NAME, "from_address": address, "envelope_from": address}
    brand = identity.get_brand(brand_id)
    main = addresses.main_of(brand_id)
    address = main.address if main else brand.support_address
    address = address or f"{brand.slug}@{settings.MAIL_DOMAIN}"
    name = composing.sender_name(person, brand.sender_name or brand.name)
    return {"from_name": name[:200], "from_address": address, "envelope_from": address}


def _return_path(card: "TicketCard") -> dict[str, object]:
    """Answers and delivery reports both come back to the signed address."""
    address = address_rules.reply_address(
        reply_keys()[0],
        tenant_id=current_tenant(),
        ticket_number=card.number,
        customer_id=card.customer_id,
        domain=settings.MAIL_DOMAIN,
    )
    return {"reply_to": address, "envelope_from": address}


def _threading(card: "TicketCard", asked: "MessageItem | None") -> dict[str, object]:
    """The fields by which the customer's program puts it below what they wrote."""
    said = references.of_ticket(card.id, limit=composing.MAX_REFERENCES)
    answered = references.of_message(asked.id) if asked else ""
    earlier = tuple(rfc_id for rfc_id, _message in said if rfc_id != answered)
    fields: dict[str, object] = {
        "in_reply_to": answered,
        "references": list(composing.next_references(earlier, answered)),
    }
    if asked is not None:
        fields |= {
            "quoted_author": asked.author_name[:200] or asked.author_address[:200],
            "quoted_text": asked.text[:_QUOTED_LENGTH],
            "quoted_at": asked.written_at,
        }
    return fields


def _last_asked(ticket_id: UUID) -> "MessageItem | None":
    thread = desk.get_thread(ticket_id)
    return next((m for m in reversed(thread) if m.direction == "in" and not m.is_note), None)


def _locale(wanted: str, brand_id: UUID) -> str:
    for locale in (wanted[:2], identity.get_brand(brand_id).locale[:2]):
        if locale in _LOCALES:
            return locale
    return "en"
