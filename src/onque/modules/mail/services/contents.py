"""What of a mail is shown and kept with its message: safe HTML, and its files in the store."""

from dataclasses import dataclass
from uuid import UUID

from onque.kernel import markup
from onque.kernel.markup import SafeHtml
from onque.kernel.storage import content_key, store
from onque.modules.desk.contracts import NewAttachment
from onque.modules.mail.rules.parsed import Attachment, ParsedMail


@dataclass(frozen=True)
class Contents:
    """The mail's HTML as it may be shown, and its files as they lie in the object store."""

    html: SafeHtml
    files: tuple[NewAttachment, ...]


def store_contents(tenant_id: UUID, mail: ParsedMail) -> Contents:
    """Make the HTML safe and put the files into the object store, each content once.

    Call with no transaction open; safe to repeat. Raises `Unavailable`. A picture counts as shown
    in the text only where its bytes are proven to be one and the HTML that is shown names it; all
    else is listed as a file.
    """
    html = _shown_html(mail)
    return Contents(
        html,
        tuple(_store(tenant_id, item, html.content_ids) for item in mail.attachments),
    )


def _shown_html(mail: ParsedMail) -> SafeHtml:
    """Safe HTML of the reply, to show instead of the text; none where its part cannot be told."""
    return markup.sanitise(mail.reply_html) if mail.reply_html else SafeHtml()


def _store(tenant_id: UUID, item: Attachment, shown: frozenset[str]) -> NewAttachment:
    key = content_key("files", tenant_id, item.content)
    store().put(key, item.content, content_type=item.content_type)
    image_type = markup.proven_image(item.content)
    return NewAttachment(
        name=item.name[:255],
        content_type=item.content_type[:127],
        size_bytes=len(item.content),
        object_key=key,
        content_id=item.content_id[:255],
        is_inline=bool(image_type) and item.content_id in shown,
        image_type=image_type,
    )
