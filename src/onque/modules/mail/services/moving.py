"""A message was moved on the desk: its ids lead to where it is now."""

from uuid import UUID

from onque.modules.mail.repositories import inbound, references


def follow_move(message_id: UUID, to_ticket_id: UUID) -> None:
    """Let answers to a message arrive at the ticket it was moved to; safe to repeat."""
    references.move(message_id, ticket_id=to_ticket_id)
    inbound.move(message_id, ticket_id=to_ticket_id)
