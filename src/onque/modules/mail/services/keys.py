"""The keys that sign reply addresses, and the sealing of mail servers' credentials."""

from uuid import UUID

from django.conf import settings

from onque.kernel import crypto
from onque.kernel.tenancy import current_tenant
from onque.modules.mail.rules.addresses import signing_key

CREDENTIAL = "mail.mailbox"
"""The purpose under which passwords, tokens and webhook secrets are sealed."""


def reply_keys() -> list[bytes]:
    """Return the keys under which reply addresses are read; the first one signs new ones."""
    secrets = (settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ()))
    return [signing_key(secret) for secret in secrets]


def seal(text: str) -> str:
    """Return a credential of the open scope's tenant as it is stored. Raises `Unavailable`."""
    return crypto.seal(text, purpose=CREDENTIAL, tenant_id=current_tenant())


def unseal(sealed: str, *, tenant_id: UUID) -> str:
    """Return a credential of a tenant. Raises `SealBrokenError` (a `ValueError`), `Unavailable`."""
    return crypto.unseal(sealed, purpose=CREDENTIAL, tenant_id=tenant_id)
