"""One person's account: profile, taste, password."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction

from onque.kernel import events
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import rules
from onque.modules.identity.contracts import (
    AlreadyMember,
    MemberCard,
    MemberJoined,
    PasswordResetMail,
    PasswordResetRequested,
    ResetLinkGone,
)
from onque.modules.identity.repositories import entry
from onque.modules.identity.repositories.members import members, roles
from onque.modules.identity.repositories.users import users
from onque.modules.identity.services import sessions
from onque.modules.identity.services.members import card

if TYPE_CHECKING:
    from onque.modules.identity.models import User

NAME_LENGTH = 80
CHOICES = {
    "locale": {"ko", "en"},
    "theme": {"system", "light", "dark"},
    "density": {"calm", "dense"},
    "after_send": {"stay", "next", "list"},
}


def find_signed_in(user_id: UUID, session_key: str) -> "User | None":
    """Return the active person whose session it is; None once the session was ended."""
    return users.find_signed_in(user_id, session_key)


@transaction.atomic
def create_member(
    *, email: str, name: str, role_key: str, password: str | None, locale: str
) -> MemberCard:
    """Add a member to the tenant of the open scope, with a password if the person has none."""
    email = rules.normal_email(email)
    user = users.ensure(email, name=name, locale=locale)
    if password is not None and not user.has_usable_password():
        user.password = make_password(password)
        users.save(user, "password")
    if members.find_by_user(user.id) is not None:
        raise AlreadyMember(email=email)
    role = roles.get_by_key(role_key)
    row = members.add(user=user, role=role, display_name=name or email)
    events.publish(MemberJoined(member_id=row.id, display_name=row.display_name))
    return card(row)


@transaction.atomic
def set_preferences(
    actor: Actor,
    *,
    locale: str | None = None,
    theme: str | None = None,
    density: str | None = None,
    after_send: str | None = None,
) -> None:
    """Change the member's own taste; what is None stays. Raises `Invalid`.

    What comes after a send ("stay", "next", "list") is the member's, the rest the person's.
    """
    if actor.id is not None:
        member = members.get(actor.id)
        save_taste(member.user_id, locale=locale, theme=theme, density=density)
        for name, value in _chosen(after_send=after_send).items():
            setattr(member, name, value)
            members.save(member, name)


def save_taste(user_id: UUID, **chosen: str | None) -> None:
    """Change a person's locale, theme or density; what is None stays. Raises `Invalid`."""
    fields = _chosen(**chosen)
    if fields:
        users.set_fields(user_id, **fields)


def _chosen(**given: str | None) -> dict[str, str]:
    fields = {name: value for name, value in given.items() if value is not None}
    for name, value in fields.items():
        if value not in CHOICES[name]:
            raise Invalid(field=name, reason=value)
    return fields


def rename(user_id: UUID, *, name: str) -> None:
    """Change a person's name here and in every workspace of theirs. Raises `Invalid`."""
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise Invalid(field="name", reason="length")
    users.set_fields(user_id, name=name)
    for membership in entry.memberships(user_id):
        with tenant_scope(membership.tenant_id):
            member = members.lock(membership.member_id)
            member.display_name = name
            members.save(member, "display_name")


def check_password(password: str) -> None:
    """Raise `Invalid` with the reasons when a new password is too weak."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid(field="password", reason=" ".join(error.messages)) from error


def set_password(user_id: UUID, password: str, *, keep_key: str = "") -> None:
    """Set a new password and end every other session of the person. Raises `Invalid`."""
    check_password(password)
    with transaction.atomic():
        users.set_fields(user_id, password=make_password(password))
        sessions.end_all(user_id, keep_key=keep_key)


def request_reset(email: str) -> None:
    """Ask for a new password by mail.

    Nothing tells the caller whether the address is known. The mail goes out from one of the
    person's workspaces; somebody without any can do nothing here and gets none.
    """
    user = users.find_by_email(rules.normal_email(email))
    if user is None or not user.is_active:
        return
    for membership in entry.memberships(user.id)[:1]:
        with tenant_scope(membership.tenant_id):
            events.publish(PasswordResetRequested(user_id=user.id))


def password_reset_mail(user_id: UUID) -> PasswordResetMail | None:
    """Return what the mail says, with a fresh link; None for somebody who may not sign in."""
    user = users.find(user_id)
    if user is None or not user.is_active:
        return None
    token = default_token_generator.make_token(user)
    link_path = f"/desk/reset/{user.id.hex}/{token}"
    return PasswordResetMail(user.email, user.name, user.locale, link_path)


def check_reset(user_hex: str, token: str) -> UUID:
    """Return whose password a link may set. Raises `ResetLinkGone`."""
    try:
        user = users.find(UUID(user_hex))
    except ValueError:
        user = None
    if user is None or not user.is_active or not default_token_generator.check_token(user, token):
        raise ResetLinkGone
    return user.id
