"""What we write: replies to customers, side threads, and mails other modules ask for."""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import system_actor
from onque.kernel.errors import NotFound
from onque.kernel.ids import new_id
from onque.kernel.tenancy import current_tenant
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.repositories import addresses, outbound, references
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import composing
from onque.modules.mail.rules.composing import Part
from onque.modules.mail.services import delivery, naming
from onque.modules.mail.services.naming import Writer

if TYPE_CHECKING:
    from onque.modules.customers.contracts import CustomerCard
    from onque.modules.desk.contracts import MessageItem, TicketCard
    from onque.modules.mail.models import OutboundMail

_QUOTED_LENGTH = 20_000
_ANSWER = "acknowledgement"
"""The one kind that answers a mail. Source: RFC 3834, 3.1.7."""


@transaction.atomic
def queue_reply(ticket_id: UUID, message_id: UUID) -> UUID | None:
    """Queue the mails that carry an agent's reply: to the customer, and to each in copy.

    They are one mail to their readers: one Message-ID, one set of header fields. The same message
    is queued once. Returns the first row's id, None when nobody has an address. Raises `NotFound`.
    """
    card = desk.get_card(ticket_id)
    customer = customers.get_customers([card.customer_id])[card.customer_id]
    message = _message(card, message_id)
    people = _recipients(customer, message)
    if not people:
        return None
    earlier = [item for item in desk.get_thread(ticket_id) if item.written_at <= message.written_at]
    asked = _last_asked(earlier)
    locale = naming.locale_for(customer.locale or card.language, card.brand_id)
    fields = {
        **naming.sender_fields(card.brand_id, _writer(message), locale=locale),
        **_threading(card, asked, earlier),
        "kind": "reply",
        "brand_id": card.brand_id,
        "ticket_id": ticket_id,
        "message_id": message_id,
        "reply_to": naming.reply_to(card),
        "subject": _subject(card, earlier),
        "text": message.text,
        "html": message.html,
        "attachments": _files(message),
        "locale": locale,
        "with_marker": True,
    }
    return _queue_all(f"reply:{message_id.hex}", people, fields)


@transaction.atomic
def queue_side(ticket_id: UUID, message_id: UUID) -> UUID:
    """Queue the mail that passes a message on to an outsider; answers come beside the ticket.

    The same message is one mail. Raises `NotFound`.
    """
    card = desk.get_card(ticket_id)
    message = _message(card, message_id)
    locale = naming.locale_for(card.language, card.brand_id)
    sent = outbound.of_messages([message.side_id]) if message.side_id else []
    said = sent[0].rfc_id if sent else ""
    fields: dict[str, object] = {
        **naming.sender_fields(card.brand_id, _writer(message), locale=locale),
        "kind": "side",
        "brand_id": card.brand_id,
        "ticket_id": ticket_id,
        "message_id": message_id,
        "reply_to": naming.side_reply_to(card, message.side_id or message.id),
        "subject": composing.forward_subject(card.subject),
        "text": "\n\n".join(part for part in (message.text, message.quoted_text) if part),
        "attachments": _files(message),
        "locale": locale,
        "in_reply_to": said,
        "references": [said] if said else [],
    }
    person = Part("to", message.side_address)
    return _queue_all(f"side:{message_id.hex}", [person], fields)


@transaction.atomic
def queue_mail(new: NewMail) -> UUID:
    """Queue a mail another module wants sent; automatic by nature. The same key is one mail.

    With a ticket the answer comes back to it, and the mail threads with what was said there.
    """
    locale = new.locale if new.locale in naming.LOCALES else "en"
    fields: dict[str, object] = {
        "kind": new.kind,
        "brand_id": new.brand_id,
        "ticket_id": new.ticket_id,
        "subject": new.subject,
        "text": new.text,
        "html": new.html,
        "locale": locale,
        "automatic": "auto-replied" if new.kind == _ANSWER else "auto-generated",
        "list_unsubscribe": new.list_unsubscribe,
    }
    brand_id = new.brand_id
    if new.ticket_id is not None:
        card = desk.get_card(new.ticket_id)
        thread = desk.get_thread(card.id)
        threading = _threading(card, _last_asked(thread), thread)
        fields |= {**threading, "reply_to": naming.reply_to(card), "quoted_text": ""}
        brand_id = brand_id or card.brand_id
    fields |= naming.sender_fields(brand_id, Writer(), locale=locale)
    return _queue_all(f"{new.kind}:{new.key}", [Part("to", new.to_address, new.to_name)], fields)


def _queue_all(key: str, people: list[Part], fields: dict[str, object]) -> UUID:
    """One row for each recipient; the first one's Message-ID is everybody's."""
    heads = {
        role: [[one.name, one.address] for one in people if one.role == role]
        for role in ("to", "cc")
    }
    shared = {**fields, "header_to": heads["to"] or heads["cc"], "header_cc": heads["cc"]}
    if not heads["to"]:
        shared["header_cc"] = []
    first: OutboundMail | None = None
    for one in people:
        mail_id = new_id()
        own: dict[str, object] = {
            "to_name": one.name[:200],
            "to_address": one.address,
            "role": one.role,
            "envelope_from": naming.return_path(mail_id),
        }
        if first is not None:
            own["rfc_id"] = first.rfc_id
        row = delivery.queue(_key_of(key, one, first), mail_id, {**shared, **own})
        first = first or row
    if first is None:
        raise NotFound(kind="recipient")
    _note(first)
    return first.id


def _key_of(key: str, person: Part, first: "OutboundMail | None") -> str:
    if first is None:
        return key
    return f"{key}:{hashlib.sha256(person.address.encode()).hexdigest()[:24]}"


def _note(row: "OutboundMail") -> None:
    """Remember the id, so that answers to it are known; an outsider's must not lead to the ticket
    as if the customer wrote.
    """
    if row.ticket_id is None or row.kind == "side":
        return
    if row.message_id is not None:
        references.note(
            rfc_id=row.rfc_id, ticket_id=row.ticket_id, message_id=row.message_id, now=clock.now()
        )
    else:
        references.mention([row.rfc_id], ticket_id=row.ticket_id, now=clock.now())


def _message(card: "TicketCard", message_id: UUID) -> "MessageItem":
    message = desk.get_message(system_actor(current_tenant()), message_id=message_id)
    # a merge may have taken the message along before its mail was queued
    if card.id not in (message.ticket_id, message.origin_ticket_id):
        raise NotFound(kind="message", id=message_id)
    return message


def _writer(message: "MessageItem") -> Writer:
    member = message.author_id if message.author_kind == "member" else None
    return Writer(message.author_name, member)


def _recipients(customer: "CustomerCard", message: "MessageItem") -> list[Part]:
    """The customer, then the copies: each address once, none of our own."""
    people = [Part("to", customer.email, customer.name)]
    people += [Part(one.kind, one.address, one.name) for one in message.recipients]
    ours = addresses.owned([address_rules.comparable(one.address) for one in people[1:]])
    return list(_once(people, without=ours))


def _once(people: Iterable[Part], *, without: Iterable[str]) -> Iterable[Part]:
    known = set(without)
    for one in people:
        plain = address_rules.comparable(one.address)
        if plain not in known and address_rules.is_address(one.address):
            known.add(plain)
            yield one


def _files(message: "MessageItem") -> list[dict[str, object]]:
    return [
        {
            "name": file.name,
            "content_type": file.content_type,
            "size_bytes": file.size_bytes,
            "object_key": file.object_key,
            "content_id": file.content_id if file.is_inline else "",
        }
        for file in message.attachments
    ]


def _subject(card: "TicketCard", thread: "list[MessageItem]") -> str:
    """Who writes first gives the conversation its subject; all that follows answers it."""
    said = [item for item in thread if not item.is_note and not item.side_address]
    if len(said) == 1 and said[0].direction == "out":
        return composing.first_subject(card.subject)
    return composing.reply_subject(card.subject)


def _threading(
    card: "TicketCard", asked: "MessageItem | None", thread: "list[MessageItem]"
) -> dict[str, object]:
    """The fields by which the customer's program puts it below what they wrote.

    What was said inside or with outsiders is not named.
    """
    hidden = {message.id for message in thread if message.is_note}
    said = references.of_ticket(card.id, limit=composing.MAX_REFERENCES)
    answered = references.of_message(asked.id) if asked else ""
    earlier = tuple(
        rfc_id for rfc_id, message_id in said if rfc_id != answered and message_id not in hidden
    )
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


def _last_asked(thread: "list[MessageItem]") -> "MessageItem | None":
    return next((m for m in reversed(thread) if m.direction == "in" and not m.is_note), None)
