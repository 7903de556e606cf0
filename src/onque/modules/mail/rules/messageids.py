"""Message ids that we sign, so that an answer finds its ticket even when our own row is gone.

The part before the @ is base32, read in any case: a version, the tenant, the ticket, the outgoing
row, and 80 bits of HMAC-SHA256 over them. The part after the @ is not signed: gateways rewrite it,
and a brand may send under its own domain. Source: RFC 5322, 3.6.4; docs/domain/threading.md.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

_VERSION = 1
_MAC_BYTES = 10
_BODY_BYTES = 1 + 16 + 16 + 16
_LETTERS = 95  # base32 of body and signature without its padding
_PADDING = "="
_NO_TICKET = UUID(int=0)


@dataclass(frozen=True)
class SignedId:
    """What a message id in our form says, and whether we said it."""

    tenant_id: UUID
    ticket_id: UUID | None
    mail_id: UUID
    genuine: bool
    """False when the signature is wrong: forged, or signed with a key since replaced."""


def write_id(
    key: bytes, *, tenant_id: UUID, ticket_id: UUID | None, mail_id: UUID, domain: str
) -> str:
    """The Message-ID, without brackets, of an outgoing row: the same for every try."""
    body = b"".join(
        (bytes([_VERSION]), tenant_id.bytes, (ticket_id or _NO_TICKET).bytes, mail_id.bytes)
    )
    token = base64.b32encode(body + _mac(key, body)).decode().rstrip(_PADDING).lower()
    return f"{token}@{domain}"


def read_id(keys: Sequence[bytes], message_id: str) -> SignedId | None:
    """What a message id says, genuine or not; None when it has not our form."""
    local = message_id.partition("@")[0]
    if len(local) != _LETTERS:
        return None
    try:
        packed = base64.b32decode(local.upper() + _PADDING)
    except (binascii.Error, ValueError):
        return None
    body, mac = packed[:_BODY_BYTES], packed[_BODY_BYTES:]
    if len(packed) != _BODY_BYTES + _MAC_BYTES or body[0] != _VERSION:
        return None
    ticket_id = UUID(bytes=body[17:33])
    return SignedId(
        tenant_id=UUID(bytes=body[1:17]),
        ticket_id=None if ticket_id == _NO_TICKET else ticket_id,
        mail_id=UUID(bytes=body[33:49]),
        genuine=any(hmac.compare_digest(_mac(key, body), mac) for key in keys),
    )


def _mac(key: bytes, body: bytes) -> bytes:
    """Under another heading than reply addresses, so that one can never pass for the other."""
    return hmac.digest(key, b"message-id\0" + body, sha256)[:_MAC_BYTES]
