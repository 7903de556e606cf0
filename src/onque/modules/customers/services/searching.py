"""Finding customers by name, address and other identities."""

from collections.abc import Collection, Iterable
from uuid import UUID

from onque.kernel.search import index
from onque.kernel.search.index import Document
from onque.kernel.search.terms import Terms
from onque.modules.customers.contracts import CustomerCard
from onque.modules.customers.repositories import customers
from onque.modules.customers.repositories.customers import KIND
from onque.modules.customers.services.identities import card


def register() -> None:
    """Let customers be found; safe to repeat."""
    index.register(KIND, documents, customers.ids_after)


def documents(customer_ids: Collection[UUID]) -> Iterable[Document]:
    """Return what is to be found of some customers; merged ones are found as their survivor."""
    identities = customers.identities_of(customer_ids)
    for row in customers.get_many(customer_ids):
        if row.merged_into_id is None:
            words = dict.fromkeys([row.name, row.email, *identities.get(row.id, [])])
            yield Document(row.id, " ".join(words), row.created_at)


def find_customers(terms: Terms, *, limit: int) -> list[CustomerCard]:
    """Return up to `limit` customers in whom the words are found, the newest first."""
    found, _is_all = index.find(KIND, terms, after=None, enough=limit)
    hits = found[:limit]
    rows = {row.id: row for row in customers.get_many([hit.object_id for hit in hits])}
    return [card(rows[hit.object_id]) for hit in hits if hit.object_id in rows]
