"""Workspaces and their brands."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from onque.kernel import events
from onque.kernel.access import system_actor
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import rules
from onque.modules.identity.contracts import (
    BrandCard,
    MemberJoined,
    SlugInvalid,
    SlugTaken,
    TenantCard,
)
from onque.modules.identity.repositories.members import members, roles
from onque.modules.identity.repositories.tenants import brands, tenants
from onque.modules.identity.repositories.users import users
from onque.modules.identity.services import auditing

if TYPE_CHECKING:
    from onque.modules.identity.models import Brand, Tenant


def create_tenant(  # noqa: PLR0913 - the parts of a workspace
    *,
    name: str,
    slug: str,
    locale: str = "ko",
    time_zone: str = "Asia/Seoul",
    owner_email: str,
    owner_name: str = "",
    owner_password: str | None = None,
) -> TenantCard:
    """Make a workspace with the built-in roles, one default brand and its owner.

    The person of `owner_email` becomes the owner; a password given here is set only for somebody
    who has none. Opens its own scope. Raises `SlugInvalid`, `SlugTaken`.
    """
    if not rules.is_slug(slug):
        raise SlugInvalid(field="slug", reason=slug)
    tenant_id = new_id()
    with tenant_scope(tenant_id):
        new = {"slug": slug, "name": name, "locale": locale, "time_zone": time_zone}
        if not tenants.add_once(id=tenant_id, **new):
            raise SlugTaken(slug=slug)
        _add_roles()
        brands.add(name=name, slug=slug, locale=locale, sender_name=name, is_default=True)
        _add_owner(owner_email, name=owner_name, password=owner_password, locale=locale)
        system = system_actor(tenant_id)
        auditing.record_audit(
            actor=system,
            action="tenant.created",
            object_kind="tenant",
            object_id=tenant_id,
            after=new,
        )
    return TenantCard(tenant_id, slug, name, locale, time_zone)


def _add_roles() -> None:
    roles.add_many(
        {"key": key, "name": name, "permissions": sorted(codes), "built_in": True}
        for key, (name, codes) in rules.BUILT_IN_ROLES.items()
    )


def _add_owner(email: str, *, name: str, password: str | None, locale: str) -> None:
    email = rules.normal_email(email)
    user = users.ensure(email, name=name or email.split("@")[0], locale=locale)
    if password is not None and not user.has_usable_password():
        user.password = make_password(password)
        users.save(user, "password")
    member = members.add(
        user=user, role=roles.get_by_key(rules.OWNER), display_name=user.name or email
    )
    events.publish(MemberJoined(member_id=member.id, display_name=member.display_name))


def tenant_card() -> TenantCard:
    """Return the workspace of the open scope."""
    return card(tenants.current())


def card(row: "Tenant") -> TenantCard:
    """Return what other modules may know of a workspace."""
    return TenantCard(row.id, row.slug, row.name, row.locale, row.time_zone)


@transaction.atomic(savepoint=False)
def take_ticket_numbers(count: int) -> range:
    """Take the next `count` ticket numbers of the workspace; gaps may stay after a rollback.

    Locks the tenant's row until the transaction ends, so call it as late as possible.
    """
    first = tenants.take_numbers(count)
    return range(first, first + count)


def create_brand(
    *,
    name: str,
    slug: str,
    locale: str = "ko",
    color: str = "#3d6b5c",
    sender_name: str = "",
    support_address: str = "",
) -> BrandCard:
    """Add a brand to the workspace of the open scope. Raises `SlugInvalid`."""
    if not rules.is_slug(slug):
        raise SlugInvalid(field="slug", reason=slug)
    row = brands.add(
        name=name,
        slug=slug,
        locale=locale,
        color=color,
        sender_name=sender_name or name,
        support_address=rules.normal_email(support_address),
    )
    return brand_card(row)


def set_brand_address(brand_id: UUID, *, support_address: str, sender_name: str = "") -> None:
    """Set where customers write to a brand, and the name its mail bears. Raises `NotFound`."""
    row = brands.lock(brand_id)
    row.support_address = rules.normal_email(support_address)
    row.sender_name = sender_name or row.sender_name
    brands.save(row, "support_address", "sender_name")


def list_brands() -> list[BrandCard]:
    """Return every brand, the default one first, by one query."""
    return [brand_card(row) for row in brands.all()]


def get_brand(brand_id: UUID) -> BrandCard:
    """Return one brand. Raises `NotFound`."""
    return brand_card(brands.get(brand_id))


def brand_card(row: "Brand") -> BrandCard:
    """Return what other modules may know of a brand."""
    return BrandCard(
        id=row.id,
        name=row.name,
        slug=row.slug,
        locale=row.locale,
        color=row.color,
        sender_name=row.sender_name,
        support_address=row.support_address,
        reply_minutes=row.reply_minutes,
        is_default=row.is_default,
    )
