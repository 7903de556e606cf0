"""Read receipts, complaints that providers report, and answers to invitations.

Source: RFC 8098 (disposition notifications); RFC 5965 and 6650 (feedback reports); RFC 5546 (iTIP).
"""

from __future__ import annotations

import re

from onque.modules.mail.rules import auto_words, bounces, headers, report_parts
from onque.modules.mail.rules.headers import Headers
from onque.modules.mail.rules.parsed import AutoKind, Automatic, Feedback

_ADDRESS = re.compile(r"[^\s<>,;\"()\[\]]+@[^\s<>,;\"()\[\]]+")
_METHOD = re.compile(r"^METHOD:\s*(REPLY|COUNTER|DECLINECOUNTER)\s*$", re.IGNORECASE | re.MULTILINE)
_PARTSTAT = re.compile(r"PARTSTAT=([A-Z-]{4,20})", re.IGNORECASE)
_MAX_READ = 100_000
_MAX_RECIPIENTS = 50


def find_receipt(message: Headers, text: str) -> Automatic | None:
    """A report that a message was displayed, deleted unread or the like, or None."""
    kind = headers.parameter(message, "Content-Type", "report-type").lower()
    parts = report_parts.parts_of(
        message, "message/disposition-notification", "message/global-disposition-notification"
    )
    if kind == "disposition-notification" or parts:
        return _receipt(f"a report that a message was {_disposition(parts)}")
    subject = headers.text(message, "Subject")
    if auto_words.READ_SUBJECT.match(subject) and auto_words.READ_BODY.search(text[:_MAX_READ]):
        return _receipt("the subject and the words of a read receipt")
    return None


def _receipt(why: str) -> Automatic:
    return Automatic(AutoKind.RECEIPT, why, suppress_answer=True)


def _disposition(parts: list[Headers]) -> str:
    for part in parts:
        found = re.search(
            r"^disposition:\s*[^;\n"
            r"]*;\s*([a-z-]+)",
            _content(part),
            re.IGNORECASE | re.MULTILINE,
        )
        if found:
            return found[1].lower()
    return "displayed"


def find_feedback(message: Headers, _text: str) -> Automatic | None:
    """A complaint or the like that a provider reports about one of our messages, or None."""
    kind = headers.parameter(message, "Content-Type", "report-type").lower()
    parts = report_parts.parts_of(message, "message/feedback-report")
    microsoft = headers.first(message, "X-HmXmrOriginalRecipient")
    if kind != "feedback-report" and not parts and not microsoft:
        return None
    fields: dict[str, str] = {}
    for part in parts:
        for block in report_parts.loose_fields(_content(part)):
            fields = {**block, **fields}
    named = _ADDRESS.findall(
        " ".join(
            (_all_of(parts, "Original-Rcpt-To"), fields.get("removal-recipient", ""), microsoft)
        )
    )
    said = fields.get("feedback-type", "abuse").strip().lower()[:40]
    feedback = Feedback(
        kind=said,
        recipients=tuple(dict.fromkeys(named))[:_MAX_RECIPIENTS] or _returned_to(message),
        message_id=bounces.reported_id(message, ""),
    )
    why = f"a feedback report: {said}"
    return Automatic(AutoKind.AUTO, why, suppress_answer=True, feedback=feedback)


def _all_of(parts: list[Headers], name: str) -> str:
    pattern = re.compile(rf"^{name}:(.*)$", re.IGNORECASE | re.MULTILINE)
    return " ".join(value for part in parts for value in pattern.findall(_content(part)))


def _returned_to(message: Headers) -> tuple[str, ...]:
    return tuple(
        item.address
        for part in report_parts.parts_of(message, "message/rfc822", "text/rfc822-headers")
        for inner in list(headers.children(part))[:1]
        for item in headers.addresses(inner, "To")
    )[:_MAX_RECIPIENTS]


def calendar_answer(message: Headers) -> str:
    """Why a mail is a calendar's answer to an invitation; empty where it is none."""
    for part in report_parts.parts_of(message, "text/calendar", "application/ics"):
        method = headers.parameter(part, "Content-Type", "method").lower()
        content = _content(part) if part.get_content_disposition() != "attachment" or method else ""
        if method in {"reply", "counter", "declinecounter"} or _METHOD.search(content):
            state = _PARTSTAT.search(content)
            return f"an answer to an invitation{f': {state[1].lower()}' if state else ''}"
    return ""


def _content(part: Headers) -> str:
    """The fields of a report part as they stand, whether or not the reader opened it."""
    return part.content()[:_MAX_READ].decode("utf-8", "replace").replace("\r", "")
