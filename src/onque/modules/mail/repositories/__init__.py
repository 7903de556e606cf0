"""Queries on mail."""

from onque.modules.mail.repositories.addresses import AddressRepository, MailboxRepository
from onque.modules.mail.repositories.inbound import InboundRepository, ReferenceRepository
from onque.modules.mail.repositories.outbound import OutboundRepository

addresses = AddressRepository()
mailboxes = MailboxRepository()
inbound = InboundRepository()
references = ReferenceRepository()
outbound = OutboundRepository()

__all__ = ["addresses", "inbound", "mailboxes", "outbound", "references"]
