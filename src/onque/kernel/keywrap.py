"""Key-encryption keys: what wraps the key of each sealed value.

`LocalWrapper` derives its key from the installation's secret; earlier secrets still open. With
`ONQUE_KMS_KEY_ID` set, tenants' values are wrapped by AWS KMS, whose key never leaves it. The label
in a sealed value says who wrapped it. Source: RFC 5869 (HKDF); AWS KMS documentation, "Encryption
context".
"""

import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from onque.kernel import clock
from onque.kernel.errors import Unavailable

_NONCE_BYTES = 12
_LABEL_DIGITS = 10
_LOCAL_INFO = "onque.key-encryption.1"
KEEP = timedelta(minutes=5)
"""How long a key that KMS unwrapped is kept in memory: mailboxes are opened every few seconds."""
_MOST_KEPT = 2000


class KeyBrokenError(ValueError):
    """The key was not wrapped by us for this purpose and tenant, or its wrapping key is gone."""


@dataclass(frozen=True)
class Binding:
    """What a sealed value belongs to; a wrapped key opens for exactly this."""

    purpose: str
    tenant_id: UUID | None

    @property
    def bytes(self) -> bytes:
        """The binding as associated data."""
        return f"{self.purpose}:{self.tenant}".encode()

    @property
    def tenant(self) -> str:
        """The tenant in hex, or a dash."""
        return self.tenant_id.hex if self.tenant_id else "-"


class KeyWrapper(Protocol):
    """Something that wraps small keys."""

    @property
    def label(self) -> str:
        """Names the key-encryption key; letters and digits."""

    def wrap(self, key: bytes, binding: Binding) -> bytes:
        """Return the key encrypted. Raises `Unavailable`."""

    def unwrap(self, wrapped: bytes, binding: Binding) -> bytes:
        """Return the key. Raises `KeyBrokenError`, `Unavailable`."""


class LocalWrapper:
    """Wraps by AES-256-GCM under a key derived from one secret of the installation."""

    def __init__(self, secret: str | bytes) -> None:
        self._key = derived(secret, _LOCAL_INFO)
        self.label = _label("l", hmac.digest(self._key, b"label", sha256))

    def wrap(self, key: bytes, binding: Binding) -> bytes:
        """Return nonce and encrypted key."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, key, binding.bytes)

    def unwrap(self, wrapped: bytes, binding: Binding) -> bytes:
        """Return the key. Raises `KeyBrokenError`."""
        nonce, body = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return AESGCM(self._key).decrypt(nonce, body, binding.bytes)
        except (InvalidTag, ValueError):
            raise KeyBrokenError(binding.purpose) from None


class KmsWrapper:
    """Wraps by AWS KMS; purpose and tenant are its encryption context, so its log names them.

    Credentials are the machine's role. Calls have short limits, as a person waits for some.
    """

    def __init__(self, key_id: str, *, endpoint_url: str | None, region: str | None) -> None:
        import boto3
        from botocore.config import Config

        self.key_id = key_id
        self.label = _label("k", sha256(key_id.encode()).digest())
        self._kept: dict[tuple[bytes, Binding], tuple[bytes, datetime]] = {}
        self._client: Any = boto3.client(
            "kms",
            endpoint_url=endpoint_url,
            region_name=region,
            config=Config(connect_timeout=1, read_timeout=3, retries={"max_attempts": 2}),
        )

    def wrap(self, key: bytes, binding: Binding) -> bytes:
        """Return KMS's text. Raises `Unavailable`."""
        answer = self._call(
            "encrypt", KeyId=self.key_id, Plaintext=key, EncryptionContext=_context(binding)
        )
        wrapped: bytes = answer["CiphertextBlob"]
        return wrapped

    def unwrap(self, wrapped: bytes, binding: Binding) -> bytes:
        """Return the key. Raises `KeyBrokenError`, `Unavailable`."""
        now = clock.now()
        kept = self._kept.get((wrapped, binding))
        if kept is not None and kept[1] > now:
            return kept[0]
        answer = self._call("decrypt", CiphertextBlob=wrapped, EncryptionContext=_context(binding))
        key: bytes = answer["Plaintext"]
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[(wrapped, binding)] = (key, now + KEEP)
        return key

    def _call(self, act: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, act)(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidCiphertextException":
                raise KeyBrokenError(arguments["EncryptionContext"]["purpose"]) from None
            raise Unavailable(store="kms", reason=str(error)) from error
        except BotoCoreError as error:
            raise Unavailable(store="kms", reason=str(error)) from error


def current(binding: Binding) -> KeyWrapper:
    """Return who wraps new keys: KMS for tenants' values when it is set, else the secret.

    What belongs to no tenant (a person's second factor) is read while somebody signs in, where
    nothing may be asked over the network.
    """
    if settings.KMS_KEY_ID and binding.tenant_id is not None:
        return _kms()
    return _local(settings.SECRET_KEY)


def unwrap(label: str, wrapped: bytes, binding: Binding) -> bytes:
    """Return a key, whoever of ours wrapped it. Raises `KeyBrokenError`, `Unavailable`."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if (local := _local(secret)).label == label:
            return local.unwrap(wrapped, binding)
    if label.startswith("k"):  # KMS finds its key by itself, an earlier one too
        return _kms().unwrap(wrapped, binding)
    raise KeyBrokenError(binding.purpose)


def derived(secret: str | bytes, info: str) -> bytes:
    """Return a 256-bit key derived from a secret for one use."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode())
    return derive.derive(secret if isinstance(secret, bytes) else secret.encode())


@lru_cache(maxsize=16)
def _local(secret: str) -> LocalWrapper:
    return LocalWrapper(secret)


def _kms() -> KmsWrapper:
    return _kms_of(settings.KMS_KEY_ID, settings.KMS_ENDPOINT_URL, settings.KMS_REGION)


@lru_cache(maxsize=4)
def _kms_of(key_id: str, endpoint_url: str, region: str) -> KmsWrapper:
    return KmsWrapper(key_id, endpoint_url=endpoint_url or None, region=region or None)


def _context(binding: Binding) -> dict[str, str]:
    return {"purpose": binding.purpose, "tenant": binding.tenant}


def _label(kind: str, digest: bytes) -> str:
    return kind + digest.hex()[:_LABEL_DIGITS]
