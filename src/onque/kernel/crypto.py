"""Secrets at rest: sealed in the application, so that a database dump alone reveals none.

AES-256-GCM under a key derived from the installation's secret for each purpose; the purpose is
bound to the text, so that a sealed value cannot be moved to another column. Source: NIST SP
800-38D (GCM, 96-bit random nonces); RFC 5869 (HKDF).
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_VERSION = "v1."
_NONCE_BYTES = 12


class SealBrokenError(ValueError):
    """The value was not sealed by us for this purpose, or the secret has changed."""


def seal(text: str, *, purpose: str) -> str:
    """Return the text encrypted for one purpose; the same text never looks the same twice."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY, purpose)).encrypt(
        nonce, text.encode(), purpose.encode()
    )
    return _VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Return the text; keys of earlier secrets still open it. Raises `SealBrokenError`."""
    if not sealed.startswith(_VERSION):
        raise SealBrokenError(purpose)
    try:
        packed = base64.urlsafe_b64decode(sealed.removeprefix(_VERSION))
    except (binascii.Error, ValueError):
        raise SealBrokenError(purpose) from None
    nonce, body = packed[:_NONCE_BYTES], packed[_NONCE_BYTES:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(secret, purpose)).decrypt(nonce, body, purpose.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise SealBrokenError(purpose)


def _key(secret: str | bytes, purpose: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"onque.{purpose}".encode())
    return derive.derive(secret if isinstance(secret, bytes) else secret.encode())
