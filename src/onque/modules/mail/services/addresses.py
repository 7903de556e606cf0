"""The addresses customers write to, and the mailboxes that are fetched from."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import AddressItem, AddressTaken, MailboxItem
from onque.modules.mail.contracts.setup import AddressDetail, ForwardingItem
from onque.modules.mail.repositories import addresses, mailboxes
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.services import keys

if TYPE_CHECKING:
    from onque.modules.mail.models import Address

NO_FOLDERS_VALIDITY = 0
"""RFC 3501 has it above zero: a position noted with it is before everything."""


@dataclass(frozen=True)
class ImapServer:
    """How to reach a folder; the password is stored encrypted."""

    host: str
    user_name: str
    password: str
    port: int = 993
    use_tls: bool = True
    folder: str = "INBOX"


def add_address(actor: Actor, *, brand_id: UUID, address: str, is_main: bool = False) -> UUID:
    """Lead an address to a brand; the same again is no change.

    Raises `Forbidden`, `Invalid`, `NotFound` for the brand, `AddressTaken` when it leads to another
    brand or to another workspace.
    """
    actor.require("mail.settings")
    wanted = address_rules.comparable(address)
    if not address_rules.is_address(wanted):
        raise Invalid(field="address", reason="not_an_address")
    brand = identity.get_brand(brand_id)
    try:
        with transaction.atomic():
            row, _created = addresses.add_once(address=wanted, brand_id=brand_id, is_main=is_main)
    except IntegrityError:
        raise AddressTaken(address=wanted) from None
    if row.brand_id != brand_id:
        raise AddressTaken(address=wanted)
    if not brand.support_address:  # the first address is the one customers are told
        identity.set_brand_address(brand_id, support_address=wanted)
    return row.id


def add_mailbox(
    actor: Actor, *, address_id: UUID, server: ImapServer, with_history: bool = False
) -> UUID:
    """Fetch mail for an address from an IMAP folder. Raises `Forbidden`, `NotFound`.

    What lies in the folder at the first poll stays there unless `with_history`.
    """
    actor.require("mail.settings")
    address = addresses.get(address_id)
    row = mailboxes.add(
        address=address,
        host=server.host,
        port=server.port,
        use_tls=server.use_tls,
        user_name=server.user_name,
        sealed_password=keys.seal(server.password),
        folder=server.folder,
        security="tls" if server.use_tls else "none",
        import_from="all" if with_history else "new",
        uid_validity=NO_FOLDERS_VALIDITY if with_history else None,
    )
    return row.id


def list_addresses(actor: Actor) -> list[AddressItem]:
    """Return the workspace's addresses by brand. Raises `Forbidden`."""
    actor.require("mail.settings")
    return [
        AddressItem(row.id, row.address, row.brand_id, row.brand.name, row.is_main)
        for row in addresses.all_in_order()
    ]


def get_address(actor: Actor, *, address_id: UUID) -> AddressDetail:
    """Return one address with what its page shows. Raises `Forbidden`, `NotFound`."""
    actor.require("mail.settings")
    row = addresses.get(address_id)
    brand = identity.get_brand(row.brand_id)
    main = addresses.main_of(row.brand_id)
    return AddressDetail(
        id=row.id,
        address=row.address,
        brand_name=brand.name,
        public=main.address if main and not main.is_forwarding else "",
        forwarding=forwarding_item(row, brand.name) if row.is_forwarding else None,
    )


def address_to_check(actor: Actor, *, address_id: UUID, kind: str) -> str:
    """Return the address that a check of a kind is about: "domain" or "forwarding".

    Raises `Forbidden`, `NotFound`, `Invalid` for a kind that does not fit the address.
    """
    item = get_address(actor, address_id=address_id)
    if kind == "domain" and item.forwarding is None:
        return item.address
    if kind != "forwarding" or item.forwarding is None or not item.public:
        raise Invalid(field="kind", reason="unknown")
    return item.public


def forwarding_item(row: "Address", brand_name: str) -> ForwardingItem:
    """Return a forwarding address with what its provider asked."""
    said = row.confirmation or {}
    at = said.get("at")
    return ForwardingItem(
        id=row.id,
        brand_id=row.brand_id,
        brand_name=brand_name,
        address=row.address,
        code=said.get("code", ""),
        link=said.get("link", ""),
        asks=said.get("asks", ""),
        asked_at=datetime.fromisoformat(at) if at else None,
    )


def list_mailboxes(actor: Actor) -> list[MailboxItem]:
    """Return the workspace's mailboxes and how they are doing. Raises `Forbidden`."""
    actor.require("mail.settings")
    return [
        MailboxItem(
            id=row.id,
            address=row.address.address,
            brand_name=row.address.brand.name,
            host=row.host,
            folder=row.folder,
            state=row.state,
            error=row.error,
            checked_at=row.checked_at,
            is_enabled=row.is_enabled,
            reason=row.reason,
            signs_in=row.auth == "oauth2",
        )
        for row in mailboxes.all_in_order()
    ]
