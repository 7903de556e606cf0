"""Tables of the desk."""

from onque.modules.desk.models.bulk import BulkChunk, BulkRun
from onque.modules.desk.models.collaborator import Collaborator
from onque.modules.desk.models.customer_move import CustomerMove
from onque.modules.desk.models.held import HeldReply
from onque.modules.desk.models.macro import Macro
from onque.modules.desk.models.message import Attachment, Mention, Message
from onque.modules.desk.models.operation import Operation
from onque.modules.desk.models.relation import Follower, Link
from onque.modules.desk.models.saved_view import SavedView
from onque.modules.desk.models.ticket import Tag, Ticket, TicketTag
from onque.modules.desk.models.trusted_sender import TrustedSender

__all__ = [
    "Attachment",
    "BulkChunk",
    "BulkRun",
    "Collaborator",
    "CustomerMove",
    "Follower",
    "HeldReply",
    "Link",
    "Macro",
    "Mention",
    "Message",
    "Operation",
    "SavedView",
    "Tag",
    "Ticket",
    "TicketTag",
    "TrustedSender",
]
