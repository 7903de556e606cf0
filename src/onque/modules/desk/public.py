"""The door of the desk for other modules; call inside a tenant scope."""

from onque.modules.desk.services.access import may_watch
from onque.modules.desk.services.collaborators import add_collaborator, list_collaborators
from onque.modules.desk.services.inbound import Inbound, receive_customer_message
from onque.modules.desk.services.landing import latest_subjects, resolve_tickets
from onque.modules.desk.services.member_mail import receive_member_note
from onque.modules.desk.services.properties import (
    add_tag,
    assign,
    set_priority,
    set_status,
)
from onque.modules.desk.services.reading import (
    find_numbers,
    get_card,
    get_message,
    get_thread,
    list_cards,
)
from onque.modules.desk.services.replies import add_note, post_reply
from onque.modules.desk.services.revising import Revision, revise_message
from onque.modules.desk.services.siding import SideInbound, find_side, receive_side_message
from onque.modules.desk.services.starting import start_ticket
from onque.modules.desk.services.writing import tell as tell_ticket
from onque.modules.desk.services.writing import tell_open as tell_open_ticket

__all__ = [
    "Inbound",
    "Revision",
    "SideInbound",
    "add_collaborator",
    "add_note",
    "add_tag",
    "assign",
    "find_numbers",
    "find_side",
    "get_card",
    "get_message",
    "get_thread",
    "latest_subjects",
    "list_cards",
    "list_collaborators",
    "may_watch",
    "post_reply",
    "receive_customer_message",
    "receive_member_note",
    "receive_side_message",
    "resolve_tickets",
    "revise_message",
    "set_priority",
    "set_status",
    "start_ticket",
    "tell_open_ticket",
    "tell_ticket",
]
