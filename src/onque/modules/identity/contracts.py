"""What other modules may know of workspaces, brands and members, and identity's events."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event
from onque.kernel.errors import Conflict, Gone, Invalid, TooMany


class InvitationGone(Gone):
    """The link was used, revoked or is older than seven days."""

    code = "identity.invitation_gone"


class ResetLinkGone(Gone):
    """The link for a new password was used, is too old, or belongs to nobody."""

    code = "identity.reset_link_gone"


class AlreadyMember(Conflict):
    """The address belongs to a member of this workspace."""

    code = "identity.already_member"


class SlugTaken(Conflict):
    """Another workspace has this slug."""

    code = "identity.slug_taken"


class SlugInvalid(Invalid):
    """A slug is 1-40 of a-z, 0-9 and inner hyphens, and not a reserved word."""

    code = "identity.slug_invalid"


class LastOwner(Conflict):
    """A workspace keeps at least one active owner."""

    code = "identity.last_owner"


class GroupChanged(Conflict):
    """Somebody changed the group since the page was loaded; nothing was written."""

    code = "identity.group_changed"


class GroupNameTaken(Conflict):
    """Another group has this name."""

    code = "identity.group_name_taken"


class RoleChanged(Conflict):
    """Somebody changed the role since the page was loaded; nothing was written."""

    code = "identity.role_changed"


class RoleInUse(Conflict):
    """Members hold the role, or are invited to it: give them another one first."""

    code = "identity.role_in_use"


class SignInShared(Conflict):
    """The person is an active member elsewhere too: their second factors are not ours to reset."""

    code = "identity.sign_in_shared"


class TooManyTries(TooMany):
    """Too many refused sign-ins; `retry_after_seconds` says how long to wait."""

    code = "identity.too_many_tries"


@dataclass(frozen=True)
class TenantCard(Contract):
    """A workspace; `time_zone` is an IANA name, `locale` ko or en."""

    id: UUID
    slug: str
    name: str
    locale: str
    time_zone: str


@dataclass(frozen=True)
class BrandCard(Contract):
    """A brand with its sender identity; `reply_minutes` is the goal for a first reply."""

    id: UUID
    name: str
    slug: str
    locale: str
    color: str
    sender_name: str
    support_address: str
    reply_minutes: int
    is_default: bool


@dataclass(frozen=True)
class MemberCard(Contract):
    """A member of the staff; a deactivated one keeps the name on old messages."""

    id: UUID
    name: str
    email: str
    locale: str
    role_key: str
    role_name: str
    is_active: bool


@dataclass(frozen=True)
class GroupCard(Contract):
    """A group with its members' ids."""

    id: UUID
    name: str
    auto_assign: bool
    member_ids: tuple[UUID, ...]
    version: int = 1
    is_archived: bool = False


@dataclass(frozen=True)
class HandOver(Contract):
    """Whom the open tickets of a leaving member go to; neither means nobody."""

    member_id: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True)
class RoleCard(Contract):
    """A role and what it grants."""

    id: UUID
    key: str
    name: str
    permissions: frozenset[str]
    built_in: bool
    version: int = 1
    is_archived: bool = False


@dataclass(frozen=True)
class Membership(Contract):
    """One workspace that a person may enter."""

    tenant_id: UUID
    slug: str
    name: str
    member_id: UUID
    role_key: str
    role_name: str


@dataclass(frozen=True)
class Person(Contract):
    """Who is signed in, with their taste: what pages need of `request.user`."""

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    id: UUID
    email: str
    name: str
    locale: str
    theme: str
    density: str


@dataclass(frozen=True)
class AuditCard(Contract):
    """One recorded change; `before` and `after` hold the changed fields as JSON values."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    action: str
    before: dict[str, object]
    after: dict[str, object]
    source: str
    object_kind: str = ""
    object_id: UUID | None = None


@dataclass(frozen=True)
class InvitationMail(Contract):
    """What the mail of an open invitation says; `link_path` is under the public URL."""

    email: str
    workspace_name: str
    invited_by_name: str
    role_key: str
    role_name: str
    locale: str
    link_path: str
    expires_at: datetime


@dataclass(frozen=True)
class PasswordResetMail(Contract):
    """What the mail for a new password says; the link works once and for two hours."""

    email: str
    person_name: str
    locale: str
    link_path: str


@dataclass(frozen=True)
class MemberInvited(Event):
    """Somebody was asked to join. The link is no part of it: ask `public.invitation_mail`."""

    name: ClassVar[str] = "identity.member_invited"
    invitation_id: UUID

    @property
    @override
    def stream(self) -> str:
        """Order by invitation."""
        return f"invitation:{self.invitation_id.hex}"


@dataclass(frozen=True)
class PasswordResetRequested(Event):
    """A person asked for a new password: ask `public.password_reset_mail` for the link.

    Published in one workspace of the person, whose mail goes out for it.
    """

    name: ClassVar[str] = "identity.password_reset_requested"
    user_id: UUID

    @property
    @override
    def stream(self) -> str:
        """Order by person."""
        return f"user:{self.user_id.hex}"


@dataclass(frozen=True)
class MemberJoined(Event):
    """An invitation was accepted, or a workspace was made with its owner."""

    name: ClassVar[str] = "identity.member_joined"
    member_id: UUID
    display_name: str

    @property
    @override
    def stream(self) -> str:
        """Order by member."""
        return f"member:{self.member_id.hex}"


@dataclass(frozen=True)
class MemberRoleChanged(Event):
    """A member has another role from now on."""

    name: ClassVar[str] = "identity.member_role_changed"
    member_id: UUID
    role_key: str

    @property
    @override
    def stream(self) -> str:
        """Order by member."""
        return f"member:{self.member_id.hex}"


@dataclass(frozen=True)
class MemberDeactivated(Event):
    """A member may not enter any more.

    With `hands_over` their open tickets go to `to_member_id`, to `to_group_id`, or to nobody.
    """

    name: ClassVar[str] = "identity.member_deactivated"
    member_id: UUID
    hands_over: bool = False
    to_member_id: UUID | None = None
    to_group_id: UUID | None = None

    @property
    @override
    def stream(self) -> str:
        """Order by member."""
        return f"member:{self.member_id.hex}"


@dataclass(frozen=True)
class MemberSignedIn(Event):
    """A member signed in from an address with a browser."""

    name: ClassVar[str] = "identity.member_signed_in"
    member_id: UUID
    at: datetime
    ip: str
    user_agent: str

    @property
    @override
    def stream(self) -> str:
        """Order by member."""
        return f"member:{self.member_id.hex}"
