"""Invitations: asking somebody to join, and joining.

The token is not stored and not put into events: it is computed from the invitation's id and the
installation's secret key whenever the mail is written, and only its SHA-256 is kept.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import salted_hmac

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Invalid
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import rules
from onque.modules.identity.contracts import (
    AlreadyMember,
    InvitationGone,
    InvitationMail,
    MemberInvited,
    MemberJoined,
)
from onque.modules.identity.repositories import entry
from onque.modules.identity.repositories.members import invitations, members, roles
from onque.modules.identity.repositories.tenants import tenants
from onque.modules.identity.repositories.users import users
from onque.modules.identity.services import auditing
from onque.modules.identity.services.members import require_grantable

if TYPE_CHECKING:
    from onque.modules.identity.models import Invitation, User

SOURCE = "identity.invitations"
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Invited:
    """What became of one address: invited, member (already) or not_an_address."""

    email: str
    outcome: str


@dataclass(frozen=True)
class InvitationView:
    """An open invitation as its invited person or the members' page sees it."""

    id: UUID
    email: str
    workspace_name: str
    role_key: str
    role_name: str
    is_known: bool
    """Whether the address belongs to a person who can sign in already."""


def _token(invitation_id: UUID) -> str:
    mac = salted_hmac("onque.identity.invitation", invitation_id.hex, algorithm="sha256")
    return mac.hexdigest()


@transaction.atomic
def invite_member(actor: Actor, *, email: str, role_key: str) -> UUID:
    """Invite an address to the workspace; an older open invitation of it is replaced.

    Return the invitation's id; the mail goes out after the commit. Raises `Forbidden` (also for a
    role that grants more than the actor holds), `NotFound`, `AlreadyMember`, `Invalid`.
    """
    actor.require("member.invite")
    email = rules.normal_email(email)
    if "@" not in email:
        raise Invalid(field="email", reason="no address")
    role = roles.get_by_key(role_key)
    require_grantable(actor, role)
    if members.has_email(email):
        raise AlreadyMember(email=email)
    now, invitation_id = clock.now(), new_id()
    invitations.revoke_of(email, now=now)
    row = invitations.add_once(
        id=invitation_id,
        email=email,
        role=role,
        token_hash=rules.token_hash(_token(invitation_id)),
        invited_by_id=actor.id,
        expires_at=now + timedelta(days=rules.INVITATION_DAYS),
    )
    if row is None:
        raise Conflict(email=email)
    _record(actor, "member.invited", invitation_id, {"email": email, "role": role.key})
    events.publish(MemberInvited(invitation_id=invitation_id))
    return invitation_id


def invite_many(actor: Actor, *, text: str, role_key: str) -> list[Invited]:
    """Invite every address that a text names, parted by spaces, commas or line ends; tell of each.

    The same address twice is one; what is no address is told as it was typed. Raises `Forbidden`,
    `NotFound`, and `Invalid` for none or for more than `MOST_AT_ONCE`; then nobody is invited.
    """
    actor.require("member.invite")
    typed = list(dict.fromkeys(one for one in re.split(r"[\s,;]+", text) if one))
    if not typed or len(typed) > MOST_AT_ONCE:
        raise Invalid(field="email", reason="too_many" if typed else "empty", limit=MOST_AT_ONCE)
    return [Invited(one, _invite(actor, one, role_key)) for one in typed]


def _invite(actor: Actor, typed: str, role_key: str) -> str:
    try:
        validate_email(typed)
        invite_member(actor, email=typed, role_key=role_key)
    except (ValidationError, Invalid):
        return "not_an_address"
    except AlreadyMember:
        return "member"
    except Conflict:  # somebody else has just invited them
        return "invited"
    return "invited"


@transaction.atomic
def resend_invitation(actor: Actor, *, invitation_id: UUID) -> UUID:
    """Send an open invitation again, with a new link and a new week; the old link ends.

    Raises what `invite_member` raises, and `InvitationGone`.
    """
    actor.require("member.invite")
    row = invitations.lock_open(invitation_id, now=clock.now())
    if row is None:
        raise InvitationGone(id=invitation_id)
    return invite_member(actor, email=row.email, role_key=roles.get(row.role_id).key)


@transaction.atomic
def revoke_invitation(actor: Actor, *, invitation_id: UUID) -> None:
    """Close an invitation: its link stops working at once. Raises `Forbidden`, `InvitationGone`."""
    actor.require("member.invite")
    row = invitations.lock_open(invitation_id, now=clock.now())
    if row is None:
        raise InvitationGone(id=invitation_id)
    row.revoked_at = clock.now()
    invitations.save(row, "revoked_at")
    _record(actor, "member.invitation_revoked", invitation_id, {"email": row.email})


def list_invitations(actor: Actor) -> list[InvitationView]:
    """Return the open invitations, newest first. Raises `Forbidden`."""
    actor.require("member.view")
    return [_view(row, "", is_known=False) for row in invitations.all_open(now=clock.now())]


def invitation_mail(invitation_id: UUID) -> InvitationMail | None:
    """Return what the mail says, with the link; None once it was used, revoked or has expired."""
    row = invitations.find_open(invitation_id, now=clock.now())
    if row is None:
        return None
    tenant = tenants.current()
    inviter = members.find(row.invited_by_id) if row.invited_by_id else None
    return InvitationMail(
        email=row.email,
        workspace_name=tenant.name,
        invited_by_name=inviter.display_name if inviter else "",
        role_key=row.role.key,
        role_name=row.role.name,
        locale=tenant.locale,
        link_path=f"/desk/join/{_token(row.id)}",
        expires_at=row.expires_at,
    )


def read_invitation(token: str) -> InvitationView:
    """Return what the holder of a link is invited to. Raises `InvitationGone`."""
    tenant_id, invitation_id = _find(token)
    with tenant_scope(tenant_id):  # the primary: the replica may not know it yet
        row = invitations.find_open(invitation_id, now=clock.now())
        if row is None:
            raise InvitationGone
        user = users.find_by_email(row.email)
        known = user is not None and user.has_usable_password()
        return _view(row, tenants.current().name, is_known=known)


def accept_invitation(
    token: str, *, name: str = "", password: str = "", signed_in_as: UUID | None = None
) -> tuple[UUID, str]:
    """Make the invited person a member; return their user id and the workspace's slug.

    The address is proven by the link. A new person needs `name` and `password`; somebody who has a
    password already must be signed in (`signed_in_as`), so that a stolen link alone is not enough.
    Raises `InvitationGone`, `AlreadyMember`, `Invalid` (password), `Conflict` (not signed in).
    """
    tenant_id, invitation_id = _find(token)
    with tenant_scope(tenant_id):
        row = invitations.lock_open(invitation_id, now=clock.now())
        if row is None:
            raise InvitationGone
        user = _person(row.email, name=name, password=password, signed_in_as=signed_in_as)
        _join(row, user)
        return user.id, tenants.current().slug


def _find(token: str) -> tuple[UUID, UUID]:
    if (found := entry.invitation(rules.token_hash(token))) is None:
        raise InvitationGone
    return found


def _person(email: str, *, name: str, password: str, signed_in_as: UUID | None) -> "User":
    user = users.find_by_email(email)
    if user is not None and user.has_usable_password():
        if user.id != signed_in_as:
            raise Conflict(reason="sign in first")
        return user
    name = name.strip()
    if not name:
        raise Invalid(field="name", reason="missing")
    user = user or users.ensure(email, name=name, locale=tenants.current().locale)
    validate_password(password, user)
    user.name, user.password = name, make_password(password)
    users.save(user, "name", "password")
    return user


def _join(row: "Invitation", user: "User") -> None:
    member = members.find_by_user(user.id)
    if member is None:
        member = members.add(user=user, role_id=row.role_id, display_name=user.name or user.email)
    elif member.state == "active":
        raise AlreadyMember(email=user.email)
    else:
        member.role_id, member.state = row.role_id, "active"
        members.save(member, "role", "state")
    row.accepted_at = clock.now()
    invitations.save(row, "accepted_at")
    actor = Actor("member", row.tenant_id, member.id, member.display_name)
    _record(actor, "member.joined", row.id, {"member": member.id.hex})
    events.publish(MemberJoined(member_id=member.id, display_name=member.display_name))


def _record(actor: Actor, action: str, invitation_id: UUID, after: dict[str, str]) -> None:
    auditing.record_audit(
        actor=actor,
        action=action,
        object_kind="invitation",
        object_id=invitation_id,
        after=after,
        source=SOURCE,
    )


def _view(row: "Invitation", workspace_name: str, *, is_known: bool) -> InvitationView:
    return InvitationView(row.id, row.email, workspace_name, row.role.key, row.role.name, is_known)
