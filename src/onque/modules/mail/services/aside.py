"""Mail that its address alone leads: outsiders' answers, and what comes to a bounce address.

An outsider's answer goes beside the ticket. To a bounce address come reports, and, since programs
answer to the envelope sender, also absence notes. Source: RFC 3834, 4; RFC 5321, 4.4.
"""

from typing import TYPE_CHECKING

from django.conf import settings

from onque.kernel.access import system_actor
from onque.kernel.tenancy import current_tenant
from onque.modules.desk import public as desk
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules.parsed import AutoKind, MailAddress, ParsedMail
from onque.modules.mail.rules.threading import Why
from onque.modules.mail.services import bouncing, reports
from onque.modules.mail.services.contents import Contents
from onque.modules.mail.services.keys import reply_keys

if TYPE_CHECKING:
    from onque.modules.desk.contracts import MessageItem
    from onque.modules.mail.models import InboundMail, OutboundMail

_ACTOR_NAME = "Mail"


def take(
    row: "InboundMail",
    mail: ParsedMail,
    sender: MailAddress | None,
    contents: Contents,
) -> bool:
    """File what belongs to no conversation with a customer; tell whether that was done.

    Sets what the row became; the caller closes it. Safe to repeat for the same row.
    """
    is_bounce = mail.automatic.kind is AutoKind.BOUNCE
    about = bouncing.find_outbound_by_bounce_address(row.recipient)
    if about is not None and is_bounce:
        _report(row, mail, about)
        return True
    side = _side_of(row, mail, about)
    if side is None or is_bounce or sender is None:
        return False
    inbound = desk.SideInbound(
        text=mail.reply,
        html=contents.html,
        quoted_text=mail.quoted,
        request_key=row.id,
        written_at=row.received_at,
        author_name=sender.name,
        author_address=sender.address,
        reason=Why.SIDE_THREAD,
        attachments=contents.files,
    )
    received = desk.receive_side_message(
        system_actor(current_tenant(), _ACTOR_NAME),
        inbound,
        ticket_id=side.ticket_id,
        side_id=side.id,
    )
    row.landing = Why.SIDE_THREAD
    row.ticket_id, row.message_id = received.ticket_id, received.message_id
    return True


def _report(row: "InboundMail", mail: ParsedMail, about: "OutboundMail") -> None:
    row.landing = Why.BOUNCE_ADDRESS
    if about.ticket_id is None:
        reports.record_alone(about, mail)
        return
    row.ticket_id = about.ticket_id
    row.message_id = reports.note_bounce(row.id, about.ticket_id, mail, about=about)


def _side_of(
    row: "InboundMail", mail: ParsedMail, about: "OutboundMail | None"
) -> "MessageItem | None":
    """The message that opened the side thread which the mail's addresses name."""
    if about is not None and about.kind == "side" and about.message_id and about.ticket_id:
        sent = desk.get_message(system_actor(current_tenant()), message_id=about.message_id)
        return desk.find_side(about.ticket_id, (sent.side_id or sent.id).hex)
    named = (row.recipient, *(item.address for item in (*mail.to, *mail.cc)), *mail.delivered_to)
    tokens = address_rules.reply_tokens(reply_keys(), named, domain=settings.MAIL_DOMAIN)
    for token in tokens:
        if token.kind == "side" and token.genuine and token.tenant_id == current_tenant():
            ticket_id = desk.find_numbers([token.ticket_number]).get(token.ticket_number)
            found = desk.find_side(ticket_id, token.customer_tail) if ticket_id else None
            if found is not None:
                return found
    return None
