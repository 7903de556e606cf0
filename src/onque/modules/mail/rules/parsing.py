"""From the bytes of a mail to what it says. Never raises, whatever the bytes."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from onque.modules.mail.rules import automatic, headers, limits, replies, structure, visible
from onque.modules.mail.rules.headers import Headers
from onque.modules.mail.rules.limits import Excess
from onque.modules.mail.rules.parsed import Attachment, AutoKind, Automatic, MailAddress, ParsedMail
from onque.modules.mail.rules.visible import Visible

_MAX_SUBJECT = 900
_MAX_JUDGED = 200_000
_DELIVERED_FIELDS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


def parse_mail(raw: bytes, *, null_sender: bool = False) -> ParsedMail:
    """Read one mail. What cannot be understood is kept as an attachment and noted.

    `null_sender` tells that it was delivered with an empty envelope sender, as reports are.
    """
    try:
        message = structure.open_message(raw)
        if null_sender and not headers.first(message, "Return-Path"):
            message["Return-Path"] = "<>"
        return _read(message)
    except Exception as error:  # noqa: BLE001  hostile bytes must never stop a mailbox
        costly = (Excess.MEMORY,) if isinstance(error, MemoryError) else ()
        return unreadable(
            raw, f"the mail is broken in a way we do not know: {type(error).__name__}", costly
        )


class MailFacts(TypedDict):
    """A mail's facts as plain data, for the command line and other programs."""

    subject: str
    from_address: str
    from_name: str
    to: list[str]
    text: str
    reply_text: str
    attachments: list[tuple[str, str, int]]
    is_auto_reply: bool
    suppress_auto_response: bool
    is_bounce: bool
    bounce_recipients: list[str]
    message_id: str
    in_reply_to: list[str]
    references: list[str]
    html: str
    why: str


def parse(raw: bytes) -> MailFacts:
    """The same as plain data."""
    return facts_of(parse_mail(raw))


def facts_of(mail: ParsedMail) -> MailFacts:
    """A mail that was read, as plain data."""
    auto = mail.automatic
    return MailFacts(
        subject=mail.subject,
        from_address=mail.sender.address if mail.sender else "",
        from_name=mail.sender.name if mail.sender else "",
        to=[item.address for item in mail.to],
        text=mail.text,
        reply_text=mail.reply,
        attachments=[
            (item.name, item.content_type, len(item.content)) for item in mail.attachments
        ],
        is_auto_reply=auto.kind in {AutoKind.AUTO, AutoKind.RECEIPT},
        suppress_auto_response=auto.suppress_answer,
        is_bounce=auto.kind is AutoKind.BOUNCE,
        bounce_recipients=list(auto.bounce.recipients) if auto.bounce else [],
        message_id=mail.message_id,
        in_reply_to=list(mail.in_reply_to),
        references=list(mail.references),
        html=mail.html,
        why=auto.why,
    )


def _read(message: Headers) -> ParsedMail:
    pieces = structure.take_apart(message)
    markup = pieces.html
    text = _bounded(pieces)
    subject = headers.text(message, "Subject")[:_MAX_SUBJECT]
    judged = automatic.judge(message, text[:_MAX_JUDGED])
    seen = _visible(message, text, markup, subject, judged)
    ids = headers.message_ids(message, "Message-ID")
    return ParsedMail(
        message_id=ids[0] if ids else headers.bare_id(headers.first(message, "Message-ID")),
        in_reply_to=headers.message_ids(message, "In-Reply-To"),
        references=headers.message_ids(message, "References"),
        sender=_sender(message),
        reply_to=headers.addresses(message, "Reply-To"),
        to=headers.addresses(message, "To"),
        cc=headers.addresses(message, "Cc"),
        delivered_to=tuple(
            item.address for name in _DELIVERED_FIELDS for item in headers.addresses(message, name)
        ),
        subject=subject,
        sent_at=headers.sent_at(message),
        text=text,
        html=markup,
        reply=seen.reply,
        quoted=seen.quoted,
        reply_html=seen.reply_html,
        quoted_html=seen.quoted_html,
        attachments=tuple(pieces.attachments),
        automatic=judged,
        notes=tuple(pieces.notes),
        excess=tuple(sorted(pieces.excess)),
    )


def _bounded(pieces: structure.Pieces) -> str:
    """The words of the mail; what goes beyond the limit is in a file."""
    text = pieces.text
    if len(text) <= limits.MAX_TEXT_LETTERS:
        return text
    pieces.exceed(Excess.TEXT, "texts beyond all measure are shown in part and kept as a file")
    pieces.attach(Attachment("text.txt", "text/plain", text.encode()))
    return text[: limits.MAX_TEXT_LETTERS]


def _visible(message: Headers, text: str, markup: str, subject: str, judged: Automatic) -> Visible:
    """Reports are shown whole: what they quote is what they are about. So are very long texts."""
    if judged.kind in {AutoKind.BOUNCE, AutoKind.RECEIPT} or len(text) > _MAX_JUDGED:
        return Visible(text, "", markup, "")
    named = (headers.message_ids(message, name) for name in ("In-Reply-To", "References"))
    return visible.divide(text, markup, subject, answers=replies.is_answer(subject, *named))


def _sender(message: Headers) -> MailAddress | None:
    for name in ("From", "Sender", "Resent-From", "Reply-To"):
        found = headers.addresses(message, name)
        if found:
            return found[0]
    return None


def unreadable(raw: bytes, note: str, excess: tuple[Excess, ...] = ()) -> ParsedMail:
    """A mail of which nothing is known: all of it is one file."""
    sent_at: datetime | None = None
    return ParsedMail(
        message_id="",
        in_reply_to=(),
        references=(),
        sender=None,
        reply_to=(),
        to=(),
        cc=(),
        delivered_to=(),
        subject="",
        sent_at=sent_at,
        text="",
        html="",
        reply="",
        quoted="",
        attachments=(Attachment("message.eml", "message/rfc822", raw),),
        automatic=Automatic(),
        notes=(note,),
        excess=excess,
    )
