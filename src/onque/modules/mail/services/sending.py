"""Reading how brands send, for the settings; and previews that are drawn as the mail itself is."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext, override

from onque.kernel.access import Actor
from onque.modules.identity import public as identity
from onque.modules.mail.contracts.sending import DkimState, SendingCard, SendingLine
from onque.modules.mail.repositories import addresses, brand_senders, intakes
from onque.modules.mail.rules import acknowledgement, layout
from onque.modules.mail.rules.dkim import record_name, speaks_for
from onque.modules.mail.rules.layout import Words
from onque.modules.mail.services import greeting, naming
from onque.modules.mail.services.brand_senders import MAY_SET, Choices

if TYPE_CHECKING:
    from onque.modules.identity.contracts import BrandCard
    from onque.modules.mail.models import Sender

PREVIEWS = ("reply", "acknowledgement")
_SAMPLE_NUMBER = 1042


def list_sending(actor: Actor) -> list[SendingLine]:
    """Return how each brand sends, the default one first. Raises `Forbidden`."""
    actor.require(MAY_SET)
    rows = {row.brand_id: row for row in brand_senders.all()}
    mains = addresses.mains()
    return [
        _line(brand, rows.get(brand.id), mains.get(brand.id, ""))
        for brand in identity.list_brands()
    ]


def get_sending(actor: Actor, *, brand_id: UUID) -> SendingCard:
    """Return how one brand sends. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SET)
    brand = identity.get_brand(brand_id)
    row = brand_senders.of_brand(brand_id)
    in_use = naming.address_of(brand_id, row, brand.support_address or brand.slug)
    chosen = Choices() if row is None else _choices(row)
    return SendingCard(
        brand_id=brand.id,
        brand_name=brand.name,
        brand_locale=brand.locale[:2],
        sender_name=brand.sender_name or brand.name,
        name_style=chosen.name_style,
        from_address=in_use,
        chosen_address=chosen.from_address,
        addresses=tuple(addresses.of_brand(brand_id)),
        signatures=chosen.signatures,
        layout=chosen.layout,
        locale=chosen.locale,
        acknowledges=chosen.acknowledges,
        acknowledgements=chosen.acknowledgements,
        per_minute=chosen.per_minute,
        way=row.transport if row is not None else "relay",
        server=_server(row),
        reports=row is not None and row.transport == "provider" and _has_reported(row),
        dkim=_dkim(row, in_use) if row is not None else None,
    )


def preview(
    actor: Actor, *, brand_id: UUID, kind: str, locale: str, choices: Choices | None = None
) -> str:
    """Return the HTML of a sample mail as the choices would make it, None for the stored ones.

    `kind` is reply or acknowledgement, anything else a reply. Nothing is stored. Raises
    `Forbidden`, `NotFound`.
    """
    actor.require(MAY_SET)
    brand = identity.get_brand(brand_id)
    row = brand_senders.of_brand(brand_id)
    chosen = choices or (Choices() if row is None else _choices(row))
    language = locale if locale in naming.LOCALES else naming.locale_for("", brand_id)
    text = _sample(chosen, brand, kind, language)
    signature = naming.in_locale(chosen.signatures, language)
    color = "" if chosen.layout == "plain" else brand.color[:7]
    words = Words(
        locale=language,
        text=text,
        with_marker=kind != "acknowledgement",
        signature=signature.strip(),
        color=color,
    )
    return layout.markup(words, "")


def _sample(chosen: Choices, brand: "BrandCard", kind: str, locale: str) -> str:
    with override(locale):
        if kind != "acknowledgement":
            return gettext(
                "Hello, thank you for writing to us.\n\nThis is how an answer looks. The signature "
                "stands below."
            )
        subject = gettext("A question about my order")
    return acknowledgement.fill(
        chosen.acknowledgements.get(locale, "").strip() or greeting.usual(locale),
        number=_SAMPLE_NUMBER,
        brand=chosen.sender_name or brand.sender_name or brand.name,
        subject=subject,
    )


def _line(brand: "BrandCard", row: "Sender | None", main: str) -> SendingLine:
    otherwise = brand.support_address or brand.slug
    in_use = (row.from_address if row is not None else "") or main
    in_use = in_use or naming.in_our_domain(otherwise)
    return SendingLine(
        brand_id=brand.id,
        brand_name=brand.name,
        sender=brand.sender_name or brand.name,
        from_address=in_use,
        way=row.transport if row is not None else "relay",
        server=_server(row),
        signing=_signing(row, in_use),
        acknowledges=row is not None and row.acknowledges,
    )


def _signing(row: "Sender | None", in_use: str) -> str:
    if row is None or not row.sealed_dkim_key:
        return "own" if row is not None and row.transport != "relay" else "off"
    if not speaks_for(row.dkim_domain, in_use):
        return "lost"
    return "on" if row.dkim_signs else "waiting"


def _server(row: "Sender | None") -> str:
    if row is None or row.transport == "relay":
        return ""
    return row.host if row.transport == "smtp" else row.provider


def _has_reported(row: "Sender") -> bool:
    return any(
        one.last_event_at is not None
        for one in intakes.all_in_order()
        if (one.provider, one.brand_id) == (row.provider, row.brand_id)
    )


def _dkim(row: "Sender", in_use: str) -> DkimState | None:
    if not row.sealed_dkim_key:
        return None
    return DkimState(
        name=record_name(row.dkim_selector, row.dkim_domain),
        value=row.dkim_public,
        signs=row.dkim_signs,
        fits=speaks_for(row.dkim_domain, in_use),
        seen_at=row.dkim_checked_at,
    )


def _choices(row: "Sender") -> Choices:
    return Choices(
        name_style=row.name_style,
        from_address=row.from_address,
        signatures=row.signatures,
        layout=row.layout,
        locale=row.locale,
        acknowledges=row.acknowledges,
        acknowledgements=row.acknowledgements,
        per_minute=row.per_minute,
    )
