"""Words for mail's states and reasons, translated when they are drawn."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onque.modules.mail.rules.breaker import Scope
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.rules.threading import Mark, Why

Label = str | Promise

TABS: Mapping[str, Label] = {
    "quarantined": _("Quarantined"),
    "suspended": _("Suspended"),
    "waiting": _("Being read"),
    "rejected": _("Rejected"),
    "duplicate": _("Duplicates"),
    "done": _("Done"),
    "all": _("All mail"),
}

STATES: Mapping[str, Label] = {
    "stored": _("Stored as it came"),
    "parsed": _("Read"),
    "routed": _("Its place was found"),
    "done": _("Became a message"),
    "duplicate": _("Recognised as a copy"),
    "suspended": _("Suspended"),
    "quarantined": _("Quarantined"),
    "rejected": _("Closed without a ticket"),
    "ticket_gone": _("Its ticket was deleted for good"),
    "mail.retried": _("Tried again"),
    "mail.let_in": _("Let in"),
    "mail.rejected": _("Closed without a ticket"),
    "mail.restored": _("Put back"),
    "mail.reparsed": _("Read anew"),
}

ACTS: Mapping[str, Label] = {
    "retry": _("Try again"),
    "let_in": _("Let in"),
    "reject": _("Close without a ticket"),
    "restore": _("Put back"),
    "reparse": _("Read anew"),
}

SOURCES: Mapping[str, Label] = {
    "lmtp": _("Delivered (LMTP)"),
    "smtp": _("Delivered (SMTP)"),
    "imap": _("Fetched (IMAP)"),
}

REASONS: Mapping[str, Label] = {
    Reason.NONE: "",
    Reason.NO_SENDER: _("No sender"),
    Reason.OWN_ADDRESS: _("From our own address"),
    Reason.REPORT_ON_NOTHING: _("Report on nothing known"),
    Reason.BLOCKED_SENDER: _("Suspended sender"),
    Reason.MARKED_SPAM: _("Marked as spam"),
    Reason.NOT_PROVEN: _("Sender not proven"),
    Reason.PROOF_WANTED: _("Sender to be proven"),
    Reason.SAME_MESSAGE: _("Arrived another way"),
    Reason.RAW_MISSING: _("Raw mail missing"),
    Reason.CRASHED: _("Stopped the worker"),
    Reason.REFUSED: _("Refused by the desk"),
    Reason.BROKE: _("Broke while it was read"),
    Reason.TOO_LARGE: _("Too large"),
    Reason.NOT_HANDED_OUT: _("Not handed out"),
    Reason.TEST: _("Test of the connection"),
    Reason.FORWARD_CONFIRMATION: _("Forwarding to confirm"),
    Reason.BOMB: _("Too costly to read"),
}

EXPLAINED: Mapping[str, Label] = {
    Reason.NO_SENDER: _("The mail names no sender, so there is nobody to answer."),
    Reason.OWN_ADDRESS: _(
        "It was sent from one of your own support addresses. Taking it in could start a loop."
    ),
    Reason.REPORT_ON_NOTHING: _("It reports on the delivery of a message we do not know."),
    Reason.BLOCKED_SENDER: _("Its sender is on your list of suspended senders."),
    Reason.MARKED_SPAM: _("A filter on the way marked it as spam."),
    Reason.NOT_PROVEN: _(
        "The owner of the sender's domain asks to refuse mail that proves nothing, as this one."
    ),
    Reason.PROOF_WANTED: _(
        "Your list lets this sender in only when SPF, DKIM or DMARC proves them; nothing did here."
    ),
    Reason.SAME_MESSAGE: _("The same message already arrived another way and is on its ticket."),
    Reason.RAW_MISSING: _("The stored raw mail is missing. Tell whoever runs this installation."),
    Reason.CRASHED: _("Reading it stopped the worker several times, so it is left unopened."),
    Reason.REFUSED: _("The desk refused it. The technical text below says why."),
    Reason.BROKE: _("Something broke while it was read. The raw mail is safe; try it again."),
    Reason.TOO_LARGE: _("It is larger than this installation takes and was left in the mailbox."),
    Reason.NOT_HANDED_OUT: _("The mailbox's server would not hand it out; it was left there."),
    Reason.TEST: _("Onque sent it to test the connection, so it becomes no ticket."),
    Reason.FORWARD_CONFIRMATION: _(
        "A provider asks whether it may forward here. Its code is shown with the address."
    ),
    Reason.BOMB: _(
        "It is built to hold up whoever reads it, so it was not opened. The raw mail is safe."
    ),
}

LANDINGS: Mapping[str, Label] = {
    Why.REPLY_ADDRESS: _("It came to this ticket's signed reply address."),
    Why.REPLIED_TO: _("It answers a message of this ticket."),
    Why.REFERENCED: _("It refers to a message of this ticket."),
    Why.SIGNED_ID: _("It refers to a mail that we sent on this ticket, by its signed id."),
    Why.MENTIONED: _("It refers to a message that this ticket's messages referred to."),
    Why.ANSWERED_BEFORE: _("An answer to it was on this ticket already."),
    Why.SUBJECT_NUMBER: _("Its subject has this ticket's number, and the sender takes part in it."),
    Why.REPORTED: _("It reports on the delivery of a message of this ticket."),
    Why.BOUNCE_ADDRESS: _("It came to the return address of a mail of this ticket."),
    Why.SIDE_THREAD: _("It answers a message that was forwarded to its sender."),
    Why.BY_HAND: _("A member put it here."),
    Why.FORGED: _("New ticket: its reply address was forged, so it counts for nothing."),
    Why.FORGED_ID: _("New ticket: it refers to a message id that this workspace did not sign."),
    Why.FOREIGN: _("New ticket: its reply address belongs to another workspace."),
    Why.UNKNOWN_TICKET: _("New ticket: the ticket that it answers is not here any more."),
    Why.NOTHING_KNOWN: _("New ticket: it refers to nothing we know."),
}

MARKS: Mapping[str, Label] = {
    Mark.STRANGER: _("The sender did not take part in this ticket before."),
    Mark.OTHER_BRAND: _("It was written to an address of another brand."),
    Mark.MERGED: _("The ticket that it answers was merged into this one."),
    Mark.CLOSED: _("The ticket that it answers is closed, so this one follows it."),
    Mark.TRASHED: _("The ticket that it answers is in the trash, so this one follows it."),
    Mark.SPAM: _("The ticket is spam and stays there."),
    Mark.BLOCKED: _("The sender is blocked, so the ticket is spam."),
    Mark.BY_MEMBER: _("A colleague sent it from their own mailbox: only colleagues see it."),
}
MARK_NAMES: Mapping[str, Label] = {
    Mark.STRANGER: _("Did not take part before"),
    Mark.OTHER_BRAND: _("To another brand"),
    Mark.BY_MEMBER: _("By mail"),
}
"""Those that are seen without unfolding, in short."""
OUTGOING: Mapping[str, Label] = {
    "queued": _("Waiting to be sent"),
    "claimed": _("Being sent"),
    "sending": _("Being sent"),
    "sent": _("Sent"),
    "failed": _("Not sent"),
    "unsure": _("Perhaps sent"),
    "stopped": _("Stopped"),
}

RESULTS: Mapping[str, Label] = {
    "pass": _("passed"),
    "fail": _("failed"),
    "softfail": _("failed"),
    "none": _("none"),
    "neutral": _("neutral"),
    "temperror": _("could not be checked"),
    "permerror": _("could not be checked"),
}

SCOPES: Mapping[str, Label] = {
    Scope.ADDRESS: _("Mail to one address"),
    Scope.TICKET: _("Mail of one ticket"),
    Scope.BRAND: _("Mail of one brand"),
    Scope.TENANT: _("Mail of the whole workspace"),
    Scope.ACCOUNT: _("Account mail to one person"),
}

ALARM_ACTS: Mapping[str, tuple[str, Label]] = {
    "unbalanced": ("mail:balance", _("Balance")),
    "stuck": ("mail:balance", _("Balance")),
    "refused": ("mail:addresses", _("Look at the mailbox")),
    "stopped": ("mail:stops", _("Look and resume")),
}
"""Where something can be done about an alarm, and what the way there is called."""

KINDS: Mapping[str, Label] = {
    "acknowledgement": _("Acknowledgement"),
    "survey": _("Survey"),
    "password": _("Password"),
    "invitation": _("Invitation"),
    "alarm": _("Notice to members"),
}

BADGES: Mapping[str, str] = {
    Reason.BROKE: "danger",
    Reason.CRASHED: "danger",
    Reason.RAW_MISSING: "danger",
    Reason.REFUSED: "danger",
    Reason.NO_SENDER: "warn",
    Reason.TOO_LARGE: "warn",
    Reason.NOT_HANDED_OUT: "warn",
    Reason.BOMB: "danger",
    Reason.OWN_ADDRESS: "warn",
    Reason.BLOCKED_SENDER: "warn",
    Reason.MARKED_SPAM: "warn",
    Reason.NOT_PROVEN: "warn",
    Reason.PROOF_WANTED: "warn",
    "failed": "danger",
    "unsure": "warn",
}
