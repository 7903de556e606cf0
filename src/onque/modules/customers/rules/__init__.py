"""Pure decisions about customers."""

import re
import unicodedata
from collections.abc import Mapping

from onque.modules.customers.contracts import Rating

NAME_LENGTH = 200
NOTE_LENGTH = 5_000
LOCALE_LENGTH = 10
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+\.[^\s@<>\"(),:;\\\[\].]+")
_ADDRESS_LENGTH = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets


def normal_email(address: str) -> str:
    """Return the address as it is compared: NFC, trimmed, lower case throughout.

    RFC 5321 section 2.4 allows case-sensitive local parts; no provider in use has them.
    """
    return unicodedata.normalize("NFC", address).strip().lower()


def is_address(address: str) -> bool:
    """Tell whether a member can have meant it as an e-mail address; for a normal one."""
    return len(address) <= _ADDRESS_LENGTH and _ADDRESS.fullmatch(address) is not None


def normal_external(value: str) -> str:
    """Return a tenant's own id of a customer as it is compared: NFC and trimmed, case kept."""
    return unicodedata.normalize("NFC", value).strip()


def shown_name(name: str, address: str) -> str:
    """Return the name to show: as they sign, else the local part of the address."""
    return unicodedata.normalize("NFC", name).strip() or address.partition("@")[0]


def fault_of(values: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the first field of a member's changes that cannot be, with the reason; else None."""
    faults = (
        ("name", "too_long", len(values["name"]) > NAME_LENGTH),
        ("email", "not_an_address", bool(values["email"]) and not is_address(values["email"])),
        ("rating", "unknown", values["rating"] not in set(Rating)),
        ("locale", "unknown", len(values["locale"]) > LOCALE_LENGTH),
        ("note", "too_long", len(values["note"]) > NOTE_LENGTH),
    )
    return next(((field, reason) for field, reason, is_so in faults if is_so), None)
