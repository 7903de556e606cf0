"""How a brand sends: its name, signatures, layout, acknowledgement and server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import addresses, brand_senders, signatures
from onque.modules.mail.rules.addresses import comparable
from onque.modules.mail.services import keys, naming
from onque.modules.mail.services.smtp import Server

if TYPE_CHECKING:
    from onque.modules.mail.models import Sender

MAY_SET = "mail.settings"
NAME_STYLES = ("person", "brand")
LAYOUTS = ("brand", "plain")
_LONGEST_TEXT = 4000
_LONGEST_NAME = 80
_MOST_PER_MINUTE = 100_000


@dataclass(frozen=True)
class Choices:
    """What a brand chooses; "" as `from_address` is its main address, as `locale` the brand's own.

    `signatures` and `acknowledgements` hold a text for each locale; `sender_name` "" keeps the
    name. `per_minute` limits mails to one domain, None is the installation's limit.
    """

    name_style: str = "person"
    sender_name: str = ""
    from_address: str = ""
    signatures: Mapping[str, str] = field(default_factory=dict)
    layout: str = "brand"
    locale: str = ""
    acknowledges: bool = False
    acknowledgements: Mapping[str, str] = field(default_factory=dict)
    per_minute: int | None = None


@transaction.atomic
def set_choices(actor: Actor, *, brand_id: UUID, choices: Choices) -> None:
    """Keep how a brand's mail looks and in whose name it goes; its server and key stay.

    Raises `Forbidden`, `NotFound`, `Invalid`; the same again changes nothing.
    """
    actor.require(MAY_SET)
    brand = identity.get_brand(brand_id)
    _check(brand_id, choices)
    before = _facts(brand_senders.of_brand(brand_id), brand.sender_name)
    name = choices.sender_name.strip()
    if name and name != (brand.sender_name or brand.name):
        identity.set_brand_address(
            brand_id, support_address=brand.support_address, sender_name=name
        )
    row = brand_senders.put(
        brand_id,
        name_style=choices.name_style,
        from_address=comparable(choices.from_address) if choices.from_address else "",
        signatures=_texts(choices.signatures),
        layout=choices.layout,
        locale=choices.locale,
        acknowledges=choices.acknowledges,
        acknowledgements=_texts(choices.acknowledgements),
        per_minute=choices.per_minute,
        updated_at=clock.now(),
    )
    _audit(actor, brand_id, before, _facts(row, identity.get_brand(brand_id).sender_name))


@transaction.atomic
def send_through(
    actor: Actor,
    *,
    brand_id: UUID,
    from_address: str,
    server: Server | None,
    mailbox_id: UUID | None = None,
) -> None:
    """Let a brand send through a server of its own in the name of an address of its own.

    With `mailbox_id` it signs in there by what that mailbox was allowed. None goes back to the
    installation's relay and the brand's usual address; signatures and the rest stay. The password
    is sealed. Raises `Forbidden`, `NotFound`.
    """
    fields = _server_fields(server) | {"mailbox_id": mailbox_id if server else None}
    send_by(actor, brand_id, from_address=from_address if server else "", **fields)


@transaction.atomic
def send_by_relay(actor: Actor, *, brand_id: UUID) -> None:
    """Let a brand send through the installation's relay; its address and the rest stay.

    The secrets of a server or an account that it had are forgotten. Raises `Forbidden`, `NotFound`.
    """
    send_by(actor, brand_id, **_server_fields(None))


@transaction.atomic
def send_by(actor: Actor, brand_id: UUID, **fields: object) -> None:
    """Keep the columns of a brand's way out and record it. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SET)
    brand = identity.get_brand(brand_id)
    before = _facts(brand_senders.of_brand(brand_id), brand.sender_name)
    row = brand_senders.put(brand_id, updated_at=clock.now(), **fields)
    _audit(actor, brand_id, before, _facts(row, brand.sender_name))


@transaction.atomic
def set_signature(actor: Actor, *, text: str) -> None:
    """Set what the acting member writes under replies; "" takes it away. Raises `Invalid`."""
    if actor.id is None or actor.kind != "member":
        raise Invalid(field="member", reason="unknown")
    if len(text) > _LONGEST_TEXT:
        raise Invalid(field="text", reason="too_long", limit=_LONGEST_TEXT)
    signatures.put(actor.id, text.strip(), now=clock.now())


def get_signature(actor: Actor) -> str:
    """Return what the acting member writes under replies, "" for nothing."""
    return signatures.text_of(actor.id) if actor.id is not None else ""


def _check(brand_id: UUID, choices: Choices) -> None:
    _require_known("name_style", choices.name_style, NAME_STYLES)
    _require_known("layout", choices.layout, LAYOUTS)
    _require_known("locale", choices.locale, ("", *naming.LOCALES))
    if len(choices.sender_name) > _LONGEST_NAME:
        raise Invalid(field="sender_name", reason="too_long", limit=_LONGEST_NAME)
    ours = addresses.of_brand(brand_id)
    if choices.from_address and comparable(choices.from_address) not in ours:
        raise Invalid(field="from_address", reason="not_ours")
    for name in ("signatures", "acknowledgements"):
        for locale, text in getattr(choices, name).items():
            if len(text) > _LONGEST_TEXT:
                raise Invalid(field=f"{name}_{locale}", reason="too_long", limit=_LONGEST_TEXT)
    if choices.per_minute is not None and not 0 < choices.per_minute <= _MOST_PER_MINUTE:
        raise Invalid(field="per_minute", reason="not_a_limit")


def _require_known(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise Invalid(field=name, reason="unknown")


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    return {locale: text.strip() for locale, text in given.items() if text.strip()}


def _server_fields(server: Server | None) -> dict[str, object]:
    if server is None:
        return {"transport": "relay", "sealed_password": "", "sealed_api_key": ""}
    return {
        "transport": "smtp",
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "user_name": server.user,
        "sealed_password": keys.seal(server.password) if server.password else "",
    }


def _facts(row: "Sender | None", sender_name: str) -> dict[str, object]:
    """What the audit trail shows of a brand's sending; never a secret."""
    facts: dict[str, object] = {"sender_name": sender_name}
    if row is not None:
        facts |= {
            "name_style": row.name_style,
            "from_address": row.from_address,
            "signatures": sorted(row.signatures),
            "layout": row.layout,
            "locale": row.locale,
            "acknowledges": row.acknowledges,
            "acknowledgements": sorted(row.acknowledgements),
            "per_minute": row.per_minute,
            "transport": row.transport,
            "host": row.host if row.transport == "smtp" else "",
            "provider": row.provider if row.transport == "provider" else "",
        }
    return facts


def _audit(
    actor: Actor, brand_id: UUID, before: dict[str, object], after: dict[str, object]
) -> None:
    changed = {name for name, value in after.items() if before.get(name) != value}
    identity.record_audit(
        actor=actor,
        action="mail.sender_changed",
        object_kind="brand",
        object_id=brand_id,
        before={name: before.get(name) for name in changed},
        after={name: after[name] for name in changed},
    )
