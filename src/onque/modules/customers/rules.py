"""Pure decisions about customers."""

import unicodedata


def normal_email(address: str) -> str:
    """Return the address as it is compared: NFC, trimmed, lower case throughout.

    RFC 5321 section 2.4 allows case-sensitive local parts; no provider in use has them.
    """
    return unicodedata.normalize("NFC", address).strip().lower()


def shown_name(name: str, address: str) -> str:
    """Return the name to show: as they sign, else the local part of the address."""
    return unicodedata.normalize("NFC", name).strip() or address.partition("@")[0]
