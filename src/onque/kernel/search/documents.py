"""The queries of the search index."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from onque.kernel.ids import new_id
from onque.kernel.models import SearchDocument, SearchMark
from onque.kernel.replica import PRIMARY
from onque.kernel.search.terms import LONGEST_TEXT, Terms, lexemes, normalise
from onque.kernel.tenancy import current_alias, current_tenant

Row = tuple[str, UUID, UUID | None, datetime, UUID]
Position = tuple[datetime, UUID]
_PUT = """
    INSERT INTO kernel_searchdocument (tenant_id, id, kind, object_id, parent_id, at, body, tsv)
    VALUES (%s, %s, %s, %s, %s, %s, %s, array_to_tsvector(string_to_array(%s, chr(10))))
    ON CONFLICT (tenant_id, kind, object_id) DO UPDATE
    SET parent_id = EXCLUDED.parent_id, at = EXCLUDED.at, body = EXCLUDED.body, tsv = EXCLUDED.tsv
"""
_MARK = """
    INSERT INTO kernel_searchmark (tenant_id, id, kind, object_id, attempts, error, marked_at)
    SELECT %s, m.id, m.kind, m.object_id, 0, '', %s
    FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS m (id, kind, object_id)
"""


class DocumentRepository:
    """Reads and writes documents and marks; of the open scope unless a method says otherwise."""

    def mark(self, things: Collection[tuple[str, UUID]], *, now: datetime) -> None:
        """Add one mark for each thing: its kind and id."""
        if not things:
            return
        kinds, object_ids = zip(*things, strict=True)
        with connections[current_alias()].cursor() as cursor:
            cursor.execute(
                _MARK,
                [current_tenant(), now, [new_id() for _ in things], list(kinds), list(object_ids)],
            )

    def have_turn(self) -> None:
        """Wait until nobody else writes documents of the open scope, and keep others out.

        Ends with the transaction. What is read before it may be older than what another wrote.
        """
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('search ' || %s, 0))",
                [str(current_tenant())],
            )

    def known(self, kind: str, object_ids: Collection[UUID]) -> set[UUID]:
        """Return which of some things have a document."""
        found = SearchDocument.objects.filter(
            tenant_id=current_tenant(), kind=kind, object_id__in=object_ids
        )
        return set(found.values_list("object_id", flat=True))

    def due_tenants(self, *, most_attempts: int, most: int) -> list[UUID]:
        """Return the tenants, of all, among the oldest marks."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT onque_search_due(%s, %s)", [most_attempts, most])
            return [tenant_id for (tenant_id,) in cursor.fetchall()]

    def take_marks(self, *, most_attempts: int, limit: int) -> list[tuple[UUID, str, UUID]]:
        """Return the oldest marks that nobody else has, locked until the transaction ends."""
        found = (
            SearchMark.objects.filter(tenant_id=current_tenant(), attempts__lt=most_attempts)
            .order_by("attempts", "id")
            .select_for_update(skip_locked=True)
            .values_list("id", "kind", "object_id")
        )
        return list(found[:limit])

    def drop_marks(self, mark_ids: Sequence[UUID]) -> None:
        """Forget marks whose documents are written."""
        SearchMark.objects.filter(tenant_id=current_tenant(), id__in=mark_ids).delete()

    def count_failure(self, mark_id: UUID, *, error: str) -> None:
        """Put a failed try on record at the mark."""
        row = SearchMark.objects.select_for_update().filter(id=mark_id).first()
        if row is not None:
            row.attempts, row.error = row.attempts + 1, error
            row.save(update_fields=["attempts", "error"])

    def put(self, kind: str, rows: Sequence[tuple[UUID, UUID | None, datetime, str]]) -> None:
        """Write documents; the text is cut at `LONGEST_TEXT` characters."""
        values: list[list[Any]] = []
        for object_id, parent_id, at, text in rows:
            body = normalise(text[: LONGEST_TEXT * 2])[:LONGEST_TEXT].replace("\0", "")
            head: list[Any] = [current_tenant(), new_id(), kind, object_id, parent_id, at]
            values.append([*head, body, "\n".join(lexemes(body, kind))])
        with connections[PRIMARY].cursor() as cursor:
            cursor.executemany(_PUT, values)

    def forget(self, kind: str, object_ids: Iterable[UUID]) -> None:
        """Delete the documents of things that are gone."""
        if gone := list(object_ids):
            with connections[PRIMARY].cursor() as cursor:
                cursor.execute(
                    "DELETE FROM kernel_searchdocument"
                    " WHERE tenant_id = %s AND kind = %s AND object_id = ANY(%s::uuid[])",
                    [current_tenant(), kind, gone],
                )

    def newest(
        self, kind: str, terms: Terms, *, upto: Position, newest: int, most: int
    ) -> list[Row]:
        """Return up to `most` hits among the newest documents before a position, newest first."""
        return self._hits("onque_search_newest", kind, terms, upto, newest, most)

    def some(self, kind: str, terms: Terms, *, upto: Position, most: int) -> list[Row]:
        """Return up to `most` hits before a position in no order, as fast as they are found."""
        return self._hits("onque_search_some", kind, terms, upto, most)

    def all(self, kind: str, terms: Terms, *, upto: Position, most: int) -> list[Row]:
        """Return the newest hits among all documents before a position."""
        return self._hits("onque_search_all", kind, terms, upto, most)

    def _hits(
        self, function: str, kind: str, terms: Terms, upto: Position, *numbers: int
    ) -> list[Row]:
        values: list[Any] = [kind, terms.tsquery(kind), list(terms.patterns), *upto, *numbers]
        places = ", ".join(["%s", "%s::tsquery", "%s::text[]", *["%s"] * (len(values) - 3)])
        with connections[current_alias()].cursor() as cursor:
            cursor.execute(
                "SELECT kind, object_id, parent_id, at, id"  # noqa: S608 - the name is ours
                f" FROM {function}({places})",
                values,
            )
            return list(cursor.fetchall())


documents = DocumentRepository()
