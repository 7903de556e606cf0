"""Delivery reports: the standard ones, and those that only look like one to a reader.

Source: RFC 3464 (delivery status), RFC 3463 (status codes), RFC 6522 (multipart/report).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onque.modules.mail.rules import bounce_reasons, bounce_text, bounce_words, headers
from onque.modules.mail.rules.headers import Headers
from onque.modules.mail.rules.parsed import AutoKind, Automatic, Bounce, BounceCategory
from onque.modules.mail.rules.report_parts import parts_of, report_fields

_ADDRESS = re.compile(r"[^\s<>,;\"()\[\]]+@[^\s<>,;\"()\[\]]+")
_BAD_ACTIONS = re.compile(
    r"fail|delay|undeliver|bounce|reject|expire|return|transient|"
    r"error",
    re.IGNORECASE,
)
_MAX_LOOSE = 100_000
_MAX_SAID = 500
_RETURNED_KINDS = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/partial",
)


def find(message: Headers, text: str) -> Automatic | None:
    """The delivery report a mail is, or None."""
    clues = _Clues(message)
    fields = report_fields(message) if clues.speaks_as_report else []
    if fields:
        return _standard(message, fields, text)
    if clues.answered or not (clues.speaks_as_report or clues.flagged):
        return None
    return _by_words(message, text, clues)


class _Clues:
    """What the head of a mail says for and against its being a report."""

    def __init__(self, message: Headers) -> None:
        sender = headers.addresses(message, "From")
        self.subject = headers.text(message, "Subject")
        self.answered = bool(bounce_words.ANSWERED.match(self.subject))
        local = sender[0].address if sender else headers.first(message, "From").strip("<> ")
        self.from_daemon = _is_daemon(local, headers.first(message, "From"))
        named = bool(sender and bounce_words.SENDER_NAME.search(sender[0].name))
        nobody = headers.first(message, "From").strip() == "<>"
        self.from_system = (
            self.from_daemon or named or nobody or bool(bounce_words.SENDER.match(local))
        )
        self.empty_path = _has_empty_path(message)
        self.says_so = bool(bounce_words.SUBJECT.search(self.subject))
        self.says_strongly = bool(bounce_words.SUBJECT_STRONG.match(self.subject))
        self.failed = headers.first(message, "X-Failed-Recipients")
        kind = headers.parameter(message, "Content-Type", "report-type").lower()
        self.is_report = kind == "delivery-status" or (
            not kind and message.get_content_type() == "multipart/report"
        )
        self.flagged = bool(
            headers.first(message, "X-MS-Exchange-Message-Is-Ndr").strip() or self.failed
        )
        submitted = headers.first(message, "Auto-Submitted").strip().lower()
        self.automatic = submitted.startswith("auto-")

    @property
    def speaks_as_report(self) -> bool:
        """Whether a part with delivery fields is this mail's own, and not one passed on."""
        if self.is_report:
            return True
        return not self.answered and (self.from_system or self.empty_path or self.says_so)


def _is_daemon(local: str, sender: str) -> bool:
    return bool(re.match(r"mailer-?daemon|mail-?daemon", local, re.IGNORECASE)) or (
        "mailer-daemon" in sender.lower()
    )


def _has_empty_path(message: Headers) -> bool:
    path = headers.first(message, "Return-Path").strip().lower()
    return path in {"<>", "<<>>", "<mailer-daemon>"} or path.startswith("<mailer-daemon@")


def _by_words(message: Headers, text: str, clues: _Clues) -> Automatic | None:
    why = _why(clues, said=bool(bounce_words.BODY.search(text)))
    return _worded(message, text, why) if why else None


def _why(clues: _Clues, *, said: bool) -> str:
    """What makes a mail without delivery fields a report; empty where too little does."""
    from_machine = clues.from_system or clues.empty_path
    tests = (
        (clues.failed and (from_machine or clues.says_so), "X-Failed-Recipients"),
        (clues.flagged and (from_machine or clues.says_so), "a header of non-delivery"),
        (clues.is_report and (said or clues.says_so), "a delivery report without its fields"),
        (
            from_machine and clues.says_so and said,
            "the sender, the subject and the words of a delivery report",
        ),
        (
            clues.from_system and clues.empty_path and said,
            "an empty return path and the words of a delivery report",
        ),
        (
            clues.from_daemon and (said or clues.says_strongly),
            "the mail daemon's address and the words of a delivery report",
        ),
        (
            (clues.from_system or clues.automatic) and clues.says_strongly,
            "the sender and the subject of a delivery report",
        ),
    )
    return next((why for holds, why in tests if holds), "")


def _standard(message: Headers, fields: list[dict[str, str]], text: str) -> Automatic | None:
    bad = [block for block in fields if _BAD_ACTIONS.search(block.get("action", "failed"))]
    if not bad:
        action = fields[0].get("action", "delivered")[:40].lower()
        return Automatic(
            AutoKind.RECEIPT, f"a report that a message was {action}", suppress_answer=True
        )
    failed = [block for block in bad if "delay" not in block.get("action", "").lower()]
    bad = failed or bad
    named = dict.fromkeys(_recipient(block) for block in bad)
    named.pop("", None)
    status, said = _status_of(bad), _said_by(bad)
    status = status or bounce_reasons.status_in(bounce_text.explanation(text))
    bounce = Bounce(
        recipients=tuple(named) or _failed_field(message) or _worded_recipients(message, text),
        permanent=bool(failed) and not status.startswith("4"),
        status=status,
        diagnostic=said or bounce_reasons.said_in(bounce_text.explanation(text)),
        message_id=reported_id(message, text),
        given_up=bool(failed),
        category=bounce_reasons.category(
            status, said or bounce_text.explanation(text), delayed=not failed
        ),
    )
    why = "a delivery status report" if failed else "a delivery status report of a delay"
    return Automatic(AutoKind.BOUNCE, why, suppress_answer=True, bounce=bounce)


def _status_of(blocks: list[dict[str, str]]) -> str:
    """The most telling status: one from the server's own words where the field is vague."""
    stated = next(filter(None, (bounce_reasons.status_in(b.get("status", "")) for b in blocks)), "")
    if stated and not stated.endswith(".0.0"):
        return stated
    said = " ".join(block.get("diagnostic-code", "") for block in blocks)
    return bounce_reasons.status_in(said) or stated


def _said_by(blocks: list[dict[str, str]]) -> str:
    said = next((b["diagnostic-code"] for b in blocks if b.get("diagnostic-code")), "")
    return headers.clean(
        re.sub(
            r"^(?:smtp|x-[\w-]+|dns|"
            r"x400)\s*;\s*",
            "",
            said,
            flags=re.IGNORECASE,
        )
    )[:_MAX_SAID]


def _recipient(block: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = _ADDRESS.search(block.get(name, "").partition(";")[2] or block.get(name, ""))
        if found:
            return found[0].strip("<>.,")
    return ""


def _failed_field(message: Headers) -> tuple[str, ...]:
    named = _ADDRESS.findall(headers.first(message, "X-Failed-Recipients"))
    return tuple(dict.fromkeys(named))[: bounce_text.MAX_RECIPIENTS]


def _worded(message: Headers, text: str, why: str) -> Automatic:
    said = bounce_text.explanation(text)
    subject = headers.text(message, "Subject")
    status = bounce_reasons.status_in(said)
    later = bool(bounce_words.LATER.search(f"{subject}\n{said}"))
    kind = status[:1] or bounce_reasons.reply_class(said)
    category = bounce_reasons.category(status, f"{said}\n{subject}", delayed=later)
    soft = kind == "4" or (
        not kind and category is BounceCategory.MAILBOX_FULL and "temporar" in said.lower()
    )
    bounce = Bounce(
        recipients=_failed_field(message) or _worded_recipients(message, text),
        permanent=not (later or soft),
        status=status,
        diagnostic=bounce_reasons.said_in(said) or _first_words(said),
        message_id=reported_id(message, text),
        given_up=not later,
        category=category,
    )
    return Automatic(AutoKind.BOUNCE, why, suppress_answer=True, bounce=bounce)


def _first_words(said: str) -> str:
    found = bounce_words.BODY.search(said)
    if not found:
        return ""
    start = said.rfind("\n", 0, found.start()) + 1
    end = said.find("\n", found.end())
    return headers.clean(said[start : end if end > 0 else None])[:_MAX_SAID]


def _worded_recipients(message: Headers, text: str) -> tuple[str, ...]:
    """Addresses the words name; else the one the returned copy was sent to."""
    known = frozenset(
        item.address.lower() for name in ("From", "To") for item in headers.addresses(message, name)
    )
    named = bounce_text.recipients(text, known)
    if named and not all(item.lower() in known for item in named):
        return named
    copied = [item.address for part in _returned(message) for item in headers.addresses(part, "To")]
    return tuple(copied[: bounce_text.MAX_RECIPIENTS]) or named


def _returned(message: Headers) -> Iterator[Headers]:
    """The head of the message that came back, where it did."""
    for part in parts_of(message, *_RETURNED_KINDS):
        yield from list(headers.children(part))[:1]


def reported_id(message: Headers, text: str) -> str:
    """Message-ID of the message a report speaks of, from the returned copy, then from the words."""
    for inner in _returned(message):
        ids = headers.message_ids(inner, "Message-ID")
        if ids:
            return ids[0]
    for part in parts_of(message, *_RETURNED_KINDS):
        payload = part.get_payload()
        found = bounce_text.message_id(payload[:_MAX_LOOSE]) if isinstance(payload, str) else ""
        if found:
            return found
    referred = headers.message_ids(message, "In-Reply-To") or headers.message_ids(
        message, "References"
    )
    return bounce_text.message_id(text) or (referred[-1] if referred else "")
