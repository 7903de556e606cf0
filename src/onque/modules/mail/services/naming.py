"""In whose name a mail goes out: sender, signature, colour, and where answers and reports go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from onque.kernel.tenancy import current_tenant
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import addresses, brand_senders, signatures
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import composing
from onque.modules.mail.services.keys import reply_keys

if TYPE_CHECKING:
    from onque.modules.desk.contracts import TicketCard
    from onque.modules.mail.models import Sender

PLATFORM_NAME = "Onque"
LOCALES = ("ko", "en")


@dataclass(frozen=True)
class Writer:
    """Who wrote: the name, and the member whose signature stands below; both may be missing."""

    name: str = ""
    member_id: UUID | None = None


def sender_fields(brand_id: UUID | None, writer: Writer, *, locale: str) -> dict[str, object]:
    """Return From, signature and colour: "Person (Brand)" at the brand's main address.

    None sends in the platform's own name.
    """
    if brand_id is None:
        return {"from_name": PLATFORM_NAME, "from_address": f"no-reply@{settings.MAIL_DOMAIN}"}
    brand = identity.get_brand(brand_id)
    row = brand_senders.of_brand(brand_id)
    person = "" if row is not None and row.name_style == "brand" else writer.name
    name = composing.sender_name(person, brand.sender_name or brand.name)
    return {
        "from_name": name[:200],
        "from_address": address_of(brand_id, row, brand.support_address or brand.slug),
        "signature": _signature(row, writer, locale),
        "color": "" if row is not None and row.layout == "plain" else brand.color[:7],
    }


def address_of(brand_id: UUID, row: "Sender | None", otherwise: str) -> str:
    """The address a brand sends from: the chosen one, else its main one, else in our domain."""
    if row is not None and row.from_address:
        return row.from_address
    main = addresses.main_of(brand_id)
    if main is not None:
        return main.address
    return in_our_domain(otherwise)


def in_our_domain(name: str) -> str:
    """An address as it is, a bare name in the installation's own domain."""
    return name if "@" in name else f"{name}@{settings.MAIL_DOMAIN}"


def in_locale(texts: Mapping[str, str], locale: str) -> str:
    """The text in a language, else in any it is there in, else ""."""
    return texts.get(locale) or next((texts[one] for one in LOCALES if texts.get(one)), "")


def _signature(row: "Sender | None", writer: Writer, locale: str) -> str:
    """The member's own above the brand's in the customer's language, else in any it has."""
    personal = signatures.text_of(writer.member_id) if writer.member_id else ""
    ofbrand = in_locale(row.signatures, locale) if row is not None else ""
    return "\n".join(part.strip() for part in (personal, ofbrand) if part.strip())


def reply_to(card: "TicketCard") -> str:
    """The signed address to which the customer's answers on a ticket come."""
    return address_rules.reply_address(
        reply_keys()[0],
        tenant_id=current_tenant(),
        ticket_number=card.number,
        customer_id=card.customer_id,
        domain=settings.MAIL_DOMAIN,
    )


def side_reply_to(card: "TicketCard", side_id: UUID) -> str:
    """The signed address to which an outsider's answers come: beside the ticket."""
    return address_rules.side_address(
        reply_keys()[0],
        tenant_id=current_tenant(),
        ticket_number=card.number,
        side_id=side_id,
        domain=settings.MAIL_DOMAIN,
    )


def return_path(mail_id: UUID) -> str:
    """The envelope sender of one mail to one recipient, to which reports about it come (VERP)."""
    return address_rules.bounce_address(
        reply_keys()[0], tenant_id=current_tenant(), mail_id=mail_id, domain=settings.MAIL_DOMAIN
    )


def locale_for(wanted: str, brand_id: UUID) -> str:
    """The language of a mail: the customer's, else the one the brand chose for its mail, else the
    brand's own, else English.
    """
    if wanted[:2] in LOCALES:
        return wanted[:2]
    row = brand_senders.of_brand(brand_id)
    for locale in (row.locale if row is not None else "", identity.get_brand(brand_id).locale[:2]):
        if locale in LOCALES:
            return locale
    return "en"
