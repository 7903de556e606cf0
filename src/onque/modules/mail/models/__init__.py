"""Tables of mail."""

from onque.modules.mail.models.addresses import Address, Mailbox, MailboxFolder, Poller
from onque.modules.mail.models.brand_sender import Sender, Signature
from onque.modules.mail.models.breaker import AutoCount, Stop
from onque.modules.mail.models.inbound import InboundMail, Reference
from onque.modules.mail.models.intake import Intake
from onque.modules.mail.models.ledger import Alarm, Run
from onque.modules.mail.models.outbound import OutboundMail
from onque.modules.mail.models.senders import SenderRule
from onque.modules.mail.models.setup import Check, Setup
from onque.modules.mail.models.silence import Silence

__all__ = [
    "Address",
    "Alarm",
    "AutoCount",
    "Check",
    "InboundMail",
    "Intake",
    "Mailbox",
    "MailboxFolder",
    "OutboundMail",
    "Poller",
    "Reference",
    "Run",
    "Sender",
    "SenderRule",
    "Setup",
    "Signature",
    "Silence",
    "Stop",
]
