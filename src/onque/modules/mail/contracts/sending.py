"""What the doors get of how brands send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onque.kernel.contract import Contract


@dataclass(frozen=True)
class DkimState(Contract):
    """A brand's key: the record to publish, since when it is seen, and whether mail is signed.

    `fits` tells whether it speaks for the address that the brand sends from.
    """

    name: str
    value: str
    signs: bool
    fits: bool
    seen_at: datetime | None


@dataclass(frozen=True)
class SendingCard(Contract):
    """How one brand sends.

    `way` is relay, smtp or provider, `server` the host or the provider; `reports` tells whether
    that provider's reports came in before. `from_address` is the one
    in use, `chosen_address` "" for the brand's main one; `locale` "" is the brand's own.
    """

    brand_id: UUID
    brand_name: str
    brand_locale: str
    sender_name: str
    name_style: str
    from_address: str
    chosen_address: str
    addresses: tuple[str, ...]
    signatures: Mapping[str, str]
    layout: str
    locale: str
    acknowledges: bool
    acknowledgements: Mapping[str, str]
    per_minute: int | None
    way: str
    server: str
    reports: bool
    dkim: DkimState | None


@dataclass(frozen=True)
class ProviderCard(Contract):
    """A brand's account with a provider, by the names of `rules.providers`; no secret.

    `is_used` tells whether the brand sends by it now, so that its secrets are kept.
    """

    provider: str
    region: str
    domain: str
    is_used: bool


@dataclass(frozen=True)
class SendingLine(Contract):
    """One brand in the list: as whom it sends, which way, and what is missing.

    `signing` is on, waiting (a key that is not used yet), lost (a key of another domain), own (a
    server of its own, which signs by itself) or off.
    """

    brand_id: UUID
    brand_name: str
    sender: str
    from_address: str
    way: str
    server: str
    signing: str
    acknowledges: bool
