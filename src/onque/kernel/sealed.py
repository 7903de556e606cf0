"""Which columns hold sealed values, and wrapping their keys anew after a key change.

Modules register their columns in `apps.ready()`. Nothing is opened: only the wrapped keys change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from onque.kernel import crypto
from onque.kernel.replica import PRIMARY
from onque.kernel.tenancy import tenant_scope

BATCH = 200
_FIRST = UUID(int=0)


@dataclass(frozen=True)
class SealedColumn:
    """A column of a tenant table; empty text in it is no value."""

    table: str
    column: str
    purpose: str


@dataclass
class Count:
    """What a run did: values wrapped anew, left as they are, and such as no key of ours opens."""

    changed: int = 0
    current: int = 0
    broken: int = 0


_columns: dict[tuple[str, str], SealedColumn] = {}


def register(table: str, column: str, *, purpose: str) -> None:
    """Say that a column holds values sealed for a purpose; safe to repeat."""
    _columns[(table, column)] = SealedColumn(table, column, purpose)


def registered() -> tuple[SealedColumn, ...]:
    """Return every registered column."""
    return tuple(_columns.values())


def rewrap_tenant(tenant_id: UUID, count: Count) -> None:
    """Bring all sealed values of one tenant under today's key; call outside a scope.

    Safe to repeat, to stop, and beside running services: a value that changed meanwhile is left
    alone. The keeper of the key is asked with no transaction open. Raises `Unavailable`.
    """
    for column in registered():
        for rows in _batches(tenant_id, column):
            for row_id, sealed in rows:
                _rewrap(tenant_id, column, row_id, sealed, count)


def _rewrap(tenant_id: UUID, column: SealedColumn, row_id: UUID, sealed: str, count: Count) -> None:
    try:
        fresh = crypto.rewrap(sealed, purpose=column.purpose, tenant_id=tenant_id)
    except crypto.SealBrokenError:
        count.broken += 1
        return
    if fresh is None:
        count.current += 1
        return
    with tenant_scope(tenant_id), connections[PRIMARY].cursor() as cursor:
        cursor.execute(
            f"UPDATE {column.table} SET {column.column} = %s"  # noqa: S608 - names from our code
            f" WHERE id = %s AND {column.column} = %s",
            [fresh, row_id, sealed],
        )
        count.changed += cursor.rowcount


def _batches(tenant_id: UUID, column: SealedColumn) -> Iterator[list[tuple[UUID, str]]]:
    last = _FIRST
    while True:
        with tenant_scope(tenant_id), connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                f"SELECT id, {column.column} FROM {column.table}"  # noqa: S608
                f" WHERE id > %s AND {column.column} <> '' ORDER BY id LIMIT %s",
                [last, BATCH],
            )
            rows = [(row[0], row[1]) for row in cursor.fetchall()]
        if not rows:
            return
        yield rows
        last = rows[-1][0]
