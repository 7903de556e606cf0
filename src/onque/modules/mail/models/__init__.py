"""Tables of mail."""

from onque.modules.mail.models.addresses import Address, Mailbox
from onque.modules.mail.models.inbound import InboundMail, Reference
from onque.modules.mail.models.intake import Intake
from onque.modules.mail.models.outbound import OutboundMail

__all__ = ["Address", "InboundMail", "Intake", "Mailbox", "OutboundMail", "Reference"]
