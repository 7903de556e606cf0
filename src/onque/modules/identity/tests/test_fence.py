"""What the database itself refuses: other tenants, other roles, edits of the record."""

import os

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg import errors

from onque.kernel.access import system_actor
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public
from onque.modules.identity.models import Brand, Invitation, Member, Role, Tenant, User

CREDENTIALS = (
    "identity_user",
    "identity_session",
    "identity_member",
    "identity_role",
    "identity_group",
    "identity_groupmember",
    "identity_invitation",
    "identity_loginevent",
    "identity_auditentry",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
)


@pytest.fixture
def as_public(cast):
    with psycopg.connect(os.environ["ONQUE_PUBLIC_DATABASE_URL"]) as found:
        found.execute("SELECT set_config('app.tenant_id', %s, false)", [str(cast.acme.id)])
        found.commit()
        yield found


@pytest.fixture
def as_reader(cast):
    url = os.environ["ONQUE_DATABASE_URL"].replace("onque_app:", "onque_reader:")
    with psycopg.connect(url) as found:
        yield found


@pytest.mark.parametrize("table", CREDENTIALS)
def test_portal_and_survey_cannot_read_members_credentials(as_public, table):
    with pytest.raises(errors.InsufficientPrivilege):
        as_public.execute(f"SELECT 1 FROM {table}")


@pytest.mark.parametrize(
    "call",
    [
        "onque_enter(gen_random_uuid(), 'acme', NULL)",
        "onque_memberships(gen_random_uuid())",
        "onque_invitation('x')",
        "onque_tenants()",
    ],
)
def test_portal_and_survey_cannot_call_the_staffs_finders(as_public, call):
    with pytest.raises(errors.InsufficientPrivilege):
        as_public.execute(f"SELECT * FROM {call}")


def test_portal_sees_its_tenant_and_brands_only(as_public):
    assert as_public.execute("SELECT slug FROM identity_tenant").fetchall() == [("acme",)]
    assert as_public.execute("SELECT slug FROM identity_brand").fetchall() == [("acme",)]
    assert as_public.execute("SELECT slug FROM onque_tenant_by_slug('globex')").fetchall() == [
        ("globex",)
    ]
    with pytest.raises(errors.InsufficientPrivilege):
        as_public.execute("UPDATE identity_tenant SET name = 'x'")


@pytest.mark.parametrize("table", ["mfa_authenticator", "identity_session", "identity_loginevent"])
def test_the_replicas_reader_cannot_read_credentials(as_reader, table):
    with pytest.raises(errors.InsufficientPrivilege):
        as_reader.execute(f"SELECT 1 FROM {table}")
    as_reader.rollback()
    with pytest.raises(errors.InsufficientPrivilege):
        as_reader.execute("SELECT password FROM identity_user")


def test_the_replicas_reader_can_show_the_members_page(as_reader, cast):
    with tenant_scope(cast.acme.id), CaptureQueriesContext(connection) as queries:
        public.list_members()
        public.list_groups()
        public.list_roles()
        public.list_brands()
        public.list_audit(object_kind="member", object_id=cast.ada.id)
    as_reader.execute("SELECT set_config('app.tenant_id', %s, true)", [str(cast.acme.id)])
    for one in queries:
        as_reader.execute(one["sql"])


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("model", [Tenant, Brand, Role, Member])
def test_without_a_tenant_there_is_nothing(model):
    assert not model.objects.exists()


@pytest.mark.parametrize("model", [Brand, Role, Member])
def test_a_tenant_sees_its_own_rows(cast, model):
    with tenant_scope(cast.acme.id):
        assert set(model.objects.values_list("tenant_id", flat=True)) == {cast.acme.id}
    with tenant_scope(cast.globex.id):
        assert set(Tenant.objects.values_list("slug", flat=True)) == {"globex"}


def test_a_row_for_another_tenant_is_refused(cast):
    with pytest.raises(DatabaseError), tenant_scope(cast.acme.id):
        Brand.objects.create(tenant_id=cast.globex.id, name="x", slug="x")


def test_a_role_of_another_tenant_cannot_be_given(cast):
    with tenant_scope(cast.globex.id):
        foreign = Role.objects.get(key="owner").id
    with pytest.raises(DatabaseError), tenant_scope(cast.acme.id):
        Member.objects.filter(pk=cast.ada.id).update(role_id=foreign)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identity_auditentry SET action = 'x'",
        "DELETE FROM identity_auditentry",
        "UPDATE identity_loginevent SET kind = 'x'",
        "DELETE FROM identity_loginevent",
    ],
)
def test_the_record_cannot_be_edited(cast, statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        tenant_scope(cast.acme.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_finders_say_only_what_was_asked(cast):
    dee = User.objects.get(email="dee@globex.test")
    with connection.cursor() as cursor:

        def rows(statement, *values):
            cursor.execute(statement, values)
            return cursor.fetchall()

        assert rows("SELECT * FROM onque_enter(%s, 'acme', NULL)", dee.pk) == []
        assert len(rows("SELECT * FROM onque_enter(%s, 'globex', NULL)", dee.pk)) == 1
        assert rows("SELECT * FROM onque_enter(%s, 'globex', 'no such session')", dee.pk) == []
        assert [row[1] for row in rows("SELECT * FROM onque_memberships(%s)", dee.pk)] == ["globex"]
        assert rows("SELECT * FROM onque_memberships(%s)", new_id()) == []
        assert rows("SELECT * FROM onque_tenant_by_slug('glob%%')") == []
        assert rows("SELECT * FROM onque_invitation('')") == []
        assert {row[0] for row in rows("SELECT onque_tenants()")} == {cast.acme.id, cast.globex.id}
    User.objects.filter(pk=dee.pk).update(is_active=False)
    assert public.list_memberships(dee.pk) == []


def test_ticket_numbers_are_counted_by_tenant(cast):
    with tenant_scope(cast.acme.id):
        assert public.take_ticket_number() == 1
        assert public.take_ticket_numbers(3) == range(2, 5)
    with tenant_scope(cast.globex.id):
        assert public.take_ticket_number() == 1
    with tenant_scope(cast.acme.id):
        assert public.take_ticket_number() == 5


def test_a_number_comes_back_after_a_rollback(cast):
    with tenant_scope(cast.acme.id):
        public.take_ticket_number()
        transaction.set_rollback(True)
    with tenant_scope(cast.acme.id):
        assert public.take_ticket_number() == 1


@pytest.mark.parametrize("slug", ["acme", "Acme", "-x", "sign-in", "", "a" * 41])
def test_a_slug_that_is_taken_or_bad_makes_no_tenant(cast, slug):
    from onque.kernel.errors import AppError

    with pytest.raises(AppError) as refusal:
        public.create_tenant(name="x", slug=slug, owner_email="new@x.test")

    assert refusal.value.code == (
        "identity.slug_taken" if slug == "acme" else "identity.slug_invalid"
    )
    assert len(public.tenant_ids()) == 2
    assert not User.objects.filter(email="new@x.test").exists()


def test_an_audit_entry_says_who_what_and_from_where(cast):
    object_id = new_id()
    with tenant_scope(cast.acme.id):
        public.record_audit(
            actor=system_actor(cast.acme.id, "Rule 7"),
            action="ticket.status_changed",
            object_kind="ticket",
            object_id=object_id,
            before={"status": "new"},
            after={"status": "open"},
            source="rule:7",
        )
        entry = public.list_audit(object_kind="ticket", object_id=object_id)[0]
    assert (entry.actor_kind, entry.actor_name, entry.source) == ("system", "Rule 7", "rule:7")
    with tenant_scope(cast.globex.id):
        assert public.list_audit(object_kind="ticket", object_id=object_id) == []


def test_groups_and_brands(cast):
    with tenant_scope(cast.acme.id):
        made = public.create_group(name="Payments", member_ids=[cast.ada.id], auto_assign=True)
        assert public.list_groups() == [made]
        brand = public.create_brand(name="Shop", slug="shop", support_address="Help@Shop.test")
        public.set_brand_address(brand.id, support_address="Hi@shop.test", sender_name="Shop!")
        found = public.get_brand(brand.id)
        assert (found.support_address, found.sender_name) == ("hi@shop.test", "Shop!")
        assert [one.slug for one in public.list_brands()] == ["acme", "shop"]
    with tenant_scope(cast.globex.id):
        assert public.list_groups() == []
        assert public.get_member(cast.ada.id) is None
        assert not Invitation.objects.exists()
