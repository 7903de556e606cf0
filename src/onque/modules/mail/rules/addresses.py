"""Addresses: how they are compared, and the signed addresses that lead mail back to its cause.

A reply address is ``reply+<token>@<mail domain>``. The token is base32, read in any case, since
servers on the way may change it: a version, the tenant, the ticket's number, the end of the
customer's id, and 80 bits of HMAC-SHA256 over them. With "reply+" it takes 62 of the 64 characters
that RFC 5321, 4.5.3.1.1 allows before the @. Version 2 leads to a side thread with an outsider, and
holds the end of the id of the message that opened it.

A bounce address is ``bounce+<token>@<mail domain>``: a version, the tenant, the beginning of the
id of the outgoing mail and 64 bits of HMAC; one for every mail and recipient (VERP).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

REPLY_PREFIX = "reply+"
BOUNCE_PREFIX = "bounce+"
_VERSION = 1
_SIDE_VERSION = 2
_ROW_BYTES = 10
_BOUNCE_MAC_BYTES = 8
_TAIL_BYTES = 4
_MAC_BYTES = 10
_TOKEN_BYTES = 1 + 16 + 4 + _TAIL_BYTES + _MAC_BYTES
_LARGEST_NUMBER = 2**32 - 1
_LONGEST = 320
_NO_LETTERS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True)
class ReplyToken:
    """What a reply address says, and whether we said it."""

    tenant_id: UUID
    ticket_number: int
    customer_tail: str
    """Last eight hex digits of the customer's id."""
    genuine: bool
    """False when the signature is wrong: forged, or signed with a key since replaced."""
    kind: str = "reply"
    """"side" for a side thread: the tail is then that of the message that opened it."""


@dataclass(frozen=True)
class BounceToken:
    """Which outgoing mail a bounce address belongs to. Only genuine ones are read."""

    tenant_id: UUID
    first_id: UUID
    """The outgoing mail's id lies between this and `last_id`: only its beginning is known."""
    last_id: UUID


def comparable(address: str) -> str:
    """The form under which addresses are stored and looked up: lower case, domain as ASCII."""
    local, at, domain = address.strip().strip("<>").rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}".lower()


def for_envelope(address: str) -> str:
    """The address as it is told a server: the part before the @ as it is, the domain as ASCII.

    A server without SMTPUTF8 can then take an international domain. Source: RFC 5890, 2.3.2.
    """
    local, at, _ = address.rpartition("@")
    return f"{local}{at}{comparable(address).rpartition('@')[2]}"


def is_address(address: str) -> bool:
    """Whether mail can be sent to it at all: one @, a name before it, a domain after it."""
    local, _, domain = comparable(address).rpartition("@")
    odd = any(
        letter.isspace() or letter in "<>,;@" or unicodedata.category(letter) in _NO_LETTERS
        for letter in local
    )
    plain = address == address.strip().strip("<>") and len(address) <= _LONGEST
    return bool(local and plain and not odd and _DOMAIN.fullmatch(domain))


def signing_key(secret: str) -> bytes:
    """The key for reply addresses, derived from the installation's secret."""
    return hmac.digest(secret.encode(), b"onque.mail.reply-address.1", sha256)


def reply_address(
    key: bytes, *, tenant_id: UUID, ticket_number: int, customer_id: UUID, domain: str
) -> str:
    """The address a customer's answer on a ticket goes to."""
    return _signed(key, _VERSION, (tenant_id, ticket_number, customer_id), domain)


def side_address(
    key: bytes, *, tenant_id: UUID, ticket_number: int, side_id: UUID, domain: str
) -> str:
    """The address an outsider's answer in a side thread goes to; never the customer's."""
    return _signed(key, _SIDE_VERSION, (tenant_id, ticket_number, side_id), domain)


def _signed(key: bytes, version: int, named: tuple[UUID, int, UUID], domain: str) -> str:
    tenant_id, ticket_number, tail_of = named
    if not 0 < ticket_number <= _LARGEST_NUMBER:
        raise ValueError(f"ticket number out of range: {ticket_number}")
    body = b"".join(
        (
            bytes([version]),
            tenant_id.bytes,
            ticket_number.to_bytes(4, "big"),
            tail_of.bytes[-_TAIL_BYTES:],
        )
    )
    token = base64.b32encode(body + _mac(key, body)).decode().lower()
    return f"{REPLY_PREFIX}{token}@{domain}"


def read_reply_address(keys: Sequence[bytes], address: str, *, domain: str) -> ReplyToken | None:
    """The token of a reply address of ours, genuine or not; None when it is no such address."""
    packed = _packed(address, REPLY_PREFIX, domain)
    if len(packed) != _TOKEN_BYTES or packed[0] not in {_VERSION, _SIDE_VERSION}:
        return None
    body, mac = packed[:-_MAC_BYTES], packed[-_MAC_BYTES:]
    return ReplyToken(
        tenant_id=UUID(bytes=body[1:17]),
        ticket_number=int.from_bytes(body[17:21], "big"),
        customer_tail=body[21:].hex(),
        genuine=any(hmac.compare_digest(_mac(key, body), mac) for key in keys),
        kind="side" if packed[0] == _SIDE_VERSION else "reply",
    )


def bounce_address(key: bytes, *, tenant_id: UUID, mail_id: UUID, domain: str) -> str:
    """The envelope sender of one outgoing mail: what cannot be delivered is reported there."""
    body = bytes([_VERSION]) + tenant_id.bytes + mail_id.bytes[:_ROW_BYTES]
    token = base64.b32encode(body + _bounce_mac(key, body)).decode().lower()
    return f"{BOUNCE_PREFIX}{token}@{domain}"


def read_bounce_address(keys: Sequence[bytes], address: str, *, domain: str) -> BounceToken | None:
    """The token of a bounce address that we signed; None for anything else."""
    packed = _packed(address, BOUNCE_PREFIX, domain)
    if len(packed) != 1 + 16 + _ROW_BYTES + _BOUNCE_MAC_BYTES or packed[0] != _VERSION:
        return None
    body, mac = packed[:-_BOUNCE_MAC_BYTES], packed[-_BOUNCE_MAC_BYTES:]
    if not any(hmac.compare_digest(_bounce_mac(key, body), mac) for key in keys):
        return None
    missing = 16 - _ROW_BYTES
    return BounceToken(
        tenant_id=UUID(bytes=body[1:17]),
        first_id=UUID(bytes=body[17:] + b"\x00" * missing),
        last_id=UUID(bytes=body[17:] + b"\xff" * missing),
    )


def reply_tokens(keys: Sequence[bytes], found: Iterable[str], *, domain: str) -> list[ReplyToken]:
    """The tokens among some addresses, each once, in order."""
    tokens = (read_reply_address(keys, address, domain=domain) for address in found)
    return list(dict.fromkeys(token for token in tokens if token is not None))


def _packed(address: str, prefix: str, domain: str) -> bytes:
    """The bytes of a token, empty when it is no such address."""
    local, _, host = comparable(address).rpartition("@")
    if host != domain.lower() or not local.startswith(prefix):
        return b""
    try:
        return base64.b32decode(local.removeprefix(prefix).upper())
    except (binascii.Error, ValueError):
        return b""


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, sha256)[:_MAC_BYTES]


def _bounce_mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"bounce" + body, sha256)[:_BOUNCE_MAC_BYTES]
