"""Providers' webhooks: addresses for them, and taking in what they bring.

The raw bytes are stored and on the ledger before the provider hears 2xx; a repeated call is the
same ledger row.
"""

import hashlib
import logging
import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.mail.contracts.setup import IntakeItem, OpenIntake, ProviderEvent, ProviderMail
from onque.modules.mail.repositories import addresses, intakes
from onque.modules.mail.services import keys, provider_events, receiving
from onque.modules.mail.services.receiving import Arrival, Route

if TYPE_CHECKING:
    from onque.modules.mail.models import Intake

log = logging.getLogger(__name__)

MADE_BY_US = ("postmark", "mailjet", "sparkpost", "sendgrid")
"""Providers that prove themselves by a password of ours in the address."""
GIVEN = {"mailgun": "signing_key", "ses": "topic"}
"""Providers whose own key or name the workspace enters, and what it is."""
PROVIDERS = (*GIVEN, *MADE_BY_US)
USER = "onque"
_SOURCE = "webhook"
_TOKEN_BYTES = 18
_HINT = 4
_LONGEST_ID = 60


@transaction.atomic
def add_intake(
    actor: Actor, *, brand_id: UUID, provider: str, secret: str = ""
) -> tuple[UUID, str]:
    """Make an address for a provider's webhooks; return its id and the secret, shown only now.

    `secret` is what `GIVEN` names, for the others a password is made. Raises `Forbidden`,
    `NotFound` for the brand, `Invalid`.
    """
    actor.require("mail.settings")
    if provider not in PROVIDERS:
        raise Invalid(field="provider", reason="unknown")
    secret = secret.strip() if provider in GIVEN else secrets.token_urlsafe(_TOKEN_BYTES)
    if not secret or not secret.isascii() or not secret.isprintable():
        raise Invalid(field="secret", reason="missing")
    identity.get_brand(brand_id)
    row = intakes.add(
        brand_id=brand_id,
        provider=provider,
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        sealed_secret=keys.seal(secret),
        hint=secret[-_HINT:],
    )
    identity.record_audit(
        actor=actor,
        action="mail.intake_added",
        object_kind="intake",
        object_id=row.id,
        after={"provider": provider},
    )
    return row.id, secret


@transaction.atomic
def remove_intake(actor: Actor, *, intake_id: UUID) -> None:
    """Stop taking in from an address. Raises `Forbidden`, `NotFound`."""
    _set_removed(actor, intake_id, removed=True)


@transaction.atomic
def restore_intake(actor: Actor, *, intake_id: UUID) -> None:
    """Undo `remove_intake`. Raises `Forbidden`, `NotFound`."""
    _set_removed(actor, intake_id, removed=False)


def _set_removed(actor: Actor, intake_id: UUID, *, removed: bool) -> None:
    actor.require("mail.settings")
    row = intakes.lock(intake_id)
    row.removed_at = clock.now() if removed else None
    intakes.save(row, "removed_at")
    identity.record_audit(
        actor=actor,
        action="mail.intake_removed" if removed else "mail.intake_restored",
        object_kind="intake",
        object_id=row.id,
    )


def list_intakes(actor: Actor) -> list[IntakeItem]:
    """Return the workspace's addresses for webhooks in use. Raises `Forbidden`."""
    actor.require("mail.settings")
    return [_item(row) for row in intakes.all_in_order()]


def open_intake(provider: str, token: str) -> OpenIntake:
    """Return the intake of an address; call outside a scope. Raises `NotFound`, `Unavailable`."""
    found = intakes.route(provider, token)
    if found is None:
        raise NotFound(kind="intake", id=token[:8])
    with tenant_scope(found[0]):
        sealed = intakes.get(found[1]).sealed_secret
    secret = keys.unseal(sealed, tenant_id=found[0])
    return OpenIntake(tenant_id=found[0], id=found[1], provider=provider, secret=secret)


def take_mail(intake: OpenIntake, mails: list[ProviderMail]) -> list[UUID]:
    """Store what a provider brought; return the ledger rows. The same again changes nothing.

    A recipient we do not know leads to the intake's brand: the provider has accepted the mail, so
    it must not be lost. Raises `Unavailable` and database errors: the provider must try again.
    """
    rows: list[UUID] = []
    for mail in mails:
        route = _route(intake, mail.recipient)
        rows += receiving.store_mail([route], _arrival(intake, mail))
    with tenant_scope(intake.tenant_id):
        intakes.note(intake.id, last_mail_at=clock.now(), trouble="")
    return rows


def take_events(intake: OpenIntake, events: list[ProviderEvent]) -> None:
    """Record what became of mails of ours; safe to repeat. Raises database errors."""
    with tenant_scope(intake.tenant_id):
        for event in events:
            provider_events.record_provider_event(event)
        intakes.note(intake.id, last_event_at=clock.now(), trouble="")


def note_confirmation(intake: OpenIntake, url: str) -> None:
    """Keep the address that confirms a subscription, for an admin to open."""
    with tenant_scope(intake.tenant_id):
        intakes.note(intake.id, confirm_url=url)


def note_trouble(intake: OpenIntake, trouble: str) -> None:
    """Keep why a call was refused: "signature", "wrong_kind" or "too_large"."""
    log.warning("intake_refused", extra={"intake": intake.id.hex, "trouble": trouble})
    with tenant_scope(intake.tenant_id):
        intakes.note(intake.id, trouble=trouble, troubled_at=clock.now())


def _route(intake: OpenIntake, recipient: str) -> Route:
    found = receiving.find_route(recipient) if recipient else None
    if found is not None and found.tenant_id == intake.tenant_id:
        return found
    with tenant_scope(intake.tenant_id):
        brand_id = intakes.get(intake.id).brand_id
        main = addresses.main_of(brand_id)
    address = main.address if main else f"{intake.id.hex}@{settings.MAIL_DOMAIN}"
    return Route(intake.tenant_id, brand_id, address)


def _arrival(intake: OpenIntake, mail: ProviderMail) -> Arrival:
    name = mail.event_id
    if not name or len(name) > _LONGEST_ID or not name.isascii():
        name = hashlib.sha256(name.encode() or mail.raw).hexdigest()[:_LONGEST_ID]
    return Arrival(
        raw=mail.raw,
        source=_SOURCE,
        position=f"{intake.id.hex}:{name}",
        envelope_from=mail.sender,
        peer=intake.provider,
    )


def _item(row: "Intake") -> IntakeItem:
    return IntakeItem(
        id=row.id,
        brand_id=row.brand_id,
        brand_name=row.brand.name,
        provider=row.provider,
        token=row.token,
        hint=row.hint,
        confirm_url=row.confirm_url,
        trouble=row.trouble,
        troubled_at=row.troubled_at,
        last_mail_at=row.last_mail_at,
        last_event_at=row.last_event_at,
    )
