"""The way a brand's mail leaves: through which server, how fast, and signed with which key."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import dkim

from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import brand_senders, mailboxes
from onque.modules.mail.rules.addresses import comparable, for_envelope
from onque.modules.mail.rules.dkim import speaks_for
from onque.modules.mail.services import apis, keys, oauth, smtp
from onque.modules.mail.services.apis import Account
from onque.modules.mail.services.imap_session import SessionFault
from onque.modules.mail.services.smtp import Result, Server

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail, Sender

_SIGNED_FIELDS = (
    b"from",
    b"reply-to",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"auto-submitted",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)


@dataclass(frozen=True)
class DkimKey:
    """A brand's key; `pem` is the private part."""

    domain: str
    selector: str
    pem: bytes = field(repr=False)


@dataclass(frozen=True)
class Parcel:
    """Whose one mail it is: the envelope's addresses, and the name that reports give back."""

    sender: str
    recipient: str
    name: str


@dataclass(frozen=True)
class Way:
    """How one mail leaves: by an account with a provider, a server, or the installation's relay."""

    server: Server | None = None
    account: Account | None = None
    key: DkimKey | None = None
    per_minute: int | None = None

    @property
    def name(self) -> str:
        """What a limit for each minute is counted for."""
        if self.account is not None:
            return self.account.provider
        return self.server.host if self.server else "relay"


def way_of(row: "OutboundMail") -> Way:
    """Return the way of a mail's brand; call inside the tenant's scope. Raises `Unavailable`."""
    found = brand_senders.of_brand(row.brand_id) if row.brand_id else None
    return way_for(found, row.from_address) if found is not None else Way()


def way_for(found: "Sender", from_address: str) -> Way:
    """Return the way that a brand chose, for mail from an address. Raises `Unavailable`.

    A provider signs for itself, since it writes fields of its own.
    """
    if found.transport == "provider":
        return Way(account=_account(found), per_minute=found.per_minute)
    return Way(
        server=_server(found) if found.transport == "smtp" else None,
        key=_key(found, from_address),
        per_minute=found.per_minute,
    )


def sign(raw: bytes, key: DkimKey | None) -> bytes:
    """Return the mail with a DKIM signature in front, unchanged without a key.

    Source: RFC 6376; relaxed canonicalisation, as servers on the way fold fields anew.
    """
    if key is None:
        return raw
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    there = {line.partition(b":")[0].lower() for line in head}
    signature: bytes = dkim.sign(
        raw,
        key.selector.encode(),
        key.domain.encode(),
        key.pem,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in _SIGNED_FIELDS if name in there],
    )
    return signature + raw


def deliver(raw: bytes, *, way: Way, parcel: Parcel, before_text: Callable[[], bool]) -> Result:
    """Send a composed mail its way; see `smtp.deliver` and `apis.deliver` for what is promised."""
    recipient = for_envelope(parcel.recipient)
    if way.account is not None:
        return apis.deliver(
            raw,
            account=way.account,
            recipient=recipient,
            name=parcel.name,
            before_text=before_text,
        )
    return smtp.deliver(
        sign(raw, way.key),
        sender=for_envelope(parcel.sender),
        recipient=recipient,
        before_text=before_text,
        server=way.server,
    )


def _account(found: "Sender") -> Account:
    sealed = found.sealed_api_key
    secrets = json.loads(keys.unseal(sealed, tenant_id=found.tenant_id)) if sealed else {}
    return Account(
        provider=found.provider,
        region=found.provider_region,
        domain=found.provider_domain,
        secrets=secrets,
    )


def _server(found: "Sender") -> Server:
    sealed = found.sealed_password
    return Server(
        host=found.host,
        port=found.port,
        security=found.security,
        user=found.user_name,
        password=keys.unseal(sealed, tenant_id=found.tenant_id) if sealed else "",
        token=partial(_token, found.tenant_id, found.mailbox_id) if found.mailbox_id else None,
    )


def _token(tenant_id: UUID, mailbox_id: UUID, refused: str) -> str:
    """What a mailbox was allowed; called when the connection is made, with no transaction open."""
    with tenant_scope(tenant_id):
        box = mailboxes.find(mailbox_id)
    if box is None:
        raise ConnectionError("the mailbox that this brand signs in by is gone")
    try:
        return oauth.access_token(tenant_id, box, refused=refused)
    except SessionFault as error:
        raise ConnectionError(f"{error.fault}: {error.words}") from error


def _key(found: "Sender", from_address: str) -> DkimKey | None:
    """The key, when it speaks for the From domain or one above it (relaxed alignment, RFC 7489)."""
    signs = found.sealed_dkim_key and found.dkim_signs
    if not signs or not speaks_for(found.dkim_domain, comparable(from_address)):
        return None
    pem = keys.unseal(found.sealed_dkim_key, tenant_id=found.tenant_id)
    return DkimKey(found.dkim_domain, found.dkim_selector, pem.encode())
