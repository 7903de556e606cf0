"""The DNS record under which a DKIM key is published. Source: RFC 6376, 3.6.1 and 3.6.2."""

from __future__ import annotations

import base64


def record_name(selector: str, domain: str) -> str:
    """The name of the TXT record."""
    return f"{selector}._domainkey.{domain.lower()}"


def record_value(public_der: bytes) -> str:
    """The text of the record, from the public key (SubjectPublicKeyInfo, DER)."""
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public_der).decode()}"
