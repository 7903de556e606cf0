"""What the forms of sending post; services decide whether it makes sense."""

from django.http import HttpRequest

from onque.modules.mail.contracts.sending import SendingCard
from onque.modules.mail.services.brand_senders import Choices
from onque.modules.mail.services.naming import LOCALES

_NO_LIMIT = 0
_LONGEST = 20_000
_DIGITS = 9


def choices_of(request: HttpRequest) -> Choices:
    """Return the choices as they were entered; a limit that is no number is 0."""
    given = request.POST
    limit = given.get("per_minute", "").strip()
    return Choices(
        name_style="person" if given.get("with_person") else "brand",
        sender_name=given.get("sender_name", "").strip()[:_LONGEST],
        from_address=given.get("from_address", ""),
        signatures=_texts(request, "signatures"),
        layout="brand" if given.get("with_color") else "plain",
        locale=given.get("locale", ""),
        acknowledges=bool(given.get("acknowledges")),
        acknowledgements=_texts(request, "acknowledgements"),
        per_minute=_number(limit) if limit else None,
    )


def stored(card: SendingCard) -> Choices:
    """Return the choices as they are kept."""
    return Choices(
        name_style=card.name_style,
        sender_name=card.sender_name,
        from_address=card.chosen_address,
        signatures=card.signatures,
        layout=card.layout,
        locale=card.locale,
        acknowledges=card.acknowledges,
        acknowledgements=card.acknowledgements,
        per_minute=card.per_minute,
    )


def _texts(request: HttpRequest, name: str) -> dict[str, str]:
    found = {one: request.POST.get(f"{name}_{one}", "")[:_LONGEST] for one in LOCALES}
    return {one: text.replace("\r\n", "\n") for one, text in found.items()}


def _number(text: str) -> int:
    return int(text[:_DIGITS]) if text.isascii() and text.isdigit() else _NO_LIMIT
