"""Queries on mail."""

from onque.modules.mail.repositories.addresses import AddressRepository, MailboxRepository
from onque.modules.mail.repositories.balances import BalanceRepository
from onque.modules.mail.repositories.brand_senders import SenderRepository, SignatureRepository
from onque.modules.mail.repositories.breaker import CountRepository, StopRepository
from onque.modules.mail.repositories.folders import FolderRepository, PollerRepository
from onque.modules.mail.repositories.inbound import InboundRepository, ReferenceRepository
from onque.modules.mail.repositories.intakes import IntakeRepository
from onque.modules.mail.repositories.ledger import (
    AlarmRepository,
    LedgerRepository,
    RunRepository,
)
from onque.modules.mail.repositories.outbound import OutboundRepository
from onque.modules.mail.repositories.senders import SenderRuleRepository
from onque.modules.mail.repositories.setups import CheckRepository, SetupRepository
from onque.modules.mail.repositories.silences import SilenceRepository

addresses = AddressRepository()
mailboxes = MailboxRepository()
folders = FolderRepository()
pollers = PollerRepository()
inbound = InboundRepository()
checks = CheckRepository()
intakes = IntakeRepository()
ledger = LedgerRepository()
runs = RunRepository()
alarms = AlarmRepository()
balances = BalanceRepository()
references = ReferenceRepository()
outbound = OutboundRepository()
counts = CountRepository()
stops = StopRepository()
sender_rules = SenderRuleRepository()
silences = SilenceRepository()
setups = SetupRepository()
brand_senders = SenderRepository()
signatures = SignatureRepository()

__all__ = [
    "addresses",
    "alarms",
    "balances",
    "brand_senders",
    "checks",
    "counts",
    "folders",
    "inbound",
    "intakes",
    "ledger",
    "mailboxes",
    "outbound",
    "pollers",
    "references",
    "runs",
    "sender_rules",
    "setups",
    "signatures",
    "silences",
    "stops",
]
