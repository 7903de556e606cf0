"""What notifications do when something happens elsewhere."""

from onque.kernel.events import subscribe
from onque.modules.desk.contracts import TicketPurged
from onque.modules.desk.contracts.telling import MembersConcerned
from onque.modules.identity.contracts import MemberInvited, PasswordResetRequested
from onque.modules.mail.contracts import MailAlarmsRaised
from onque.modules.notifications.services import accounts, alarms, notices


@subscribe(MemberInvited)
def send_invitation(event: MemberInvited) -> None:
    """Mail the invitation's link."""
    accounts.send_invitation(invitation_id=event.invitation_id)


@subscribe(PasswordResetRequested)
def send_password_reset(event: PasswordResetRequested) -> None:
    """Mail the link to a new password."""
    accounts.send_password_reset(user_id=event.user_id)


@subscribe(MailAlarmsRaised)
def send_alarms(event: MailAlarmsRaised) -> None:
    """Tell those who may do something about it."""
    alarms.send_alarms(event.alarm_ids)


@subscribe(MembersConcerned)
def tell_members(event: MembersConcerned) -> None:
    """Put it into their notifications centre."""
    notices.tell(
        ticket_id=event.ticket_id, news=event.news, member_ids=event.member_ids, by=event.by
    )


@subscribe(TicketPurged)
def forget_notices(event: TicketPurged) -> None:
    """Drop what was told of it."""
    notices.forget_ticket(ticket_id=event.ticket_id)
