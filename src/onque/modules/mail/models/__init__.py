"""Tables of mail."""

from onque.modules.mail.models.addresses import Address, Mailbox
from onque.modules.mail.models.breaker import AutoCount, Stop
from onque.modules.mail.models.inbound import InboundMail, Reference
from onque.modules.mail.models.intake import Intake
from onque.modules.mail.models.outbound import OutboundMail
from onque.modules.mail.models.senders import SenderRule

__all__ = [
    "Address",
    "AutoCount",
    "InboundMail",
    "Intake",
    "Mailbox",
    "OutboundMail",
    "Reference",
    "SenderRule",
    "Stop",
]
