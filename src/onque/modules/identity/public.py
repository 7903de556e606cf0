"""Identity's door for other modules: keyword-only, contracts in and out.

Unless a function says otherwise it works in the tenant of the open scope.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from onque.kernel.access import Actor
from onque.kernel.sealed import Count
from onque.modules.identity.contracts import (
    AuditCard,
    BrandCard,
    GroupCard,
    InvitationMail,
    MemberCard,
    Membership,
    PasswordResetMail,
    RoleCard,
    TenantCard,
)
from onque.modules.identity.services import (
    accounts,
    auditing,
    entering,
    groups,
    invitations,
    members,
    second_factors,
    tenants,
)

__all__ = [
    "acting_member",
    "create_brand",
    "create_group",
    "create_member",
    "create_tenant",
    "default_brand",
    "get_brand",
    "get_member",
    "get_members",
    "invitation_mail",
    "invite_member",
    "list_audit",
    "list_brands",
    "list_groups",
    "list_members",
    "list_memberships",
    "list_roles",
    "member_of_session",
    "password_reset_mail",
    "record_audit",
    "rewrap_secrets",
    "set_brand_address",
    "set_preferences",
    "take_group_turn",
    "take_ticket_number",
    "take_ticket_numbers",
    "tenant_by_slug",
    "tenant_card",
    "tenant_ids",
]


def tenant_card() -> TenantCard:
    """Return the workspace of the open scope."""
    return tenants.tenant_card()


def tenant_by_slug(slug: str) -> TenantCard | None:
    """Return the workspace with this slug; needs no scope."""
    return entering.tenant_by_slug(slug)


def tenant_ids() -> list[UUID]:
    """Return every tenant, for jobs that visit each; needs no scope."""
    return entering.tenant_ids()


def create_tenant(  # noqa: PLR0913 - the parts of a workspace
    *,
    name: str,
    slug: str,
    locale: str = "ko",
    time_zone: str = "Asia/Seoul",
    owner_email: str,
    owner_password: str | None = None,
    owner_name: str = "",
) -> TenantCard:
    """Make a workspace with built-in roles, a default brand and its owner; opens its own scope.

    Raises `SlugInvalid`, `SlugTaken`.
    """
    return tenants.create_tenant(
        name=name,
        slug=slug,
        locale=locale,
        time_zone=time_zone,
        owner_email=owner_email,
        owner_name=owner_name,
        owner_password=owner_password,
    )


def list_brands() -> list[BrandCard]:
    """Return every brand, the default one first."""
    return tenants.list_brands()


def get_brand(brand_id: UUID) -> BrandCard:
    """Return one brand. Raises `NotFound`."""
    return tenants.get_brand(brand_id)


def default_brand() -> BrandCard:
    """Return the brand that takes what names no other."""
    return tenants.list_brands()[0]


def create_brand(
    *,
    name: str,
    slug: str,
    locale: str = "ko",
    color: str = "#3d6b5c",
    sender_name: str = "",
    support_address: str = "",
) -> BrandCard:
    """Add a brand. Raises `SlugInvalid`."""
    return tenants.create_brand(
        name=name,
        slug=slug,
        locale=locale,
        color=color,
        sender_name=sender_name,
        support_address=support_address,
    )


def set_brand_address(brand_id: UUID, *, support_address: str, sender_name: str = "") -> None:
    """Set where customers write to a brand. Raises `NotFound`."""
    tenants.set_brand_address(brand_id, support_address=support_address, sender_name=sender_name)


def take_ticket_number() -> int:
    """Take the next ticket number; locks the tenant's row until the transaction ends."""
    return tenants.take_ticket_numbers(1)[0]


def take_ticket_numbers(count: int) -> range:
    """Take the next `count` ticket numbers; locks the tenant's row until the transaction ends."""
    return tenants.take_ticket_numbers(count)


def list_members(*, with_deactivated: bool = False) -> list[MemberCard]:
    """Return the members by name."""
    return members.list_members(with_deactivated=with_deactivated)


def get_members(member_ids: Collection[UUID]) -> dict[UUID, MemberCard]:
    """Return the cards of the members that exist among the ids, by one query."""
    return members.get_members(member_ids)


def acting_member(member_id: UUID) -> Actor | None:
    """Return an active member as an actor with the permissions of this moment, or None."""
    return members.acting_member(member_id)


def get_member(member_id: UUID) -> MemberCard | None:
    """Return one member's card, or None."""
    return members.get_members([member_id]).get(member_id)


def create_member(
    *, email: str, name: str, role_key: str, password: str | None = None, locale: str = "ko"
) -> MemberCard:
    """Add a member without an invitation: first set-up and demo data. Raises `AlreadyMember`."""
    return accounts.create_member(
        email=email, name=name, role_key=role_key, password=password, locale=locale
    )


def invite_member(actor: Actor, *, email: str, role_key: str) -> UUID:
    """Invite an address; return the invitation's id.

    Raises `Forbidden`, `NotFound`, `AlreadyMember`, `Invalid`.
    """
    return invitations.invite_member(actor, email=email, role_key=role_key)


def invitation_mail(invitation_id: UUID) -> InvitationMail | None:
    """Return what an invitation's mail says; None once it must not be sent any more."""
    return invitations.invitation_mail(invitation_id)


def password_reset_mail(user_id: UUID) -> PasswordResetMail | None:
    """Return what the mail for a new password says; None for somebody who may not sign in."""
    return accounts.password_reset_mail(user_id)


def list_roles() -> list[RoleCard]:
    """Return the roles, built-in ones first."""
    return members.list_roles()


def list_groups(*, with_members: bool = True) -> list[GroupCard]:
    """Return the groups with their members, archived ones too; two queries, or one without them."""
    return members.list_groups(with_members=with_members)


def create_group(
    *, name: str, member_ids: Sequence[UUID] = (), auto_assign: bool = False
) -> GroupCard:
    """Add a group and put members into it."""
    return members.create_group(name=name, member_ids=member_ids, auto_assign=auto_assign)


def take_group_turn(group_id: UUID) -> UUID | None:
    """Return which member gets the next ticket of a group whose tickets go round, or None.

    Locks the group until the transaction ends. Raises `NotFound`.
    """
    return groups.take_turn(group_id)


def list_memberships(user_id: UUID) -> list[Membership]:
    """Return the workspaces a person may enter; needs no scope."""
    return entering.list_memberships(user_id)


def member_of_session(session_key: str, slug: str) -> Actor | None:
    """Return the member whose desk session it is, inside a workspace; needs no scope.

    None means alike: no session, no workspace, no active member.
    """
    return entering.find_actor(session_key, slug)


def set_preferences(
    actor: Actor,
    *,
    locale: str | None = None,
    theme: str | None = None,
    density: str | None = None,
    after_send: str | None = None,
) -> None:
    """Change the member's own taste; what is None stays. Raises `Invalid`."""
    accounts.set_preferences(
        actor, locale=locale, theme=theme, density=density, after_send=after_send
    )


def record_audit(  # noqa: PLR0913 - one row's columns
    *,
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: UUID,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    source: str = "",
    entry_id: UUID | None = None,
) -> None:
    """Record a change in the change's own transaction; it cannot be edited afterwards."""
    auditing.record_audit(
        actor=actor,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        before=before,
        after=after,
        source=source,
        entry_id=entry_id,
    )


def list_audit(*, object_kind: str, object_id: UUID) -> list[AuditCard]:
    """Return the newest 200 recorded changes of one object, newest first."""
    return auditing.list_audit(object_kind, object_id)


def rewrap_secrets(count: Count) -> None:
    """Bring the secrets of everybody's second factors under today's key; of no tenant."""
    second_factors.rewrap_secrets(count)
