"""Files on outgoing mail: inside it while they fit, else as signed links that end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing

from onque.kernel import clock
from onque.kernel.errors import NotFound
from onque.kernel.storage import store
from onque.modules.mail.errors import FileLinkGone
from onque.modules.mail.rules.enclosing import travelling
from onque.modules.mail.rules.parsed import Attachment

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail

LINK_LASTS = timedelta(days=30)
_SALT = "onque.mail.file"


@dataclass(frozen=True)
class LinkedFile:
    """A file behind a link."""

    name: str
    content: bytes


def enclose(row: "OutboundMail") -> tuple[tuple[Attachment, ...], tuple[tuple[str, str], ...]]:
    """Return the files that travel with a mail, and (name, address) of those that do not.

    Raises `NotFound` and `Unavailable` of the object store: the mail is tried again.
    """
    files: list[dict[str, Any]] = row.attachments
    fits = travelling([one["size_bytes"] for one in files], settings.MAIL_ATTACH_LIMIT_BYTES)
    inside = tuple(
        Attachment(
            name=one["name"],
            content_type=one["content_type"],
            content=store().get(one["object_key"]),
            content_id=one.get("content_id", ""),
        )
        for one, travels in zip(files, fits, strict=True)
        if travels
    )
    links = tuple(
        (one["name"], link_to(one["object_key"], one["name"]))
        for one, travels in zip(files, fits, strict=True)
        if not travels
    )
    return inside, links


def link_to(object_key: str, name: str) -> str:
    """Return the address from which whoever has it may download one file, for `LINK_LASTS`."""
    ends = int((clock.now() + LINK_LASTS).timestamp())
    token = signing.dumps({"k": object_key, "n": name, "e": ends}, salt=_SALT, compress=True)
    return f"{settings.PUBLIC_URL}/files/{token}"


def open_link(token: str) -> LinkedFile:
    """Return the file of a link. Raises `FileLinkGone` when it is too old, forged, or gone."""
    try:
        found = signing.loads(token, salt=_SALT)
        if found["e"] < clock.now().timestamp():
            raise FileLinkGone
        return LinkedFile(found["n"], store().get(found["k"]))
    except (signing.BadSignature, NotFound):
        raise FileLinkGone from None
