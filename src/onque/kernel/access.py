"""Who acts: every service takes an `Actor` first and asks it for permission."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from onque.kernel.errors import Forbidden

ActorKind = Literal["member", "customer", "system", "rule"]


@dataclass(frozen=True)
class Actor:
    """Someone or something that acts inside one tenant.

    `id` is the member's or customer's id and None for the system; `permissions` are the codes
    that the role grants at this request, so a changed role applies at once.
    """

    kind: ActorKind
    tenant_id: UUID
    id: UUID | None = None
    name: str = ""
    permissions: frozenset[str] = frozenset()
    group_ids: frozenset[UUID] = frozenset()
    locale: str = "ko"
    time_zone: str = "Asia/Seoul"

    def can(self, permission: str) -> bool:
        """Tell whether the act is allowed; the system may do everything."""
        return self.kind == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise `Forbidden` naming the permission unless the act is allowed."""
        if not self.can(permission):
            raise Forbidden(permission=permission)


def system_actor(tenant_id: UUID, name: str = "Onque") -> Actor:
    """Return the platform itself acting inside a tenant (mail, schedules)."""
    return Actor(kind="system", tenant_id=tenant_id, name=name)
