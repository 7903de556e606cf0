"""Why a received mail did not simply become a message: codes, and the words people read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Codes kept in the ledger."""

    NONE = ""
    NO_SENDER = "no_sender"
    OWN_ADDRESS = "own_address"
    REPORT_ON_NOTHING = "report_on_nothing_known"
    BLOCKED_SENDER = "blocked_sender"
    MARKED_SPAM = "marked_spam"
    NOT_PROVEN = "sender_not_proven"
    PROOF_WANTED = "proof_wanted"
    SAME_MESSAGE = "same_message"
    RAW_MISSING = "raw_missing"
    CRASHED = "reading_crashed"
    REFUSED = "refused"
    BROKE = "broke"
    TOO_LARGE = "too_large"
    NOT_HANDED_OUT = "not_handed_out"
    TEST = "test"
    FORWARD_CONFIRMATION = "forward_confirmation"
    BOMB = "bomb"


WORDS: Mapping[str, str] = {
    Reason.NO_SENDER: "The mail names no sender, so there is nobody to answer.",
    Reason.OWN_ADDRESS: "It was sent from one of your own support addresses.",
    Reason.REPORT_ON_NOTHING: "A delivery report about a message we do not know.",
    Reason.BLOCKED_SENDER: "Its sender is on your list of suspended senders.",
    Reason.MARKED_SPAM: "A filter on the way marked it as spam.",
    Reason.NOT_PROVEN: "The sender's domain asks to refuse such mail: it proved nothing (DMARC).",
    Reason.PROOF_WANTED: "The list lets the sender in only when proven, and nothing proved it.",
    Reason.SAME_MESSAGE: "The same message already arrived another way.",
    Reason.RAW_MISSING: "The stored raw mail is missing.",
    Reason.CRASHED: "Reading it stopped the worker several times.",
    Reason.REFUSED: "The desk refused it.",
    Reason.BROKE: "Something broke while it was read. The raw mail is safe.",
    Reason.TOO_LARGE: "It is larger than this installation takes and was left in the mailbox.",
    Reason.NOT_HANDED_OUT: "The mailbox's server would not hand it out; it was left there.",
    Reason.TEST: "It was sent to test the connection.",
    Reason.FORWARD_CONFIRMATION: "A provider asks whether it may forward to this address.",
    Reason.BOMB: (
        "It is built to hold up whoever reads it, so it was not opened. The raw mail is safe."
    ),
}
