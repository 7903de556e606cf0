"""What members change about a customer: details, addresses, blocking."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.kernel.search import index
from onque.modules.customers import rules
from onque.modules.customers.contracts import (
    AddressTaken,
    CustomerChanged,
    CustomerProfile,
    CustomerRenamed,
    IdentityItem,
    MainAddress,
    MergeItem,
    NewDetails,
    NoteItem,
)
from onque.modules.customers.repositories import customers, identities, merges, notes
from onque.modules.customers.repositories.customers import KIND
from onque.modules.customers.services.identities import card
from onque.modules.customers.services.recording import record

if TYPE_CHECKING:
    from onque.modules.customers.models import Customer, Identity

VIEW, CHANGE = "customer.view", "customer.change"
MOST = 200
"""So many identities, notes and merges are shown."""
_FIELDS = ("name", "email", "rating", "locale", "note")


def get_profile(actor: Actor, *, customer_id: UUID) -> CustomerProfile:
    """Return all that is known of a customer; of a merged one the survivor's.

    Raises `Forbidden`, `NotFound`.
    """
    actor.require(VIEW)
    row = customers.get(customer_id)
    if row.merged_into_id is not None:
        row = customers.get(row.merged_into_id)
    family = [row.id, *customers.merged_into(row.id)]
    return CustomerProfile(
        card=card(row),
        written_name=row.name,
        version=row.version,
        created_at=row.created_at,
        identities=tuple(
            _identity(one, row) for one in identities.of_family(family, limit=MOST)
        ),
        notes=tuple(
            NoteItem(one.id, one.author_id, one.author_name, one.text, one.created_at)
            for one in notes.of_family(family, limit=MOST)
        ),
        merges=tuple(
            MergeItem(
                one.id, one.merged.name or one.merged.email, one.merged.email,
                one.merged_by, one.merged_at,
            )
            for one in merges.into(row.id, limit=MOST)
        ),
    )  # fmt: skip


@transaction.atomic
def change_details(actor: Actor, *, customer_id: UUID, version: int, new: NewDetails) -> None:
    """Write what a member says of a customer; an address given as main one leads to them.

    The old main address still leads to them. Raises `Forbidden`, `NotFound`, `Invalid`,
    `CustomerChanged` unless `version` is the newest, `AddressTaken`. Locks the customer.
    """
    actor.require(CHANGE)
    row = _lock(customer_id)
    values = {name: getattr(new, name).strip() for name in _FIELDS}
    values["email"] = rules.normal_email(values["email"])
    before = {name: getattr(row, name) for name in _FIELDS}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return
    if row.version != version:
        raise CustomerChanged(customer_id=row.id)
    if fault := rules.fault_of(values):
        raise Invalid(field=fault[0], reason=fault[1])
    if "email" in changed:
        _make_main(row, values["email"])
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    customers.save(row, *changed, "version")
    record(actor, "customer.changed", row.id, {name: before[name] for name in changed}, changed)
    if changed.keys() & {"name", "email"}:
        index.mark(KIND, row.id)
        events.publish(CustomerRenamed(customer_id=row.id))


@transaction.atomic
def block(actor: Actor, *, customer_id: UUID, blocked: bool) -> None:
    """Block or unblock a customer; a blocked one's future tickets go to spam.

    Safe to repeat. Raises `Forbidden`, `NotFound`. Locks the customer.
    """
    actor.require(CHANGE)
    row = _lock(customer_id)
    if row.is_blocked == blocked:
        return
    row.is_blocked = blocked
    row.version += 1
    customers.save(row, "is_blocked", "version")
    action = "customer.blocked" if blocked else "customer.unblocked"
    record(actor, action, row.id, {}, {})


@transaction.atomic
def add_identity(actor: Actor, *, customer_id: UUID, kind: str, value: str) -> None:
    """Let one more address, or id of the tenant's own, lead to a customer; safe to repeat.

    `kind` is "email" or "external". Raises `Forbidden`, `NotFound`, `Invalid`, `AddressTaken`.
    Locks the customer.
    """
    actor.require(CHANGE)
    row = _lock(customer_id)
    normal = rules.normal_email(value) if kind == "email" else rules.normal_external(value)
    if kind not in {"email", "external"}:
        raise Invalid(field="kind", reason="unknown")
    if kind == "email" and not rules.is_address(normal):
        raise Invalid(field="value", reason="not_an_address")
    if not normal or len(normal) > rules.NAME_LENGTH:
        raise Invalid(field="value", reason="too_long" if normal else "empty")
    _take(row, kind, normal)
    if kind == "email" and not row.email:
        row.email = normal
        customers.save(row, "email")
    record(actor, "customer.identity_added", row.id, {}, {kind: normal})
    index.mark(KIND, row.id)


@transaction.atomic
def remove_identity(actor: Actor, *, customer_id: UUID, identity_id: UUID) -> IdentityItem:
    """Let an address or id lead to a customer no longer; return it, so that it can be put back.

    Raises `Forbidden`, `NotFound`, `MainAddress`. Locks the customer.
    """
    actor.require(CHANGE)
    row = _lock(customer_id)
    one = identities.lock(identity_id)
    if one.customer_id != row.id and one.customer_id not in customers.merged_into(row.id):
        raise NotFound(kind="identity", id=identity_id)
    item = _identity(one, row)
    if item.is_main:
        raise MainAddress(customer_id=row.id)
    identities.remove(one.id)
    record(actor, "customer.identity_removed", row.id, {one.kind: one.value}, {})
    index.mark(KIND, row.id)
    return item


def _lock(customer_id: UUID) -> "Customer":
    row = customers.lock(customer_id)
    if row.merged_into_id is not None:  # the page was open while a colleague merged
        raise CustomerChanged(customer_id=row.merged_into_id)
    return row


def _make_main(row: "Customer", address: str) -> None:
    if not address:
        raise Invalid(field="email", reason="empty")
    _take(row, "email", address)


def _take(row: "Customer", kind: str, value: str) -> None:
    one = identities.put(row.id, kind, value, now=clock.now())
    if one.customer_id != row.id and one.customer_id not in customers.merged_into(row.id):
        owner = customers.get(one.customer_id)
        raise AddressTaken(customer_id=owner.merged_into_id or owner.id)


def _identity(one: "Identity", row: "Customer") -> IdentityItem:
    return IdentityItem(
        id=one.id,
        kind=one.kind,
        value=one.value,
        is_main=one.kind == "email" and one.value == row.email,
        is_verified=one.is_verified,
        bounce_reason=one.bounce_reason if one.bounced_at else "",
    )
