"""Secrets at rest: sealed in the application, so that a database dump alone reveals none.

Envelope encryption: each value has a random key of its own (AES-256-GCM), and that key is wrapped
by a key-encryption key (`onque.kernel.keywrap`). Purpose and tenant are bound to both, so that a
sealed value can be moved neither to another column nor to another tenant. Changing the
key-encryption key wraps the small keys anew and leaves the values as they are. Source: NIST SP
800-38D (GCM, 96-bit random nonces); docs/adr/0012-envelope-encryption.md.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from onque.kernel import keywrap
from onque.kernel.keywrap import Binding, KeyBrokenError

_VERSION = "v2"
_FIRST_VERSION = "v1."  # one key for each purpose; still opened, written no more
_NONCE_BYTES = 12
_KEY_BITS = 256


class SealBrokenError(ValueError):
    """The value was not sealed by us for this purpose and tenant, or the key is gone."""


@dataclass(frozen=True)
class _Envelope:
    """The parts of a sealed value: who wrapped its key, the wrapped key, nonce and text."""

    label: str
    wrapped: bytes
    body: bytes

    def write(self) -> str:
        return ".".join((_VERSION, self.label, _text(self.wrapped), _text(self.body)))


def seal(text: str, *, purpose: str, tenant_id: UUID | None = None) -> str:
    """Return the text encrypted for one purpose; the same text never looks the same twice.

    A tenant's value is wrapped by the installation's key-encryption key, which may live elsewhere
    (then `Unavailable` may be raised); a value of no tenant always by the installation's secret.
    """
    binding = Binding(purpose, tenant_id)
    wrapper = keywrap.current(binding)
    key = AESGCM.generate_key(_KEY_BITS)
    nonce = os.urandom(_NONCE_BYTES)
    body = nonce + AESGCM(key).encrypt(nonce, text.encode(), binding.bytes)
    return _Envelope(wrapper.label, wrapper.wrap(key, binding), body).write()


def unseal(sealed: str, *, purpose: str, tenant_id: UUID | None = None) -> str:
    """Return the text; what earlier keys sealed is still opened.

    Raises `SealBrokenError`, and `Unavailable` when the keeper of the key does not answer.
    """
    if sealed.startswith(_FIRST_VERSION):
        return _unseal_first(sealed, purpose)
    binding = Binding(purpose, tenant_id)
    envelope = _read(sealed, purpose)
    nonce, body = envelope.body[:_NONCE_BYTES], envelope.body[_NONCE_BYTES:]
    try:
        key = keywrap.unwrap(envelope.label, envelope.wrapped, binding)
        return AESGCM(key).decrypt(nonce, body, binding.bytes).decode()
    except (InvalidTag, ValueError):
        raise SealBrokenError(purpose) from None


def rewrap(sealed: str, *, purpose: str, tenant_id: UUID | None = None) -> str | None:
    """Return the value under today's key-encryption key, or None when it is that already.

    Only the wrapped key changes; a value of the first version is sealed anew. Raises as `unseal`.
    """
    if sealed.startswith(_FIRST_VERSION):
        text = _unseal_first(sealed, purpose)
        return seal(text, purpose=purpose, tenant_id=tenant_id)
    binding = Binding(purpose, tenant_id)
    envelope = _read(sealed, purpose)
    wrapper = keywrap.current(binding)
    if envelope.label == wrapper.label:
        return None
    try:
        key = keywrap.unwrap(envelope.label, envelope.wrapped, binding)
    except KeyBrokenError:
        raise SealBrokenError(purpose) from None
    return _Envelope(wrapper.label, wrapper.wrap(key, binding), envelope.body).write()


def _read(sealed: str, purpose: str) -> _Envelope:
    try:
        version, label, wrapped, body = sealed.split(".")
        if version == _VERSION:
            return _Envelope(label, _bytes(wrapped), _bytes(body))
    except (binascii.Error, ValueError):
        pass
    raise SealBrokenError(purpose)


def _unseal_first(sealed: str, purpose: str) -> str:
    try:
        packed = _bytes(sealed.removeprefix(_FIRST_VERSION))
    except (binascii.Error, ValueError):
        raise SealBrokenError(purpose) from None
    nonce, body = packed[:_NONCE_BYTES], packed[_NONCE_BYTES:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = keywrap.derived(secret, f"onque.{purpose}")
        try:
            return AESGCM(key).decrypt(nonce, body, purpose.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise SealBrokenError(purpose)


def _text(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, altchars=b"-_", validate=True)
