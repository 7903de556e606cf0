"""The door of mail for other modules; call inside a tenant scope."""

from onque.modules.mail.contracts.ledger import LedgerFilter
from onque.modules.mail.services.acting import retry
from onque.modules.mail.services.addresses import ImapServer, add_address, add_mailbox
from onque.modules.mail.services.alarm_words import alarm_words
from onque.modules.mail.services.balance import alarms_among
from onque.modules.mail.services.operating import (
    count_mails,
    find_held,
    list_held,
    reparse_all,
)
from onque.modules.mail.services.reading import TABS as LEDGER_TABS
from onque.modules.mail.services.writing import queue_mail

__all__ = [
    "LEDGER_TABS",
    "ImapServer",
    "LedgerFilter",
    "add_address",
    "add_mailbox",
    "alarm_words",
    "alarms_among",
    "count_mails",
    "find_held",
    "list_held",
    "queue_mail",
    "reparse_all",
    "retry",
]
