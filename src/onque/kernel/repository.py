"""The base of repositories: the only code that runs the ORM.

Methods return rows, lists or pages, never a QuerySet, so that no query starts outside. Row-level
security limits every query to the tenant of the open scope.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from django.db import DatabaseError, connections, models

from onque.kernel.errors import NotFound
from onque.kernel.replica import PRIMARY
from onque.kernel.tenancy import current_alias

if TYPE_CHECKING:
    Field: TypeAlias = models.Field[Any, Any]

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

    def ids_after(self, after: UUID, limit: int) -> list[UUID]:
        """Return the next ids in key order, for a walk over all rows in chunks."""
        found = self.rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
        return list(found[:limit])

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
        """Insert a row and return it. Raises `IntegrityError` for what a constraint refuses."""
        row = self.model(**fields)
        self._insert(row, "")
        return row

    def insert_once(self, row: M) -> bool:
        """Insert a row unless a unique constraint has it already; tell whether it was inserted.

        One statement and no savepoint.
        """
        return self._insert(row, "ON CONFLICT DO NOTHING")

    def _insert(self, row: M, otherwise: str) -> bool:
        values = _values(row, self.model._meta.concrete_fields, adds=True)  # noqa: SLF001 - documented
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(f"{_insert_statement(self.model)} {otherwise}", values)
            inserted = bool(cursor.rowcount)
        row._state.adding, row._state.db = not inserted, PRIMARY  # noqa: SLF001 - Django's documented names
        return inserted

    def save(self, row: M, *fields: str) -> None:
        """Write the named fields of a row that the caller has locked.

        Raises `DatabaseError` when the row is gone.
        """
        names = tuple(dict.fromkeys(fields))
        values = _values(row, _fields(self.model, names), adds=False)
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(_update_statement(self.model, names), [*values, row.pk])
            if cursor.rowcount != 1:
                raise DatabaseError(f"{self.model.__name__} {row.pk} is not there to be saved")

    def tuples(self, statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
        """Return what a statement written by hand finds.

        For what runs so often that composing it costs more than answering it.
        """
        with connections[current_alias()].cursor() as cursor:
            cursor.execute(statement, params)
            return list(cursor.fetchall())


def _fields(model: type[models.Model], names: Iterable[str]) -> "list[Field]":
    about = model._meta  # noqa: SLF001 - documented
    return [cast("Field", about.get_field(name)) for name in names]


def _values(row: models.Model, fields: "Iterable[Field]", *, adds: bool) -> list[Any]:
    connection = connections[PRIMARY]
    return [field.get_db_prep_save(field.pre_save(row, adds), connection) for field in fields]


@cache
def _insert_statement(model: type[models.Model]) -> str:
    fields = model._meta.concrete_fields  # noqa: SLF001 - documented
    columns = ", ".join(_quoted(field) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: SLF001, S608 - our own names


@cache
def _update_statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    changes = ", ".join(f"{_quoted(field)} = %s" for field in _fields(model, names))
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE {_quoted(model._meta.pk)} = %s'  # noqa: SLF001, S608 - our own names


def _quoted(field: "Field") -> str:
    return f'"{field.column}"'
