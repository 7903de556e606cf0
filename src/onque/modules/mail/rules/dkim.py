"""The DNS record under which a DKIM key is published. Source: RFC 6376, 3.6.1 and 3.6.2."""

from __future__ import annotations

import base64


def record_name(selector: str, domain: str) -> str:
    """The name of the TXT record."""
    return f"{selector}._domainkey.{domain.lower()}"


def record_value(public_der: bytes) -> str:
    """The text of the record, from the public key (SubjectPublicKeyInfo, DER)."""
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public_der).decode()}"


def speaks_for(key_domain: str, address: str) -> bool:
    """Whether a key of a domain proves mail from an address: of it or below it.

    Source: RFC 7489, 3.1.1 (relaxed alignment).
    """
    domain = address.rpartition("@")[2].lower()
    return bool(key_domain) and (domain == key_domain or domain.endswith(f".{key_domain}"))


def public_part(value: str) -> str:
    """The Base64 of the public key in a record's text."""
    return value.partition("p=")[2].strip()
