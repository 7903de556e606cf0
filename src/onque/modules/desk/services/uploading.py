"""Files that a member puts into the composer: stored at once, tied to a message when it is said.

What the page holds of one is a signed token with its facts, good for this member and workspace
alone, so that an upload that is never sent leaves no row behind.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core import signing

from onque.kernel import markup
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.kernel.storage import content_key, store
from onque.modules.desk import rules
from onque.modules.desk.contracts import NewAttachment
from onque.modules.desk.repositories import tickets
from onque.modules.desk.services import access

LARGEST_BYTES = 20 * 1024 * 1024
MOST = 20
_PLAIN_TYPE = re.compile(r"[a-z0-9]{1,30}/[a-z0-9.+-]{1,90}", re.IGNORECASE)
_LASTS = timedelta(days=400)
_SALT = "onque.desk.upload"


def check_size(name: str, size_bytes: int) -> None:
    """Raise `Invalid` for a file that is empty or larger than `LARGEST_BYTES`."""
    if not size_bytes:
        raise Invalid(field="file", reason="file_empty", name=name)
    if size_bytes > LARGEST_BYTES:
        raise Invalid(field="file", reason="file_too_large", name=name)


def keep_upload(
    actor: Actor, *, number: int, name: str, content_type: str, content: bytes
) -> NewAttachment:
    """Store a file for what is written on a ticket; the same bytes are stored once.

    They are durable when this returns. Raises `Forbidden`, `NotFound`, and `Invalid` for an empty
    or too large file and for programs.
    """
    if not actor.can("ticket.note"):
        actor.require("ticket.reply")
    access.require_sight(actor, tickets.get_by_number(number))
    plain = rules.file_name(name)[:255]
    check_size(plain, len(content))
    if rules.is_program(plain):
        raise Invalid(field="file", reason="file_program", name=plain)
    key = content_key("files", actor.tenant_id, content)
    kind = content_type if _PLAIN_TYPE.fullmatch(content_type) else "application/octet-stream"
    store().put(key, content, content_type=kind)
    return NewAttachment(
        name=plain,
        content_type=kind,
        size_bytes=len(content),
        object_key=key,
        image_type=markup.proven_image(content),
    )


def token(actor: Actor, file: NewAttachment) -> str:
    """Return what the page holds of a stored file."""
    return signing.dumps(facts([file])[0], salt=_salt(actor), compress=True)


def opened(actor: Actor, tokens: Iterable[str]) -> tuple[NewAttachment, ...]:
    """Return the files of tokens, each once; raise `Invalid` for one that is not the actor's."""
    try:
        found = [
            signing.loads(one, salt=_salt(actor), max_age=_LASTS)
            for one in dict.fromkeys(tokens)
            if one
        ]
    except signing.BadSignature:
        raise Invalid(field="files", reason="file_gone") from None
    if len(found) > MOST:
        raise Invalid(field="files", reason="too_many_files")
    return files(found)


def facts(found: Iterable[NewAttachment]) -> list[dict[str, Any]]:
    """Return files as a row keeps them until they are sent."""
    return [asdict(one) for one in found]


def files(kept: Iterable[dict[str, Any]]) -> tuple[NewAttachment, ...]:
    """Return files from how a row keeps them."""
    return tuple(NewAttachment(**one) for one in kept)


def _salt(actor: Actor) -> str:
    return f"{_SALT}:{actor.tenant_id.hex}:{actor.id.hex if actor.id else ''}"
