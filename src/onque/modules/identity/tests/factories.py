"""The cast of every test: Ada and Bo of Acme, Dee of Globex."""

from dataclasses import dataclass

from onque.kernel.access import Actor
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public, rules
from onque.modules.identity.contracts import MemberCard, TenantCard

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    """Two workspaces: `acme` with owner Oda, admin Bo, agent Ada; `globex` with owner Dee."""

    acme: TenantCard
    globex: TenantCard
    oda: MemberCard
    bo: MemberCard
    ada: MemberCard
    dee: MemberCard


def make_cast() -> Cast:
    acme = public.create_tenant(
        name="Acme",
        slug="acme",
        locale="en",
        owner_email="oda@acme.test",
        owner_name="Oda",
        owner_password=PASSWORD,
    )
    globex = public.create_tenant(
        name="Globex",
        slug="globex",
        locale="en",
        owner_email="dee@globex.test",
        owner_name="Dee",
        owner_password=PASSWORD,
    )
    with tenant_scope(acme.id):
        bo = _member("bo@acme.test", "Bo", "admin")
        ada = _member("ada@acme.test", "Ada", "agent")
        oda = next(card for card in public.list_members() if card.name == "Oda")
    with tenant_scope(globex.id):
        dee = public.list_members()[0]
    return Cast(acme, globex, oda, bo, ada, dee)


def _member(email: str, name: str, role_key: str) -> MemberCard:
    return public.create_member(
        email=email, name=name, role_key=role_key, password=PASSWORD, locale="en"
    )


def actor_of(tenant: TenantCard, member: MemberCard) -> Actor:
    return Actor(
        kind="member",
        tenant_id=tenant.id,
        id=member.id,
        name=member.name,
        permissions=rules.BUILT_IN_ROLES[member.role_key][1],
    )
