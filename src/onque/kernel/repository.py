"""The base of repositories: the only code that runs the ORM.

Methods return rows, lists or pages, never a QuerySet, so that no query starts outside. Row-level
security limits every query to the tenant of the open scope.
"""

from collections.abc import Collection
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections, models

from onque.kernel.errors import NotFound
from onque.kernel.replica import PRIMARY

M = TypeVar("M", bound=models.Model)


class Repository(Generic[M]):
    """Reads and writes one aggregate; subclasses set `model`."""

    model: type[M]

    @property
    def rows(self) -> models.QuerySet[M]:
        """All rows that the scope may see, to be narrowed inside the repository."""
        return self.model._default_manager.all()  # noqa: SLF001 - Django's documented name

    def get(self, row_id: UUID) -> M:
        """Return the row; raise `NotFound` when this tenant has none with that id."""
        if (row := self.find(row_id)) is None:
            raise NotFound(kind=self.model.__name__.lower(), id=row_id)
        return row

    def find(self, row_id: UUID) -> M | None:
        """Return the row or None."""
        return self.rows.filter(pk=row_id).first()

    def get_many(self, row_ids: Collection[UUID]) -> list[M]:
        """Return the rows that exist among `row_ids`, in one query and no promised order."""
        return list(self.rows.filter(pk__in=set(row_ids))) if row_ids else []

    def lock(self, row_id: UUID) -> M:
        """Return the row locked FOR NO KEY UPDATE until the transaction ends.

        Raises `NotFound`. Lock many rows with `lock_many`, parents before children.
        """
        row = self.rows.select_for_update(no_key=True).filter(pk=row_id).first()
        if row is None:
            raise NotFound(kind=self.model.__name__.lower(), id=row_id)
        return row

    def lock_many(self, row_ids: Collection[UUID]) -> list[M]:
        """Return the rows locked in key order, which two callers share, so that none deadlocks."""
        found = self.rows.filter(pk__in=set(row_ids)).order_by("pk")
        return list(found.select_for_update(no_key=True))

    def add(self, **fields: Any) -> M:
        """Insert a row and return it."""
        return self.model._default_manager.create(**fields)  # noqa: SLF001

    def insert_once(self, row: M) -> bool:
        """Insert a row unless a unique constraint has it already; tell whether it was inserted.

        One statement and no savepoint, for what is written often.
        """
        connection, about = connections[PRIMARY], self.model._meta  # noqa: SLF001 - documented
        fields = about.concrete_fields
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        table = quote(about.db_table)
        values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]  # noqa: FBT003
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
                values,
            )
            inserted = bool(cursor.rowcount)
        row._state.adding, row._state.db = not inserted, PRIMARY  # noqa: SLF001 - Django's documented names
        return inserted

    def save(self, row: M, *fields: str) -> None:
        """Write the named fields of a row that the caller has locked."""
        row.save(update_fields=fields)
