"""Tables of people and workspaces."""

from onque.modules.identity.models.audit import AuditEntry, LoginEvent
from onque.modules.identity.models.members import Group, GroupMember, Invitation, Member, Role
from onque.modules.identity.models.tenants import Brand, Tenant
from onque.modules.identity.models.users import Session, User

__all__ = [
    "AuditEntry",
    "Brand",
    "Group",
    "GroupMember",
    "Invitation",
    "LoginEvent",
    "Member",
    "Role",
    "Session",
    "Tenant",
    "User",
]
