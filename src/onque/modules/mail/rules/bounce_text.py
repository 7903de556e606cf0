"""Reading a delivery report that only has words: whom it speaks of, and of which message."""

from __future__ import annotations

import re

from onque.modules.mail.rules import bounce_words

_NOT = r"\s<>,;:\"'()\[\]{}|=*（）「」『』、。，：；"
_ADDRESS = rf"[^{_NOT}]+@[^{_NOT}]+\.[A-Za-z0-9-]{{2,}}"
_ANY = re.compile(rf"({_ADDRESS})")
_AT_START = re.compile(
    r"^[ \t>*•·-]{0,12}(?:smtp:|rfc822;|mailto:)?"
    rf"[<\"'\[(]{{0,2}}({_ADDRESS})[>\"'\])]{{0,2}}(?:,\s)?[ \t]*"
    r"(?=:|;|\.\.\.|$|\(|<|-|\[|#|on\s|\"|is\s|was\s|has\s|invalid|unknown|not\s|user|mailbox|"
    r"over|\s{2}|failed|의|は|을|를)",
    re.MULTILINE | re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<![\w@.-])(?:recipient(?:\s+address)?|rcpt\s+to|to|user|address(?:ee)?|mailbox|account|for|destination|"
    r"error-for|deliver(?:y|ed)?\s+to|message\s+to|final-recipient|original-recipient|수신자|"
    r"받는\s*사람|받는이|수신인|宛先|"
    r"收件人|收件者|destinatario|destinatário|destinataire|empfänger|получател[ью]\w*)(?:\(s\)|"
    r"s)?(?:\s+address)?(?!\w)[ \t]{0,3}"
    rf"(?:\s(?:is|was))?[:：;]?\s{{0,24}}(?:rfc822;\s*|smtp:)?[<\"'\[(]{{0,2}}({_ADDRESS})",
    re.IGNORECASE,
)
_CODED = re.compile(
    rf"\b[45]\d\d[ -](?:#?[45]\.\d+\.\d+\s+)?[<\"'(]{{0,2}}({_ADDRESS})",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(
    r"^[ \t]*(?:from|sender|reply-to|return-path|subject|date|sent|message-id|cc|received|"
    r"mail\s+from|>>>\s*mail\s+from|보낸\s*사람|발신|差出人|发件人)"
    r"\s{0,3}[:：<].*$",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(
    r"^[ \t>]*message-id:\s*<?([^<>\s]+@[^<>\s]+)>?", re.IGNORECASE | re.MULTILINE
)
_TO_LINE = re.compile(
    rf"^[ \t>]*to[ \t]*:[^\n]{{0,200}}?({_ADDRESS})",
    re.IGNORECASE | re.MULTILINE,
)
_SYSTEM = re.compile(r"^(?:postmaster|mailer-?daemon)@", re.IGNORECASE)
MAX_RECIPIENTS = 50
_MAX_EXPLANATION = 20_000


def explanation(text: str) -> str:
    """What the server says, without the copy of the message below it."""
    found = bounce_words.ORIGINAL.search(text)
    above = text[: found.start()] if found else text
    return (above if above.strip() else text)[:_MAX_EXPLANATION]


def recipients(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Addresses of which a report says that they were not reached.

    ``known`` are addresses of the report's own head, in lower case: they count only when no other
    is named.
    """
    said = _HEADER_LINE.sub("", explanation(text))
    groups = (
        _AT_START.findall(said),
        _CODED.findall(said),
        _NAMED.findall(said),
        _ANY.findall(said),
    )
    for group in groups:
        strangers = _tidy(group, known)
        if strangers:
            return strangers
    copied = _TO_LINE.findall(text)
    return _tidy(copied, known) or next((own for g in groups if (own := _tidy(g, frozenset()))), ())


def message_id(text: str) -> str:
    """The id of the message that a report has copied into its words."""
    found = _MESSAGE_ID.search(text)
    return found[1][:900] if found else ""


def _tidy(found: list[str], known: frozenset[str]) -> tuple[str, ...]:
    named: dict[str, str] = {}
    for item in found:
        address = item.strip("<>.'\"").removeprefix("mailto:")
        lower = address.lower()
        if lower not in known and not _SYSTEM.match(lower):
            named.setdefault(lower, address)
    return tuple(named.values())[:MAX_RECIPIENTS]
