"""Finding customers by name, address and other identities."""

from collections.abc import Collection, Iterable
from itertools import chain
from uuid import UUID

from onque.kernel.search import index
from onque.kernel.search.index import Document
from onque.kernel.search.terms import Terms
from onque.modules.customers.contracts import CustomerCard
from onque.modules.customers.repositories import customers, identities
from onque.modules.customers.repositories.customers import KIND
from onque.modules.customers.services.identities import card


def register() -> None:
    """Let customers be found; safe to repeat."""
    index.register(KIND, documents, customers.ids_after)


def documents(customer_ids: Collection[UUID]) -> Iterable[Document]:
    """Return what is to be found of some customers; merged ones are found as their survivor."""
    rows = {row.id: row for row in customers.get_many(customer_ids) if not row.merged_into_id}
    families = customers.families(rows) if rows else {}
    merged = {one.id: one for one in customers.get_many([*chain(*families.values())])}
    values = identities.of_all([*rows, *merged])
    for row in rows.values():
        words = [row.name, row.email, *values.get(row.id, ())]
        for one in families.get(row.id, ()):
            words += [merged[one].name, merged[one].email, *values.get(one, ())]
        yield Document(row.id, " ".join(dict.fromkeys(words)), row.created_at)


def find_customers(terms: Terms, *, limit: int) -> list[CustomerCard]:
    """Return up to `limit` customers in whom the words are found, the newest first."""
    found, _is_all = index.find(KIND, terms, after=None, enough=limit)
    hits = found[:limit]
    rows = {row.id: row for row in customers.get_many([hit.object_id for hit in hits])}
    return [card(rows[hit.object_id]) for hit in hits if hit.object_id in rows]
