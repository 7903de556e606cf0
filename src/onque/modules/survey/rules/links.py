"""What a survey link holds: tenant, survey, end of life, and a signature over them.

The tenant comes from the verified link, never from the address's words. Source: RFC 2104 (HMAC),
RFC 4648 section 5 (base64url).
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

_BODY_BYTES = 16 + 16 + 4
_SIGNATURE_BYTES = 18


@dataclass(frozen=True)
class Link:
    """A verified link."""

    tenant_id: UUID
    survey_id: UUID
    expires_at: datetime


def link_key(secret: str) -> bytes:
    """Derive the key of survey links, so that no other signature of ours fits them."""
    return hashlib.sha256(f"onque survey link 1:{secret}".encode()).digest()


def write_token(key: bytes, link: Link) -> str:
    """Return the token: 72 characters of base64url. Seconds are cut off the end of life."""
    expires = int(link.expires_at.timestamp()).to_bytes(4, "big")
    body = link.tenant_id.bytes + link.survey_id.bytes + expires
    return base64.urlsafe_b64encode(body + _signature(key, body)).decode()


def read_token(key: bytes, token: str) -> Link | None:
    """Return what the token holds, or None when it was not signed with this key."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    body, signature = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
    if len(body) != _BODY_BYTES or not hmac.compare_digest(signature, _signature(key, body)):
        return None
    expires = datetime.fromtimestamp(int.from_bytes(body[32:36], "big"), UTC)
    return Link(UUID(bytes=body[:16]), UUID(bytes=body[16:32]), expires)


def _signature(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")[:_SIGNATURE_BYTES]
