"""Tables of the desk."""

from onque.modules.desk.models.message import Attachment, Mention, Message
from onque.modules.desk.models.ticket import Tag, Ticket, TicketTag

__all__ = ["Attachment", "Mention", "Message", "Tag", "Ticket", "TicketTag"]
