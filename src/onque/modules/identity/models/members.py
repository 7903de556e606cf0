"""The tenant's staff: roles, members, groups and invitations."""

from typing import ClassVar

from django.db import models

from onque.kernel import clock
from onque.kernel.models.base import TenantModel
from onque.modules.identity.models.users import User


class Role(TenantModel):
    """A named set of permission codes; the four built-in ones have fixed keys.

    An archived one is given to nobody any more. `version` counts the changes of members.
    """

    key = models.SlugField(max_length=40, db_index=False)
    name = models.CharField(max_length=80)
    permissions = models.JSONField(default=list)
    built_in = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="identity_role_key")
        ]


class Member(TenantModel):
    """A person on one tenant's staff, with exactly one role."""

    class State(models.TextChoices):
        ACTIVE = "active"
        DEACTIVATED = "deactivated"

    class AfterSend(models.TextChoices):
        STAY = "stay"
        NEXT = "next"
        LIST = "list"

    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    role = models.ForeignKey(
        Role, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    display_name = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    after_send = models.CharField(
        max_length=8, choices=AfterSend, default=AfterSend.STAY, db_default=AfterSend.STAY
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "user"], name="identity_member_user")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "role"], name="identity_member_role"),
            # onque_memberships asks across tenants
            models.Index(fields=["user"], name="identity_member_of_user"),
        ]


class Group(TenantModel):
    """Members that tickets can be assigned to together.

    With `auto_assign` a ticket that comes to the group alone goes to its members in turn. An
    archived one keeps its tickets and takes no new ones. `version` counts the changes of members.
    """

    name = models.CharField(max_length=80)
    auto_assign = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="identity_group_name")
        ]


class GroupMember(TenantModel):
    """One member's place in one group; whose `turn` is the smallest is the next to get a ticket."""

    group = models.ForeignKey(
        Group, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    turn = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "group", "member"], name="identity_groupmember_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "member"], name="identity_groupmember_member")
        ]


class Invitation(TenantModel):
    """A link that makes its holder a member, once; only the SHA-256 of its token is stored."""

    email = models.EmailField(max_length=254)
    role = models.ForeignKey(
        Role, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    token_hash = models.CharField(max_length=64)
    invited_by_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="identity_invitation_open",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "role"], name="identity_invitation_role"),
            # onque_invitation asks across tenants
            models.Index(fields=["token_hash"], name="identity_invitation_token"),
        ]
