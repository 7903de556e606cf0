"""The fence holds even where a query forgets the tenant."""

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import InternalError

from onque.kernel.models import Stream
from onque.kernel.tenancy import NoTenantError, current_tenant, tenant_scope

pytestmark = pytest.mark.usefixtures("committed")


def test_rows_of_another_tenant_do_not_exist():
    acme, globex = uuid4(), uuid4()
    with tenant_scope(acme):
        Stream.objects.create(key="ticket:1")
    with tenant_scope(globex):
        assert not Stream.objects.exists()
        assert Stream.objects.update(last_seq=9) == 0
        assert Stream.objects.all().delete()[0] == 0
    with tenant_scope(acme):
        assert Stream.objects.get().last_seq == 0


def test_without_a_scope_nothing_is_seen_and_nothing_written():
    acme = uuid4()
    with tenant_scope(acme):
        Stream.objects.create(key="ticket:1")
    assert not Stream.objects.exists()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Stream.objects.create(tenant_id=acme, key="ticket:2")
    with pytest.raises(NoTenantError):
        current_tenant()


def test_a_row_cannot_be_written_for_another_tenant():
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        tenant_scope(uuid4()),
    ):
        Stream.objects.create(tenant_id=uuid4(), key="ticket:1")


def test_the_setting_ends_with_the_transaction():
    with tenant_scope(uuid4()):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.tenant_id', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_another_tenants_scope_cannot_be_opened_inside():
    with tenant_scope(uuid4()), pytest.raises(NoTenantError), tenant_scope(uuid4()):
        pass


def test_a_read_only_scope_refuses_writes():
    with (
        pytest.raises(InternalError, match="read-only"),
        tenant_scope(uuid4(), read_only=True),
    ):
        Stream.objects.create(key="ticket:1")


def test_the_application_role_cannot_bypass_the_fence():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("ALTER TABLE kernel_stream DISABLE ROW LEVEL SECURITY")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("SET ROLE onque_finder")
