"""Queries about the workspace of the open scope and its brands."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, transaction
from typing_extensions import override

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.identity.models import Brand, Tenant


class TenantRepository(Repository[Tenant]):
    """The tenant's own row."""

    model = Tenant

    def current(self) -> Tenant:
        """Return the tenant of the open scope."""
        return self.get(current_tenant())

    def add_once(self, **fields: Any) -> bool:
        """Insert a tenant; False when its slug is taken."""
        try:
            with transaction.atomic():
                self.add(**fields)
        except IntegrityError:
            return False
        return True

    def take_numbers(self, count: int) -> int:
        """Advance the counter by `count` and return the first number taken; locks the row."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "UPDATE identity_tenant SET next_ticket_number = next_ticket_number + %s"
                " WHERE id = %s RETURNING next_ticket_number - %s",
                [count, current_tenant(), count],
            )
            return int(cursor.fetchone()[0])


class BrandRepository(Repository[Brand]):
    """Brands, few per tenant."""

    model = Brand

    @override
    def find(self, row_id: UUID) -> Brand | None:
        """Return the brand or None."""
        # for each mail that comes: written by hand, as composing costs more than the query
        found = Brand.objects.using(current_alias()).raw(
            "SELECT * FROM identity_brand WHERE id = %s", [row_id]
        )
        return next(iter(found), None)

    def all(self) -> list[Brand]:
        """Return every brand, the default one first."""
        # on every page of the desk: written by hand, as composing costs more than the query
        return list(
            Brand.objects.raw("SELECT * FROM identity_brand ORDER BY is_default DESC, name")
        )


tenants = TenantRepository()
brands = BrandRepository()
