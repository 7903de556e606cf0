"""Files out of Outlook's ``winmail.dat``.

Source: [MS-OXTNEF]; the long file name is the property PidTagAttachLongFilename.
"""

from __future__ import annotations

import logging
import mimetypes

from tnefparse import TNEF  # type: ignore[import-untyped]  # it ships no types

from onque.modules.mail.rules.headers import clean
from onque.modules.mail.rules.parsed import Attachment

logging.getLogger("tnef-decode").setLevel(logging.CRITICAL)

CONTENT_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def unpack(content: bytes) -> tuple[Attachment, ...] | None:
    """The files inside, or None when it cannot be read or holds none: keep the container then."""
    try:
        opened = TNEF(content)
        files = tuple(_file(item) for item in opened.attachments)
    except Exception:  # noqa: BLE001  the reader raises whatever it stumbles over
        return None
    return files or None


def _file(item: object) -> Attachment:
    long_name = getattr(item, "long_filename", None)
    name = long_name() if callable(long_name) else getattr(item, "name", b"")
    if isinstance(name, bytes):
        name = name.decode("cp949", "backslashreplace")
    label = clean(str(name).replace("\x00", "")) or "attachment.bin"
    kind = mimetypes.guess_type(label)[0] or "application/octet-stream"
    return Attachment(
        name=label, content_type=kind, content=bytes(getattr(item, "data", b"") or b"")
    )
