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

from onque.modules.mail.rules.addresses import comparable
from onque.modules.mail.rules.headers import bare_id, clean
from onque.modules.mail.rules.layout import Exchange, Words, markup, plain
from onque.modules.mail.rules.parsed import Attachment, MailAddress

__all__ = ["Exchange", "Outgoing", "Part", "compose"]

MAX_REFERENCES = 20


@dataclass(frozen=True)
class Part:
    """One recipient and their part: "to", "cc" or "bcc"."""

    role: str
    address: str
    name: str = ""


@dataclass(frozen=True)
class Outgoing:
    """One mail to write. Message ids stand without brackets; ``locale`` is "ko" or "en"."""

    message_id: str
    sender: MailAddress
    to: tuple[MailAddress, ...]
    """As the field shows them, whoever this copy goes to."""
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
    """Those with a content id that the HTML names are shown in it."""
    list_unsubscribe: str = ""
    cc: tuple[MailAddress, ...] = ()
    signature: str = ""
    color: str = ""
    """Of the brand, "#rrggbb"."""
    links: tuple[tuple[str, str], ...] = ()
    """Name and address of files that are too large to travel."""


def sender_name(person: str, brand: str) -> str:
    """How our mails are signed in From: "Name (Brand)", or the brand alone."""
    person, brand = clean(person), clean(brand)
    return f"{person} ({brand})" if person and brand else person or brand


def reply_subject(subject: str) -> str:
    """The subject of an answer; clients thread by it once the "Re:" is taken off."""
    line = clean(subject)
    return line if line.lower().startswith("re:") else f"Re: {line}"


def first_subject(subject: str) -> str:
    """The subject of a mail that answers none."""
    return clean(subject)


def forward_subject(subject: str) -> str:
    """The subject of a message passed on."""
    line = clean(subject)
    return line if line.lower().startswith(("fwd:", "fw:")) else f"Fwd: {line}"


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
    _fields(message, mail)
    words = _words(mail)
    message.set_content(plain(words), cte="base64" if not mail.text.isascii() else None)
    html = markup(words, mail.html)
    message.add_alternative(html, subtype="html", cte="base64")
    shown = [item for item in mail.attachments if _is_shown(item, html)]
    for item in shown:
        _add_inline(message, item)
    for item in mail.attachments:
        if item not in shown:
            kind, subtype = _type_of(item)
            message.add_attachment(
                item.content, maintype=kind, subtype=subtype, filename=clean(item.name)
            )
    return _identifying_fields(mail) + message.as_bytes()


def _fields(message: EmailMessage, mail: Outgoing) -> None:
    message["From"] = _address(mail.sender)
    message["To"] = tuple(_address(item) for item in mail.to)
    if mail.cc:
        message["Cc"] = tuple(_address(item) for item in mail.cc)
    message["Subject"] = clean(mail.subject)
    message["Date"] = format_datetime(mail.date)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    if mail.automatic:
        message["Auto-Submitted"] = mail.automatic
        message["X-Auto-Response-Suppress"] = "All"


def _words(mail: Outgoing) -> Words:
    return Words(
        locale=mail.locale,
        text=mail.text,
        with_marker=mail.with_marker,
        signature=mail.signature,
        links=mail.links,
        quoted=mail.quoted,
        color=mail.color,
    )


def _is_shown(item: Attachment, html: str) -> bool:
    return bool(item.content_id) and f"cid:{item.content_id}" in html


def _add_inline(message: EmailMessage, item: Attachment) -> None:
    """Beside the HTML part, which names it. Source: RFC 2387, RFC 2392."""
    html = message.get_body(("html",))
    if not isinstance(html, EmailMessage):  # never: it was added just before
        raise TypeError
    kind, subtype = _type_of(item)
    html.add_related(
        item.content,
        maintype=kind,
        subtype=subtype,
        cid=f"<{item.content_id}>",
        filename=clean(item.name),
        disposition="inline",
    )


def _type_of(item: Attachment) -> tuple[str, str]:
    """A type that the library takes: what claims to be a mail goes as plain bytes."""
    kind, _, subtype = item.content_type.partition("/")
    if kind in {"message", "multipart", ""} or not subtype:
        return "application", "octet-stream"
    return kind, subtype


def needs_utf8(mail: Outgoing) -> bool:
    """Whether an address has letters that need SMTPUTF8. Source: RFC 6531."""
    found = (mail.sender, *mail.to, *mail.cc)
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
