"""How a brand sends: its name, signatures, server and DKIM key."""

from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import DkimRecord
from onque.modules.mail.repositories import brand_senders, signatures
from onque.modules.mail.rules.addresses import is_address
from onque.modules.mail.rules.dkim import record_name, record_value
from onque.modules.mail.services import keys
from onque.modules.mail.services.smtp import Server

MAY_SET = "mail.settings"
_KEY_BITS = 2048
_LONGEST_SIGNATURE = 4000


@dataclass(frozen=True)
class Choices:
    """What a brand chooses. `server` None sends through the installation's relay.

    `signatures` and `acknowledgements` hold a text for each locale.
    """

    name_style: str = "person"
    from_address: str = ""
    signatures: dict[str, str] = field(default_factory=dict)
    acknowledges: bool = False
    acknowledgements: dict[str, str] = field(default_factory=dict)
    server: Server | None = None
    per_minute: int | None = None


@transaction.atomic
def set_choices(actor: Actor, *, brand_id: UUID, choices: Choices) -> None:
    """Keep how a brand sends; the password is sealed. Raises `Forbidden`, `NotFound`, `Invalid`."""
    actor.require(MAY_SET)
    identity.get_brand(brand_id)
    if choices.name_style not in {"person", "brand"}:
        raise Invalid(field="name_style", reason="unknown")
    if choices.from_address and not is_address(choices.from_address):
        raise Invalid(field="from_address", reason="not_an_address")
    if any(len(text) > _LONGEST_SIGNATURE for text in choices.signatures.values()):
        raise Invalid(field="signatures", reason="too_long", limit=_LONGEST_SIGNATURE)
    brand_senders.put(
        brand_id,
        name_style=choices.name_style,
        from_address=choices.from_address,
        signatures=choices.signatures,
        acknowledges=choices.acknowledges,
        acknowledgements=choices.acknowledgements,
        per_minute=choices.per_minute,
        updated_at=clock.now(),
        **_server_fields(choices.server),
    )
    _audit(actor, brand_id, "mail.sender_changed")


@transaction.atomic
def send_through(actor: Actor, *, brand_id: UUID, from_address: str, server: Server | None) -> None:
    """Let a brand send through a server of its own in the name of an address of its own.

    None goes back to the installation's relay and the brand's usual address; signatures and the
    rest stay. Raises `Forbidden`, `NotFound`.
    """
    actor.require(MAY_SET)
    identity.get_brand(brand_id)
    brand_senders.put(
        brand_id,
        from_address=from_address if server else "",
        updated_at=clock.now(),
        **_server_fields(server),
    )
    _audit(actor, brand_id, "mail.sender_changed")


@transaction.atomic
def make_dkim_key(actor: Actor, *, brand_id: UUID, domain: str) -> DkimRecord:
    """Make a new key for a brand's domain and return the DNS record to paste.

    A key made before is replaced; its record may stay in the DNS. Mail is signed with the new one
    at once, so publish the record first where mail must not be unsigned. Raises `Forbidden`,
    `NotFound`, `Invalid`. Source: RFC 6376, 3.6.1; RFC 8301 (2048 bits).
    """
    actor.require(MAY_SET)
    identity.get_brand(brand_id)
    if not is_address(f"x@{domain}"):
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
    record = DkimRecord(record_name(selector, domain), record_value(public))
    brand_senders.put(
        brand_id,
        dkim_domain=domain.lower(),
        dkim_selector=selector,
        dkim_public=record.value,
        sealed_dkim_key=keys.seal(pem.decode()),
        updated_at=now,
    )
    _audit(actor, brand_id, "mail.dkim_key_made")
    return record


@transaction.atomic
def set_signature(actor: Actor, *, text: str) -> None:
    """Set what the acting member writes under replies; "" takes it away. Raises `Invalid`."""
    if actor.id is None or actor.kind != "member":
        raise Invalid(field="member", reason="unknown")
    if len(text) > _LONGEST_SIGNATURE:
        raise Invalid(field="text", reason="too_long", limit=_LONGEST_SIGNATURE)
    signatures.put(actor.id, text.strip(), now=clock.now())


def _server_fields(server: Server | None) -> dict[str, object]:
    if server is None:
        return {"transport": "relay", "sealed_password": ""}
    return {
        "transport": "smtp",
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "user_name": server.user,
        "sealed_password": keys.seal(server.password) if server.password else "",
    }


def _audit(actor: Actor, brand_id: UUID, action: str) -> None:
    identity.record_audit(
        actor=actor, action=action, object_kind="brand", object_id=brand_id, after={"mail": "set"}
    )
