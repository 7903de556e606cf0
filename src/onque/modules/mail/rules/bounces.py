"""Delivery reports: the standard ones, and those that only look like one to a reader.

Source: RFC 3464 (delivery status), RFC 3463 (status codes), RFC 6522 (multipart/report).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onque.modules.mail.rules import headers
from onque.modules.mail.rules.headers import Headers
from onque.modules.mail.rules.parsed import AutoKind, Automatic, Bounce

_SENDER = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|bounces?|microsoftexchange\w+)(?:[+@._-]|$)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver(?:ed|able)|delivery\s+(?:status\s+notification|failure|has\s+failed|report)|"
    r"returned\s+mail|mail\s+(?:delivery\s+(?:failed|failure|system)|could\s+not\s+be\s+delivered)|"
    r"failure\s+notice|could\s+not\s+send\s+message|message\s+not\s+delivered|non[\s-]?remis|"
    r"unzustellbar|unzustellbare|zustellung|no\s+se\s+puede\s+entregar|nicht\s+zugestellt|"
    r"недоставленн|не\s+доставлено|배달(?:되지|\s*실패|\s*못한)|전송(?:되지|\s*실패)|반송|발송\s*실패|"
    r"配信(?:不能|不可|できません|エラー)|送信できません|退信|无法投递|投递失败|delayed",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"could\s+not\s+be\s+delivered|did\s+not\s+reach\s+the\s+following|undeliverable|"
    r"user\s+unknown|unknown\s+(?:user|recipient)|no\s+such\s+user|mailbox\s+(?:full|unavailable|not\s+found)|"
    r"recipient\s+(?:address\s+rejected|name\s+is\s+not\s+recognized)|permanent\s+(?:fatal\s+)?error|"
    r"delivery\s+(?:to\s+the\s+following|has\s+failed)|배달할\s*수\s*없|수신자를\s*찾을\s*수\s*없|"
    r"存在しません|不存在",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"will\s+(?:keep\s+trying|be\s+retried|continue)|still\s+(?:undelivered|trying)|delayed|"
    r"warning\s+message\s+only|mailbox\s+full.{0,80}deferred",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]+\.[A-Za-z]{2,}"
_AT_LINE_START = re.compile(rf"^\s*<?({_ADDRESS})>?\s*(?::|\bon\b|$|\.\.\.)", re.MULTILINE)
_ANY_ADDRESS = re.compile(rf"({_ADDRESS})")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_TRIGGER = re.compile(
    r"following\s+(?:recipient|address)|could\s+not\s+be\s+delivered|did\s+not\s+reach|failed\s+recipient|"
    r"permanent\s+(?:fatal\s+)?error|wasn't\s+delivered|rejected\s+your\s+message",
    re.IGNORECASE,
)
_MAX_RECIPIENTS = 50
_DEEPEST = 20


def find(message: Headers, text: str) -> Automatic | None:
    """The delivery report a mail is, or None."""
    fields = _report_fields(message)
    if fields:
        return _standard(message, fields, text)
    sender = headers.addresses(message, "From")
    local = sender[0].address if sender else ""
    empty_path = headers.first(message, "Return-Path").strip() == "<>"
    from_system = (
        bool(_SENDER.match(local)) or "mailer-daemon" in headers.first(message, "From").lower()
    )
    subject = headers.text(message, "Subject")
    says_so = bool(_SUBJECT.search(subject))
    failed = headers.first(message, "X-Failed-Recipients")
    if failed and (from_system or says_so):
        return _worded(message, text, "X-Failed-Recipients", tuple(_ANY_ADDRESS.findall(failed)))
    if (from_system or empty_path) and says_so and _BODY.search(text):
        return _worded(
            message, text, "the sender, the subject and the words of a delivery report", ()
        )
    if from_system and empty_path and _BODY.search(text):
        return _worded(message, text, "an empty return path and the words of a delivery report", ())
    return None


def parts_of(message: Headers, kind: str) -> list[Headers]:
    """Parts of a type, not looking into enclosed messages."""
    return [part for part in _own_parts(message, depth=0) if part.get_content_type() == kind]


def _own_parts(part: Headers, *, depth: int) -> Iterator[Headers]:
    yield part
    if part.get_content_maintype() == "multipart" and depth < _DEEPEST:
        for child in headers.children(part):
            yield from _own_parts(child, depth=depth + 1)


def _report_fields(message: Headers) -> list[dict[str, str]]:
    """One mapping of lower-case fields for each recipient block of the delivery status."""
    blocks: list[dict[str, str]] = []
    for part in parts_of(message, "message/delivery-status"):
        blocks.extend(
            {name.lower(): headers.clean(str(value)) for name, value in block.raw_items()}
            for block in headers.children(part)
        )
        payload = part.get_payload()
        if isinstance(payload, str):
            blocks.extend(_loose_fields(payload))
    return [block for block in blocks if "final-recipient" in block or "action" in block]


def _loose_fields(payload: str) -> list[dict[str, str]]:
    blocks = []
    for chunk in re.split(r"\n\s*\n", payload):
        pairs = (line.partition(":") for line in chunk.splitlines() if ":" in line)
        blocks.append({name.strip().lower(): value.strip() for name, _, value in pairs})
    return blocks


def _standard(message: Headers, fields: list[dict[str, str]], text: str) -> Automatic | None:
    bad = [
        block for block in fields if block.get("action", "failed").lower() in {"failed", "delayed"}
    ]
    if not bad:
        return Automatic(
            AutoKind.RECEIPT, "a report that a message was delivered", suppress_answer=True
        )
    recipients = dict.fromkeys(_recipient(block) for block in bad)
    recipients.pop("", None)
    statuses = [found[1] for block in bad if (found := _STATUS.search(block.get("status", "")))]
    delayed = all(block.get("action", "").lower() == "delayed" for block in bad)
    status = statuses[0] if statuses else ""
    permanent = not delayed and not status.startswith("4")
    bounce = Bounce(
        recipients=tuple(recipients) or _worded_recipients(message, text),
        permanent=permanent,
        status=status,
        diagnostic=next((b["diagnostic-code"] for b in bad if b.get("diagnostic-code")), "")[:500],
        message_id=_reported_id(message),
    )
    return Automatic(
        AutoKind.BOUNCE, "a delivery status report", suppress_answer=True, bounce=bounce
    )


def _recipient(block: dict[str, str]) -> str:
    value = block.get("original-recipient") or block.get("final-recipient", "")
    return value.partition(";")[2].strip().strip("<>") or value.strip().strip("<>")


def _worded(message: Headers, text: str, why: str, recipients: tuple[str, ...]) -> Automatic:
    status = _STATUS.search(text)
    code = status[1] if status else ""
    subject = headers.text(message, "Subject")
    bounce = Bounce(
        recipients=recipients or _worded_recipients(message, text),
        permanent=not (code.startswith("4") or _LATER.search(f"{subject}\n{text}")),
        status=code,
        diagnostic=_diagnostic(text),
        message_id=_reported_id(message),
    )
    return Automatic(AutoKind.BOUNCE, why, suppress_answer=True, bounce=bounce)


def _worded_recipients(message: Headers, text: str) -> tuple[str, ...]:
    """Addresses that the report's words name, without the reporter and the one it was sent to."""
    trigger = _TRIGGER.search(text)
    below = text[trigger.end() :] if trigger else text
    found = (
        _AT_LINE_START.findall(below) or _AT_LINE_START.findall(text) or _ANY_ADDRESS.findall(below)
    )
    others = {
        a.address.lower() for name in ("From", "To") for a in headers.addresses(message, name)
    }
    named = dict.fromkeys(item for item in found if not item.lower().startswith("postmaster@"))
    strangers = [item for item in named if item.lower() not in others]
    return tuple((strangers or list(named))[:_MAX_RECIPIENTS])


def _diagnostic(text: str) -> str:
    found = re.search(r"^.*\b[45]\d\d[ -].*$", text, re.MULTILINE) or _BODY.search(text)
    return headers.clean(found[0])[:500] if found else ""


def _reported_id(message: Headers) -> str:
    for kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
        for part in parts_of(message, kind):
            inner = next(headers.children(part), None)
            payload = part.get_payload()
            if inner is not None:
                ids = headers.message_ids(inner, "Message-ID")
            else:
                content = payload if isinstance(payload, str) else ""
                found = re.search(
                    r"^message-id:\s*<([^<>\s]+)>", content, re.IGNORECASE | re.MULTILINE
                )
                ids = (found[1],) if found else ()
            if ids:
                return ids[0]
    return ""
