"""The door of mail for other modules; call inside a tenant scope."""

from onque.modules.mail.services.addresses import ImapServer, add_address, add_mailbox
from onque.modules.mail.services.writing import queue_mail

__all__ = ["ImapServer", "add_address", "add_mailbox", "queue_mail"]
