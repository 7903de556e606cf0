"""What an alarm says, in the language that is active."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onque.modules.mail.contracts.ledger import AlarmItem


def alarm_words(alarm: AlarmItem) -> str:
    """Return the sentence for people: what is wrong, and with what."""
    facts = {"name": alarm.label, "num": alarm.count}
    if alarm.kind == "unbalanced":
        words = ngettext(
            "%(name)s: 1 mail at the server is not on record.",
            "%(name)s: %(num)s mails at the server are not on record.",
            alarm.count,
        )
    elif alarm.kind == "stuck":
        words = ngettext(
            "1 mail has waited to be read for more than five minutes.",
            "%(num)s mails have waited to be read for more than five minutes.",
            alarm.count,
        )
    elif alarm.kind == "refused":
        words = _("%(name)s cannot be fetched. Its mail waits at the server.")
    elif alarm.label:
        words = _("Automatic mail was stopped for %(name)s, before programs answer each other.")
    else:
        words = _("Automatic mail of the whole workspace was stopped: there was too much of it.")
    return words % facts
