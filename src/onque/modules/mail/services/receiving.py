"""Taking mail in: the raw bytes and a ledger row are safe before the peer hears "yes".

Called by the listener and the IMAP poller, outside any tenant scope. Nothing is read here.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from onque.kernel import clock, events
from onque.kernel.storage import content_key, store
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts import MailStored
from onque.modules.mail.repositories import addresses, inbound
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules.states import InboundState
from onque.modules.mail.services.keys import reply_keys

_WRITERS = 4


@dataclass(frozen=True)
class Route:
    """Where a recipient's mail goes: the workspace and the brand it is addressed to."""

    tenant_id: UUID
    brand_id: UUID
    recipient: str


@dataclass(frozen=True)
class Spot:
    """Where a fetched mail lies at its server."""

    folder_id: UUID
    validity: int
    uid: int


@dataclass(frozen=True)
class Arrival:
    """One mail as it came. `envelope_from` None: there was no envelope (fetched, not delivered).

    `position` names where it came from within `source`, the same for the same mail for ever.
    """

    raw: bytes
    source: str
    position: str
    envelope_from: str | None = None
    peer: str = ""
    spot: Spot | None = None
    reason: str = ""
    """Why it stays where it is, without its bytes; then `size_bytes` is what the server says."""
    detail: str = ""
    size_bytes: int = 0


def find_route(recipient: str) -> Route | None:
    """Return where mail to a recipient goes, None when nobody here has the address.

    A reply address leads to the workspace it names even when its signature is wrong: it is then
    ordinary mail to that workspace's first brand, since keys change and answers must not be lost.
    A bounce address leads to the workspace whose mail it belongs to, only when we signed it.
    """
    address = address_rules.comparable(recipient)
    if not address_rules.is_address(address):
        return None
    found = addresses.route(address)
    if found is None:
        tenant_id = _signed_for(address)
        found = addresses.route_workspace(tenant_id) if tenant_id else None
    return Route(found[0], found[1], address) if found else None


def _signed_for(address: str) -> UUID | None:
    """Whose reply or bounce address it is."""
    keys, domain = reply_keys(), settings.MAIL_DOMAIN
    reply = address_rules.read_reply_address(keys, address, domain=domain)
    if reply is not None:
        return reply.tenant_id
    bounce = address_rules.read_bounce_address(keys, address, domain=domain)
    return bounce.tenant_id if bounce else None


def store_mail(routes: Sequence[Route], arrival: Arrival) -> list[UUID]:
    """Store the raw bytes once per workspace and one ledger row per recipient; return the rows.

    When it returns everything is committed and durable. The same source position again changes
    nothing. Raises `Unavailable` and database errors: the peer must keep the mail then.
    """
    rows: list[UUID] = []
    for tenant_id in dict.fromkeys(route.tenant_id for route in routes):
        key = content_key("raw", tenant_id, arrival.raw)
        store().put(key, arrival.raw, content_type="message/rfc822")
        with tenant_scope(tenant_id):
            rows.extend(
                _record(route, arrival, key) for route in routes if route.tenant_id == tenant_id
            )
    return rows


def store_fetched(
    route: Route, arrivals: Sequence[Arrival], *, and_then: Callable[[], None]
) -> int:
    """Store mails of one mailbox in order, together with what `and_then` writes; return how many.

    All raw bytes are safe before the one transaction begins; either all rows and the position that
    `and_then` writes are there afterwards or none. A mail with a `reason` stays at the server and
    is put on record without its bytes. The same positions again change nothing. Raises as
    `store_mail`, and what `and_then` raises.
    """
    object_keys = _put_all(route.tenant_id, arrivals)
    with tenant_scope(route.tenant_id):
        fields = [
            _fields(route, arrival, key) for arrival, key in zip(arrivals, object_keys, strict=True)
        ]
        created = inbound.add_many(fields)
        for row in created:
            if row.state == InboundState.STORED:
                events.publish(MailStored(mail_id=row.id))
        and_then()
    return len(created)


def _put_all(tenant_id: UUID, arrivals: Sequence[Arrival]) -> list[str]:
    """Store the bytes side by side: a store answers when they are durable, which takes a while."""

    def put(arrival: Arrival) -> str:
        if arrival.reason:
            return ""
        key = content_key("raw", tenant_id, arrival.raw)
        store().put(key, arrival.raw, content_type="message/rfc822")
        return key

    if len(arrivals) <= 1:
        return [put(arrival) for arrival in arrivals]
    with ThreadPoolExecutor(_WRITERS, thread_name_prefix="raw") as pool:
        return list(pool.map(put, arrivals))


def _fields(route: Route, arrival: Arrival, key: str) -> dict[str, Any]:
    now = clock.now()
    spot = arrival.spot
    fields: dict[str, Any] = {
        "source": arrival.source,
        "position": _position(route, arrival),
        "brand_id": route.brand_id,
        "recipient": route.recipient,
        "envelope_from": (arrival.envelope_from or "")[:320],
        "has_envelope": arrival.envelope_from is not None,
        "peer": arrival.peer[:120],
        "object_key": key,
        "sha256": hashlib.sha256(arrival.raw).hexdigest() if key else "",
        "size_bytes": arrival.size_bytes or len(arrival.raw),
        "received_at": now,
    }
    if spot is not None:
        fields |= {"folder_id": spot.folder_id, "uid_validity": spot.validity, "uid": spot.uid}
    if arrival.reason:
        state = {"state": InboundState.QUARANTINED, "detail": arrival.detail, "done_at": now}
        fields |= {"reason": arrival.reason, **state}
    return fields


def _position(route: Route, arrival: Arrival) -> str:
    suffix = hashlib.sha256(route.recipient.encode()).hexdigest()[:12]
    return f"{arrival.position}:{suffix}"


def _record(route: Route, arrival: Arrival, key: str) -> UUID:
    fields = _fields(route, arrival, key)
    row, created = inbound.add_once(**fields)
    if created:
        events.publish(MailStored(mail_id=row.id))
    return row.id
