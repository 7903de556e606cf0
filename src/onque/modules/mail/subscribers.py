"""What mail does about events."""

from typing import TYPE_CHECKING

from onque.kernel.access import system_actor
from onque.kernel.events import delivering_tenant, subscribe
from onque.modules.desk.contracts import MessageMoved, SideMessageSent, TicketPurged, TicketReplied
from onque.modules.mail.contracts import (
    MailCheckDue,
    MailQueued,
    MailReparseAsked,
    MailRunAsked,
    MailStored,
)
from onque.modules.mail.services import (
    delivery,
    filing,
    moving,
    reparsing,
    running,
    trying,
    writing,
)

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail


@subscribe(MailStored, io=True, begin=lambda event: filing.begin(event.mail_id))
def file_mail(event: MailStored, row: "InboundMail | None") -> None:
    """A stored mail is read and becomes a message."""
    del event
    if row is not None:
        filing.file_begun(delivering_tenant(), row)


@subscribe(MessageMoved)
def follow_moved_message(event: MessageMoved) -> None:
    """The ids of a moved message lead to its new ticket."""
    moving.follow_move(event.message_id, event.to_ticket_id)


@subscribe(TicketReplied)
def queue_reply_mail(event: TicketReplied) -> None:
    """A reply goes to the customer by mail."""
    writing.queue_reply(event.ticket_id, event.message_id)


@subscribe(SideMessageSent)
def queue_side_mail(event: SideMessageSent) -> None:
    """A message goes to an outsider by mail."""
    writing.queue_side(event.ticket_id, event.message_id)


@subscribe(MailQueued, io=True)
def send_mail(event: MailQueued) -> None:
    """A queued mail is sent."""
    delivery.send_queued(delivering_tenant(), event.mail_id)


@subscribe(MailCheckDue, io=True)
def advance_check(event: MailCheckDue) -> None:
    """A test of a mailbox takes its next steps."""
    trying.advance(delivering_tenant(), event.check_id)


@subscribe(MailRunAsked, io=True)
def go_on_with_run(event: MailRunAsked) -> None:
    """The next mails of an act on many."""
    running.work_on_run(delivering_tenant(), event.run_id)


@subscribe(MailReparseAsked, io=True)
def reparse_mail(event: MailReparseAsked) -> None:
    """A stored mail is read anew."""
    reparsing.reparse(system_actor(delivering_tenant()), mail_id=event.mail_id)


@subscribe(TicketPurged)
def forget_ticket(event: TicketPurged) -> None:
    """Mails of a deleted ticket stay on record, so that they never come back."""
    moving.forget_ticket(event.ticket_id)
