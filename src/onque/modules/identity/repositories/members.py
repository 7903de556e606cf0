"""Queries about the tenant's staff."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from onque.kernel.errors import NotFound
from onque.kernel.repository import Repository
from onque.modules.identity.models import Group, GroupMember, Invitation, Member, Role

_CARD = (
    "tenant_id",
    "display_name",
    "state",
    "user__email",
    "user__locale",
    "role__key",
    "role__name",
    "role__permissions",
)


class MemberRepository(Repository[Member]):
    """Members; reads join role and address, without the person's credentials."""

    model = Member

    @property
    def _cards(self) -> QuerySet[Member]:
        """Rows with what a card shows: a reader's role may see no other column of the person."""
        return self.rows.select_related("user", "role").only(*_CARD)

    def all(self) -> list[Member]:
        """Return every member, active ones first, by name."""
        return list(self._cards.order_by("state", "display_name", "pk"))

    def some(self, member_ids: Collection[UUID]) -> list[Member]:
        """Return the members that exist among the ids."""
        return list(self._cards.filter(pk__in=set(member_ids))) if member_ids else []

    def find_by_user(self, user_id: UUID) -> Member | None:
        """Return the person's membership in this tenant."""
        return self.rows.filter(user_id=user_id).first()

    def has_email(self, email: str) -> bool:
        """Tell whether an active member has this address."""
        return self.rows.filter(user__email=email, state=Member.State.ACTIVE).exists()

    def lock_owners(self) -> list[Member]:
        """Return the active owners, locked in key order."""
        owners = self.rows.filter(role__key="owner", state=Member.State.ACTIVE)
        return list(owners.select_for_update(no_key=True, of=("self",)).order_by("pk"))


class RoleRepository(Repository[Role]):
    """Roles."""

    model = Role

    def all(self) -> list[Role]:
        """Return every role, built-in ones first."""
        return list(self.rows.order_by("-built_in", "pk"))

    def get_by_key(self, key: str) -> Role:
        """Return the role; raise `NotFound`."""
        if (role := self.rows.filter(key=key).first()) is None:
            raise NotFound(kind="role", id=key)
        return role

    def has_name(self, name: str, *, but: UUID) -> bool:
        """Tell whether another role is called so."""
        return self.rows.filter(name=name).exclude(pk=but).exists()

    def holders(self, role_id: UUID) -> list[UUID]:
        """Return the active members who hold a role."""
        rows = Member.objects.filter(role_id=role_id, state=Member.State.ACTIVE)
        return list(rows.values_list("pk", flat=True))

    def is_offered(self, role_id: UUID) -> bool:
        """Tell whether somebody is invited to a role."""
        open_ones = Invitation.objects.filter(role_id=role_id, accepted_at=None, revoked_at=None)
        return open_ones.exists()

    def add_many(self, roles: Iterable[dict[str, object]]) -> list[Role]:
        """Insert several."""
        return Role.objects.bulk_create(Role(**fields) for fields in roles)


class GroupRepository(Repository[Group]):
    """Groups and their members."""

    model = Group

    def all(self) -> list[Group]:
        """Return every group by name."""
        return list(self.rows.order_by("name"))

    def places(self) -> list[tuple[UUID, UUID]]:
        """Return (group, member) of every place."""
        return list(GroupMember.objects.order_by("pk").values_list("group_id", "member_id"))

    def put(self, group_id: UUID, member_ids: Iterable[UUID]) -> None:
        """Put members into a group, new ones as the last in turn; those in it stay once."""
        places = GroupMember.objects.filter(group_id=group_id)
        last = places.aggregate(last=Max("turn"))["last"] or 0
        new = [GroupMember(group_id=group_id, member_id=one, turn=last) for one in member_ids]
        GroupMember.objects.bulk_create(new, ignore_conflicts=True)

    def take_out(self, group_id: UUID, member_ids: Iterable[UUID]) -> None:
        """Take members out of a group."""
        GroupMember.objects.filter(group_id=group_id, member_id__in=list(member_ids)).delete()

    def members_of(self, group_id: UUID) -> list[UUID]:
        """Return the members of one group."""
        places = GroupMember.objects.filter(group_id=group_id).order_by("pk")
        return list(places.values_list("member_id", flat=True))

    def take_turn(self, group_id: UUID) -> UUID | None:
        """Return the active member whose turn it is, who is the last from now on; None for nobody.

        The caller holds the group's lock.
        """
        places = GroupMember.objects.filter(group_id=group_id)
        active = places.filter(member__state=Member.State.ACTIVE).order_by("turn", "pk")
        one = active.first()
        if one is None:
            return None
        last = places.aggregate(last=Max("turn"))["last"] or 0
        places.filter(pk=one.pk).update(turn=last + 1)
        return one.member_id

    def has_name(self, name: str, *, but: UUID) -> bool:
        """Tell whether another group is called so."""
        return self.rows.filter(name=name).exclude(pk=but).exists()


class InvitationRepository(Repository[Invitation]):
    """Invitations."""

    model = Invitation

    def all_open(self, *, now: datetime) -> list[Invitation]:
        """Return those that can still be accepted, newest first."""
        rows = self._open().filter(expires_at__gt=now).select_related("role")
        return list(rows.order_by("-created_at"))

    def find_open(self, invitation_id: UUID, *, now: datetime) -> Invitation | None:
        """Return one that can still be accepted, with its role."""
        rows = self._open().filter(pk=invitation_id, expires_at__gt=now)
        return rows.select_related("role").first()

    def lock_open(self, invitation_id: UUID, *, now: datetime) -> Invitation | None:
        """Return one that can still be accepted, locked."""
        rows = self._open().filter(pk=invitation_id, expires_at__gt=now)
        return rows.select_for_update(no_key=True).first()

    def revoke_of(self, email: str, *, now: datetime) -> None:
        """Close the open invitations of an address."""
        self._open().filter(email=email).update(revoked_at=now)

    def add_once(self, **fields: object) -> Invitation | None:
        """Insert one; None when a concurrent invitation of the address was first."""
        try:
            with transaction.atomic():
                return self.add(**fields)
        except IntegrityError:
            return None

    def _open(self) -> QuerySet[Invitation]:
        return self.rows.filter(accepted_at=None, revoked_at=None)


members = MemberRepository()
roles = RoleRepository()
groups = GroupRepository()
invitations = InvitationRepository()
