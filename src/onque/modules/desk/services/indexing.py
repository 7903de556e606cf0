"""What of tickets and messages is to be found."""

from collections.abc import Collection, Iterable
from uuid import UUID

from onque.kernel.search import index
from onque.kernel.search.index import Document
from onque.modules.desk.repositories import kinds, messages, tags, tickets


def register() -> None:
    """Let tickets and messages be found; safe to repeat."""
    index.register(kinds.TICKET, ticket_documents, tickets.ids_after)
    index.register(kinds.MESSAGE, message_documents, messages.ids_after)


def ticket_documents(ticket_ids: Collection[UUID]) -> Iterable[Document]:
    """Return subject, tags and customer of some tickets."""
    tagged = tags.of_tickets(ticket_ids)
    for row in tickets.get_with_customers(ticket_ids):
        customer = row.customer
        words = [row.subject, *tagged.get(row.id, ()), customer.name, customer.email]
        text = "\n".join(filter(None, words))
        yield Document(row.id, text, row.created_at, parent_id=row.id)


def message_documents(message_ids: Collection[UUID]) -> Iterable[Document]:
    """Return the words of some messages and the names of their files, without quoted history."""
    names: dict[UUID, list[str]] = {}
    for file in messages.attachments_of(message_ids):
        names.setdefault(file.message_id, []).append(file.name)
    for row in messages.get_many(message_ids):
        text = "\n".join([row.text, *names.get(row.id, [])])
        yield Document(row.id, text, row.stored_at, parent_id=row.ticket_id)
