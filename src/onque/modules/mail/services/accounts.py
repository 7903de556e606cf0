"""A brand's account with a provider that sends its mail."""

import json
from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts.sending import ProviderCard
from onque.modules.mail.repositories import brand_senders as senders
from onque.modules.mail.rules.addresses import is_address
from onque.modules.mail.rules.providers import PROVIDERS, Provider
from onque.modules.mail.services import brand_senders, checking, dkim_keys, keys
from onque.modules.mail.services.apis import Account
from onque.modules.mail.services.brand_senders import MAY_SET

CHECK = "way"
_LONGEST_SECRET = 300


@transaction.atomic
def send_by_account(actor: Actor, *, brand_id: UUID, account: Account) -> None:
    """Let a brand send through a provider; its address, signatures and the rest stay.

    The secrets are sealed as one; a secret that is "" stays as it was, for the same provider.
    Raises `Forbidden`, `NotFound`, `Invalid` with the field, `Unavailable`.
    """
    actor.require(MAY_SET)
    identity.get_brand(brand_id)
    provider = PROVIDERS.get(account.provider)
    if provider is None:
        raise Invalid(field="provider", reason="unknown")
    if account.region not in provider.regions:
        raise Invalid(field="region", reason="unknown")
    domain = account.domain.strip().lower()
    if provider.has_domain and not is_address(f"x@{domain}"):
        raise Invalid(field="domain", reason="not_a_sending_domain")
    secrets = _secrets(brand_id, account, provider)
    brand_senders.send_by(
        actor,
        brand_id,
        transport="provider",
        provider=account.provider,
        provider_region=account.region,
        provider_domain=domain if provider.has_domain else "",
        sealed_api_key=keys.seal(json.dumps(secrets)),
        sealed_password="",
    )


def get_account(actor: Actor, *, brand_id: UUID, provider: str = "") -> ProviderCard:
    """Return what is kept of a brand's account with a provider, never a secret.

    By default of the provider in use, else the first one; one that is not known is the first.
    Raises `Forbidden`, `NotFound`.
    """
    actor.require(MAY_SET)
    identity.get_brand(brand_id)
    row = senders.of_brand(brand_id)
    used = row.provider if row is not None and row.transport == "provider" else ""
    key = provider if provider in PROVIDERS else used or next(iter(PROVIDERS))
    if row is not None and used == key:
        return ProviderCard(key, row.provider_region, row.provider_domain, is_used=True)
    region = next(iter(PROVIDERS[key].regions))
    return ProviderCard(key, region, dkim_keys.domain_of(brand_id), is_used=False)


def try_way(actor: Actor, *, brand_id: UUID) -> UUID:
    """Begin to send a test mail to the acting member the way the brand's mail leaves.

    A task does it; its run is returned. Raises `Forbidden`, `NotFound`, `Invalid`.
    """
    actor.require(MAY_SET)
    identity.get_brand(brand_id)
    member = identity.get_member(actor.id) if actor.id is not None else None
    if member is None:
        raise Invalid(field="member", reason="unknown")
    return checking.start(actor, kind=CHECK, subject_id=brand_id, address=member.email)


def _secrets(brand_id: UUID, account: Account, provider: Provider) -> dict[str, str]:
    row = senders.of_brand(brand_id)
    kept: dict[str, str] = {}
    if row is not None and row.provider == account.provider and row.sealed_api_key:
        kept = json.loads(keys.unseal(row.sealed_api_key, tenant_id=row.tenant_id))
    found = {
        name: account.secrets.get(name, "").strip() or kept.get(name, "")
        for name in provider.secrets
    }
    for name, value in found.items():
        fits = value.isascii() and value.isprintable() and len(value) <= _LONGEST_SECRET
        if not value or not fits:
            raise Invalid(field=name, reason="missing" if not value else "not_a_key")
    return found
