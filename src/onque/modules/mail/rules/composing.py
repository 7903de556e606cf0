"""Writing a mail: from what is to be said to the bytes that go out.

Source: RFC 5322; RFC 3834 (Auto-Submitted); RFC 2369 and 8058 (List-Unsubscribe). The fields with
message ids are folded here, one id a line: the library would encode long ones as words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from html import escape

from onque.modules.mail.rules.addresses import comparable
from onque.modules.mail.rules.headers import bare_id, clean
from onque.modules.mail.rules.parsed import Attachment, MailAddress
from onque.modules.mail.rules.replies import MARKER_SIGN

MAX_REFERENCES = 20
_MARKERS = {
    "ko": f"{MARKER_SIGN} 이 줄 위에 답장을 적어 주세요 -##",
    "en": f"{MARKER_SIGN} Please write your answer above this line -##",
}
_WROTE = {"ko": "{when} {who}님이 작성:", "en": "On {when}, {who} wrote:"}


@dataclass(frozen=True)
class Exchange:
    """The last thing said before, to be quoted below."""

    author: str
    written_at: datetime
    """In the time zone to show."""
    text: str


@dataclass(frozen=True)
class Outgoing:
    """One mail to write. Message ids stand without brackets; ``locale`` is "ko" or "en"."""

    message_id: str
    sender: MailAddress
    to: tuple[MailAddress, ...]
    subject: str
    text: str
    date: datetime
    locale: str = "ko"
    html: str = ""
    """Sanitised HTML of the same words; made from the text when empty."""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: str = ""
    """"auto-replied" for an answer, "auto-generated" for anything else a program sends."""
    with_marker: bool = False
    quoted: Exchange | None = None
    attachments: tuple[Attachment, ...] = ()
    list_unsubscribe: str = ""


def sender_name(person: str, brand: str) -> str:
    """How our mails are signed in From: "Name (Brand)", or the brand alone."""
    person, brand = clean(person), clean(brand)
    return f"{person} ({brand})" if person and brand else person or brand


def reply_subject(subject: str) -> str:
    """The subject of an answer; clients thread by it once the "Re:" is taken off."""
    line = clean(subject)
    return line if line.lower().startswith("re:") else f"Re: {line}"


def next_references(references: tuple[str, ...], answered: str) -> tuple[str, ...]:
    """References of an answer: the ones so far and the answered id, the first always kept.

    Source: RFC 5322, 3.6.4.
    """
    ids = tuple(dict.fromkeys(item for item in (*references, answered) if item))
    return ids if len(ids) <= MAX_REFERENCES else ids[:1] + ids[1 - MAX_REFERENCES :]


def compose(mail: Outgoing) -> bytes:
    """The mail as it goes over the wire, CRLF line ends.

    The same input gives the same words; only the MIME boundaries differ.
    """
    message = EmailMessage(policy=SMTPUTF8 if needs_utf8(mail) else SMTP)
    message["From"] = _address(mail.sender)
    message["To"] = tuple(_address(item) for item in mail.to)
    message["Subject"] = clean(mail.subject)
    message["Date"] = format_datetime(mail.date)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    if mail.automatic:
        message["Auto-Submitted"] = mail.automatic
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_plain(mail), cte="base64" if not mail.text.isascii() else None)
    message.add_alternative(_markup(mail), subtype="html", cte="base64")
    for item in mail.attachments:
        kind, _, subtype = item.content_type.partition("/")
        message.add_attachment(
            item.content,
            maintype=kind or "application",
            subtype=subtype or "octet-stream",
            filename=clean(item.name),
        )
    return _identifying_fields(mail) + message.as_bytes()


def needs_utf8(mail: Outgoing) -> bool:
    """Whether an address has letters that need SMTPUTF8. Source: RFC 6531."""
    found = (mail.sender, *mail.to)
    return not all(item.address.rpartition("@")[0].isascii() for item in found)


def _identifying_fields(mail: Outgoing) -> bytes:
    lines = [f"Message-ID: <{bare_id(mail.message_id)}>"]
    if mail.in_reply_to:
        lines.append(f"In-Reply-To: <{bare_id(mail.in_reply_to)}>")
    if mail.references:
        ids = "\r\n ".join(f"<{bare_id(item)}>" for item in mail.references)
        lines.append(f"References: {ids}")
    if mail.list_unsubscribe:
        lines.append(f"List-Unsubscribe: <{clean(mail.list_unsubscribe)}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return ("\r\n".join(lines) + "\r\n").encode("utf-8", "replace")


def _address(item: MailAddress) -> Address:
    local, _, domain = item.address.rpartition("@")
    ascii_domain = comparable(f"x@{domain}").rpartition("@")[2]
    return Address(display_name=clean(item.name), username=local, domain=ascii_domain)


def _plain(mail: Outgoing) -> str:
    parts = [_marker(mail)] if mail.with_marker else []
    parts.append(mail.text.strip())
    if mail.quoted:
        quoted = "\n".join(f"> {line}".rstrip() for line in mail.quoted.text.strip().split("\n"))
        parts.append(f"{_introduction(mail, mail.quoted)}\n{quoted}")
    return "\n\n".join(parts) + "\n"


def _markup(mail: Outgoing) -> str:
    """Plain HTML that every client shows alike; styles stand on the elements, as mail needs."""
    body = mail.html or _paragraphs(mail.text)
    head = (
        f'<p style="color:#8a8a8a;font-size:12px">{escape(_marker(mail))}</p>\n'
        if mail.with_marker
        else ""
    )
    tail = ""
    if mail.quoted:
        tail = (
            f'<div class="gmail_quote"><p style="color:#6b6b6b">'
            f"{escape(_introduction(mail, mail.quoted))}</p>\n"
            '<blockquote type="cite" style="margin:0 0 0 8px;padding-left:12px;'
            f'border-left:2px solid #d0d0d0">{_paragraphs(mail.quoted.text)}</blockquote></div>\n'
        )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(_language(mail))}">'
        '<head><meta charset="utf-8"></head>\n'
        '<body style="font-family:sans-serif;font-size:15px;line-height:1.6">\n'
        f"{head}{body}\n{tail}</body></html>\n"
    )


def _paragraphs(text: str) -> str:
    blocks = [block.strip("\n") for block in text.strip().split("\n\n") if block.strip()]
    return "\n".join("<p>" + escape(block).replace("\n", "<br>\n") + "</p>" for block in blocks)


def _marker(mail: Outgoing) -> str:
    return _MARKERS[_language(mail)]


def _introduction(mail: Outgoing, exchange: Exchange) -> str:
    when = exchange.written_at.strftime("%Y-%m-%d %H:%M")
    return _WROTE[_language(mail)].format(when=when, who=clean(exchange.author))


def _language(mail: Outgoing) -> str:
    return mail.locale if mail.locale in _MARKERS else "en"
