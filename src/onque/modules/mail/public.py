"""The door of mail for other modules; call inside a tenant scope."""

from onque.modules.mail.services.addresses import add_address
from onque.modules.mail.services.writing import queue_mail

__all__ = ["add_address", "queue_mail"]
