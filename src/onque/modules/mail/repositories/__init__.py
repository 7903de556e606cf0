"""Queries on mail."""

from onque.modules.mail.repositories.addresses import AddressRepository, MailboxRepository
from onque.modules.mail.repositories.inbound import InboundRepository, ReferenceRepository
from onque.modules.mail.repositories.intakes import IntakeRepository
from onque.modules.mail.repositories.outbound import OutboundRepository

addresses = AddressRepository()
mailboxes = MailboxRepository()
inbound = InboundRepository()
intakes = IntakeRepository()
references = ReferenceRepository()
outbound = OutboundRepository()

__all__ = ["addresses", "inbound", "intakes", "mailboxes", "outbound", "references"]
