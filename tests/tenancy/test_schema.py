"""The fence is in the database itself: every tenant table has it, and nothing else pretends to."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from tests.tenancy import world

from onque.kernel.ids import new_id
from onque.modules.identity.models import AuditEntry

pytestmark = pytest.mark.django_db

PLATFORM = {  # tables that belong to no tenant
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "identity_loginevent",
    "identity_session",
    "identity_user",
    "kernel_heartbeat",
    "kernel_jobrun",
    "mail_poller",
    "mfa_authenticator",
}
OWN_TENANT = {"identity_tenant"}  # fenced by its own id
TABLES = {model._meta.db_table for model in world.tenant_models()}
ROLES = {"onque_app", "onque_public", "onque_reader"}
APPEND_ONLY = {AuditEntry}
# an address leads to one brand, whoever's it is
ABOVE_TENANTS = {"mail_address_once", "mail_intake_token"}
DOCS = Path(__file__).resolve().parents[2] / "docs" / "architecture" / "tenancy.md"


def rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_every_table_is_fenced_or_the_platform_s():
    found = {row[0] for row in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert found - TABLES - OWN_TENANT == PLATFORM & found
    assert found >= TABLES


def test_only_fenced_tables_have_a_tenant_column():
    found = rows(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'tenant_id'"
    )
    assert {row[0] for row in found} == TABLES


@pytest.mark.parametrize("table", sorted(TABLES | OWN_TENANT))
def test_row_level_security_is_forced(table):
    ((enabled, forced),) = rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    )
    assert enabled
    assert forced


@pytest.mark.parametrize("table", sorted(TABLES | OWN_TENANT))
def test_the_policies_are_the_tenant_s_and_the_finder_s(table):
    found = {
        row[0]: row[1:]
        for row in rows(
            "SELECT policyname, roles::text[], cmd, qual, with_check FROM pg_policies"
            " WHERE schemaname = 'public' AND tablename = %s",
            table,
        )
    }
    assert set(found) == {"tenant", "finder"}
    roles, command, visible, written = found["tenant"]
    assert (set(roles), command) == (ROLES, "ALL")
    assert "current_setting('app.tenant_id'" in visible
    assert written == visible
    assert found["finder"][:2] == (["onque_finder"], "SELECT")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_key_is_tenant_and_id(table):
    found = rows(
        "SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int[])"
        " WITH ORDINALITY k(attnum, place)"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
        " WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY k.place",
        table,
    )
    assert [row[0] for row in found] == ["tenant_id", "id"]


def test_every_unique_index_of_a_tenant_table_begins_with_the_tenant():
    found = rows(
        "SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i"
        " JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
        " LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]"
        " WHERE n.nspname = 'public' AND i.indisunique AND t.relname = ANY(%s)",
        sorted(TABLES),
    )
    assert found
    assert {name for name, first in found if first != "tenant_id"} == ABOVE_TENANTS


def test_foreign_keys_between_tenant_tables_carry_the_tenant():
    found = rows(
        "SELECT c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
        " JOIN pg_class s ON s.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid"
        " WHERE c.contype = 'f' AND s.relname = ANY(%s) AND t.relname = ANY(%s)",
        sorted(TABLES),
        sorted(TABLES),
    )
    assert found
    assert [name for name, text in found if "FOREIGN KEY (tenant_id, " not in text] == []


def test_every_declared_foreign_key_is_in_the_database():
    declared = {
        (model._meta.db_table, field.column)
        for model in world.tenant_models()
        for field in model._meta.concrete_fields
        if field.is_relation and issubclass(field.related_model, world.TenantModel)
    }
    found = rows(
        "SELECT s.relname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
        " JOIN pg_class s ON s.oid = c.conrelid WHERE c.contype = 'f'"
    )
    real = {
        (table, match[1])
        for table, text in found
        if (match := re.match(r"FOREIGN KEY \(tenant_id, (\w+)\)", text))
    }
    assert declared - real == set()


def test_no_role_of_ours_bypasses_the_fence_or_owns_a_table():
    found = rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles"
        " WHERE rolname LIKE 'onque%%'"
    )
    assert {name for name, is_super, bypasses, _login in found if is_super or bypasses} == set()
    assert {row[0]: row[3] for row in found}["onque_finder"] is False
    owners = {
        row[0] for row in rows("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")
    }
    assert owners == {"onque_owner"}


def test_finder_functions_are_pinned_private_and_written_down():
    found = rows(
        "SELECT p.proname, p.prosecdef, p.proconfig::text, r.rolname,"
        " has_function_privilege('public', p.oid, 'EXECUTE')"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE n.nspname = 'public' AND p.proname LIKE 'onque%%'"
    )
    page = DOCS.read_text(encoding="utf-8")
    assert found
    for name, definer, options, owner, everybody in found:
        assert (definer, owner, everybody) == (True, "onque_finder", False), name
        assert "search_path=public, pg_temp" in (options or ""), name
        assert f"`{name}" in page, f"{name} is not listed in docs/architecture/tenancy.md"


def test_other_functions_have_no_more_rights_than_their_caller():
    found = rows(
        "SELECT p.proname, p.prosecdef, p.proconfig::text,"
        " has_function_privilege('public', p.oid, 'EXECUTE')"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE n.nspname = 'public' AND p.proname NOT LIKE 'onque%%' AND r.rolname LIKE 'onque%%'"
    )
    page = DOCS.read_text(encoding="utf-8")
    assert {name for name, *_rest in found} >= {"outbox_publish", "outbox_claim", "outbox_finish"}
    for name, definer, options, everybody in found:
        assert (definer, everybody) == (False, False), name
        assert "search_path=public, pg_temp" in (options or ""), name
        assert f"`{name}`" in page, f"{name} is not listed in docs/architecture/tenancy.md"


def test_without_a_tenant_nothing_is_seen_and_nothing_written(cast):
    world.fill(cast)
    for model in world.tenant_models():
        assert model._default_manager.count() == 0, model._meta.label
        if model not in APPEND_ONLY:
            assert model._default_manager.all().delete()[0] == 0, model._meta.label


@pytest.mark.parametrize("model", world.tenant_models(), ids=lambda model: model._meta.label)
def test_a_row_for_no_tenant_is_refused(cast, model):
    names = [field.column for field in model._meta.concrete_fields]
    quoted = ", ".join(f'"{name}"' for name in names)
    nothing = ["NULL" if name not in {"id", "tenant_id"} else "%s" for name in names]
    statement = f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({', '.join(nothing)})"
    values = [
        new_id() if name == "id" else cast.acme.id for name in names if name in {"id", "tenant_id"}
    ]
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        rows(statement, *values)


def test_every_model_of_ours_is_known():
    ours = {
        model._meta.db_table for model in apps.get_models() if model.__module__.startswith("onque.")
    }
    assert ours <= TABLES | OWN_TENANT | PLATFORM
