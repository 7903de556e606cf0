"""A brand's DKIM key: made, published by its people, seen in the DNS, and only then signed with."""

from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import DkimRecord
from onque.modules.mail.repositories import brand_senders
from onque.modules.mail.rules.addresses import is_address
from onque.modules.mail.rules.dkim import record_name, record_value
from onque.modules.mail.services import checking, keys, naming
from onque.modules.mail.services.brand_senders import MAY_SET

if TYPE_CHECKING:
    from onque.modules.mail.models import Sender

CHECK = "dkim"
_KEY_BITS = 2048


@transaction.atomic
def make_key(actor: Actor, *, brand_id: UUID, domain: str = "") -> DkimRecord:
    """Make a key for a domain, by default of the address the brand sends from; return its record.

    Nothing is signed with it before `set_signing`. A key made before is replaced, so that mail goes
    unsigned meanwhile; its record may stay in the DNS. Raises `Forbidden`, `NotFound`, `Invalid`.
    Source: RFC 6376, 3.6.1; RFC 8301 (2048 bits).
    """
    actor.require(MAY_SET)
    wanted = (domain or domain_of(brand_id)).strip().lower()
    if not is_address(f"x@{wanted}"):
        raise Invalid(field="domain", reason="not_a_domain")
    private = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    now = clock.now()
    selector = f"onque{now:%Y%m%d%H%M%S}"
    record = DkimRecord(record_name(selector, wanted), record_value(public))
    brand_senders.put(
        brand_id,
        dkim_domain=wanted,
        dkim_selector=selector,
        dkim_public=record.value,
        sealed_dkim_key=keys.seal(pem.decode()),
        dkim_signs=False,
        dkim_checked_at=None,
        updated_at=now,
    )
    _audit(actor, brand_id, "mail.dkim_key_made", selector)
    return record


def check_record(actor: Actor, *, brand_id: UUID) -> UUID:
    """Begin to look the record up; a task does it, and its run is returned.

    Raises `Forbidden`, `NotFound`, `Invalid` without a key.
    """
    actor.require(MAY_SET)
    row = _with_key(brand_id)
    name = record_name(row.dkim_selector, row.dkim_domain)
    return checking.start(actor, kind=CHECK, subject_id=brand_id, address=name[:320])


@transaction.atomic
def set_signing(actor: Actor, *, brand_id: UUID, on: bool) -> None:
    """Sign the brand's mail with its key, or stop; the same again changes nothing.

    Raises `Forbidden`, `NotFound`, and `Invalid` without a key or before its record was seen: mail
    signed with a key that nobody finds is worse off than unsigned mail.
    """
    actor.require(MAY_SET)
    row = _with_key(brand_id)
    if on and row.dkim_checked_at is None:
        raise Invalid(field="signing", reason="not_published")
    if row.dkim_signs == on:
        return
    brand_senders.put(brand_id, dkim_signs=on, updated_at=clock.now())
    _audit(actor, brand_id, "mail.dkim_on" if on else "mail.dkim_off", row.dkim_selector)


def domain_of(brand_id: UUID) -> str:
    """Return the domain of the address a brand sends from. Raises `NotFound`."""
    brand = identity.get_brand(brand_id)
    row = brand_senders.of_brand(brand_id)
    address = naming.address_of(brand_id, row, brand.support_address or brand.slug)
    return address.rpartition("@")[2]


def _with_key(brand_id: UUID) -> "Sender":
    identity.get_brand(brand_id)
    row = brand_senders.of_brand(brand_id)
    if row is None or not row.sealed_dkim_key:
        raise Invalid(field="signing", reason="no_key")
    return row


def _audit(actor: Actor, brand_id: UUID, action: str, selector: str) -> None:
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="brand",
        object_id=brand_id,
        after={"selector": selector},
    )
