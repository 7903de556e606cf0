"""Message ids that we sign, so that an answer finds its ticket even when our own row is gone.

The part before the @ is base32, read in any case: a version, the ticket's number, the end of the
outgoing row's id, and 64 bits of HMAC-SHA256 over them and the tenant. The tenant itself is not in
it, so that a field with the id stays within the 78 characters of RFC 5322, 2.1.1: some programs
break longer ones. The part after the @ is not signed: gateways rewrite it, and a brand may send
under its own domain.

Source: RFC 5322, 3.6.4; docs/domain/threading.md.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

_VERSION = 0xA1
_TAIL_BYTES = 7
_MAC_BYTES = 8
_BODY_BYTES = 1 + 4 + _TAIL_BYTES
_LETTERS = 32  # base32 of the twenty bytes, without padding
_LARGEST_NUMBER = 2**32 - 1


@dataclass(frozen=True)
class SignedId:
    """What a message id in our form says, and whether this tenant's mail said it."""

    ticket_number: int
    """0 for a mail without a ticket."""
    genuine: bool
    """False when forged, another tenant's, or signed with a key since replaced."""


def write_id(key: bytes, *, tenant_id: UUID, ticket_number: int, mail_id: UUID, domain: str) -> str:
    """The Message-ID, without brackets, of an outgoing row: the same for every try.

    `ticket_number` is 0 for a mail without a ticket.
    """
    if not 0 <= ticket_number <= _LARGEST_NUMBER:
        raise ValueError(f"ticket number out of range: {ticket_number}")
    tail = mail_id.bytes[-_TAIL_BYTES:]
    body = bytes([_VERSION]) + ticket_number.to_bytes(4, "big") + tail
    token = base64.b32encode(body + _mac(key, tenant_id, body)).decode().lower()
    return f"{token}@{domain}"


def has_our_form(message_id: str) -> bool:
    """Whether a message id looks like one of ours, of whichever tenant, genuine or not."""
    return _unpack(message_id) is not None


def read_id(keys: Sequence[bytes], message_id: str, *, tenant_id: UUID) -> SignedId | None:
    """What a message id says to a tenant; None when it has not our form."""
    packed = _unpack(message_id)
    if packed is None:
        return None
    body, mac = packed[:_BODY_BYTES], packed[_BODY_BYTES:]
    return SignedId(
        ticket_number=int.from_bytes(body[1:5], "big"),
        genuine=any(hmac.compare_digest(_mac(key, tenant_id, body), mac) for key in keys),
    )


def _unpack(message_id: str) -> bytes | None:
    local = message_id.partition("@")[0]
    if len(local) != _LETTERS:
        return None
    try:
        packed = base64.b32decode(local.upper())
    except (binascii.Error, ValueError):
        return None
    return packed if packed[0] == _VERSION else None


def _mac(key: bytes, tenant_id: UUID, body: bytes) -> bytes:
    """Under another heading than reply addresses, so that one can never pass for the other."""
    return hmac.digest(key, b"message-id\0" + tenant_id.bytes + body, sha256)[:_MAC_BYTES]
