"""Queries on files of customers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Q

from onque.kernel.ids import new_id
from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.modules.customers.models import Customer, CustomerRun, CustomerRunFault, Identity

Fault = tuple[int, str, str]


class RunRepository(Repository[CustomerRun]):
    """Files of customers on their way."""

    model = CustomerRun

    def find_by_key(self, request_key: UUID) -> CustomerRun | None:
        """Return the run that a key stands for."""
        return self.rows.filter(request_key=request_key).first()

    def newest(self, *, limit: int) -> list[CustomerRun]:
        """Return the newest runs, newest first."""
        return list(self.rows.order_by("-asked_at", "-id")[:limit])

    def due(self, *, before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, run) of all tenants' runs that stand still since a moment."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT tenant_id, id FROM onque_due_customer_runs(%s, %s)", [before, limit]
            )
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def add_faults(self, run_id: UUID, faults: Iterable[Fault]) -> None:
        """Write down which rows made no customer."""
        CustomerRunFault.objects.bulk_create(
            (
                CustomerRunFault(run_id=run_id, row=row, field=field, reason=reason)
                for row, field, reason in faults
            ),
            ignore_conflicts=True,
        )

    def faults_of(self, run_id: UUID, *, limit: int | None = None) -> list[Fault]:
        """Return the rows that made no customer, in order."""
        rows = CustomerRunFault.objects.filter(run_id=run_id).order_by("row")
        return list(rows.values_list("row", "field", "reason")[:limit])

    def owners(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """Return whom some identities (kind, value) lead to, following merges; two queries."""
        wanted = Q()
        by_kind: dict[str, list[str]] = {}
        for kind, value in pairs:
            by_kind.setdefault(kind, []).append(value)
        for kind, values in by_kind.items():
            wanted |= Q(kind=kind, value__in=values)
        if not wanted:
            return {}
        found = list(Identity.objects.filter(wanted).values_list("kind", "value", "customer_id"))
        merged = Customer.objects.filter(
            pk__in={one for _kind, _value, one in found}, merged_into_id__isnull=False
        )
        led = dict(merged.values_list("pk", "merged_into_id"))
        return {(kind, value): led.get(one) or one for kind, value, one in found}

    def add_new(
        self, new: Sequence[tuple[dict[str, str], list[tuple[str, str]]]], *, now: datetime
    ) -> list[UUID]:
        """Insert customers with what they are known by; return their ids in the same order.

        Where a mail came in between and its sender has an identity now, the customer is left out
        again: `UUID(int=0)` stands in its place.
        """
        made, known_by = [], []
        for fields, pairs in new:
            row = Customer(id=new_id(), created_at=now, **fields)
            made.append(row)
            known_by += [
                Identity(customer_id=row.id, kind=kind, value=value, created_at=now)
                for kind, value in pairs
            ]
        Customer.objects.bulk_create(made)
        Identity.objects.bulk_create(known_by, ignore_conflicts=True)
        ids = [row.id for row in made]
        kept = Identity.objects.filter(customer_id__in=ids).values_list("customer_id", flat=True)
        lost = set(ids) - set(kept)
        Customer.objects.filter(pk__in=lost).delete()
        return [UUID(int=0) if one in lost else one for one in ids]

    def page_after(self, after: UUID | None, *, limit: int) -> list[Customer]:
        """Return the next customers that are not merged, in the order of ids."""
        rows = Customer.objects.filter(merged_into_id__isnull=True)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk")[:limit])
