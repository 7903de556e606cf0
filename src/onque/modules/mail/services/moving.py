"""A message was moved on the desk: its ids lead to where it is now."""

from uuid import UUID

from onque.kernel import clock
from onque.modules.mail.repositories import inbound, ledger, references


def follow_move(message_id: UUID, to_ticket_id: UUID) -> None:
    """Let answers to a message arrive at the ticket it was moved to; safe to repeat."""
    references.move(message_id, ticket_id=to_ticket_id)
    inbound.move(message_id, ticket_id=to_ticket_id)


def forget_ticket(ticket_id: UUID) -> None:
    """Note on a deleted ticket's mails that it is gone; safe to repeat.

    Rows and ids stay: the same mail fetched again is a copy of a mail that is on record, and a
    late answer is known to belong to a ticket that was deleted.
    """
    ledger.forget_ticket(ticket_id, now=clock.now())
