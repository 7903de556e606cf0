"""Taking a mail apart into its texts, its HTML and everything else; no part is ever lost.

Source: RFC 2045 and 2046; RFC 2387 (related). What breaks the rules is read the way the sender must
have meant it, and a note says so. What goes beyond `rules.limits` is kept as a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from onque.modules.mail.rules import (
    bodies,
    headers,
    invitations,
    limits,
    mime,
    names,
    tnef,
)
from onque.modules.mail.rules.bodies import Pieces, Segment
from onque.modules.mail.rules.boundaries import Span
from onque.modules.mail.rules.headers import Headers
from onque.modules.mail.rules.limits import Excess
from onque.modules.mail.rules.mime import open_message
from onque.modules.mail.rules.parsed import Attachment

__all__ = ["Pieces", "open_message", "take_apart"]

_CALENDARS: Final = frozenset({"text/calendar", "application/ics"})
_BOILERPLATE = re.compile(r"multi-?part|\bmime\b", re.IGNORECASE)
_FIELD_START = re.compile(rb"[ \t\r\n]*content-[a-z-]{1,40}[ \t]*:", re.IGNORECASE)
_SAMPLE_BYTES: Final = 4_096
_LEFTOVER_BYTES: Final = 200_000
_ENCLOSED_DEPTH: Final = 5
_ORPHAN_PARTS: Final = 2


def take_apart(message: Headers) -> Pieces:
    """All pieces of a mail: the bodies in their order, and a file for everything that is none."""
    pieces = Pieces()
    if message.overfull:
        pieces.exceed(Excess.HEADER, "a header beyond all measure was read only in part")
    pieces.segments = _visit(message, pieces, depth=0)
    if not any(item.filled for item in pieces.segments):
        said = [Segment(text=words) for words in (*pieces.leftovers, *pieces.invitations)]
        pieces.segments = [*pieces.spare, *said][:1] or pieces.segments
    _tell_invitations_apart(pieces)
    return pieces


def _visit(part: Headers, pieces: Pieces, *, depth: int, parent: str = "") -> list[Segment]:
    """The bodies in a part; its files are added to the pieces."""
    pieces.count += 1
    if depth > limits.MAX_DEPTH:
        pieces.exceed(Excess.DEPTH, "parts nested beyond all measure are kept as one file")
        pieces.attach(Attachment("nested.eml", "application/octet-stream", part.whole()))
        return []
    kind = part.get_content_type()
    if kind.startswith("multipart/"):
        return _visit_multipart(part, pieces, kind, depth=depth)
    beyond = _cut_at_boundary(part)
    if kind in mime.ENCLOSED:
        found = _visit_enclosed(part, pieces, kind, depth=depth)
    else:
        found = _visit_leaf(part, pieces, kind, parent=parent, depth=depth)
    return [*found, *_visit_leftover(part.raw, beyond, pieces, depth=depth)] if beyond else found


def _cut_at_boundary(part: Headers) -> Span | None:
    """What lies in an encoded part and cannot be its own: parts of a multipart not closed."""
    if part.encoding not in {"base64", "uuencode"} or part.body_start >= part.end:
        return None
    start = part.raw.find(b"\n--", part.body_start, part.end)
    found = mime.BOUNDARY.search(part.raw, start + 1, part.end) if start >= 0 else None
    if found is None:
        return None
    beyond = Span(found.start(), part.end)
    part.end = found.start()
    return beyond


def _visit_multipart(part: Headers, pieces: Pieces, kind: str, *, depth: int) -> list[Segment]:
    children = part.children
    if part.repaired:
        pieces.note(part.repaired)
    if not children:
        return _without_parts(part, pieces)
    before = _visit_preamble(part, pieces, depth=depth)
    groups: list[list[Segment]] = [before] if before else []
    for child in children:
        if pieces.count >= limits.MAX_PARTS:
            pieces.exceed(
                Excess.PARTS, f"more than {limits.MAX_PARTS} parts: the rest is kept as one file"
            )
            rest = child.raw[child.start : children[-1].end]
            pieces.attach(Attachment("rest.eml", "application/octet-stream", rest))
            break
        groups.append(_visit(child, pieces, depth=depth + 1, parent=kind))
    groups.append(_visit_leftover(part.raw, part.epilogue, pieces, depth=depth))
    if kind == "multipart/alternative" or (kind == "multipart/related" and _are_versions(groups)):
        return bodies.choose(groups, pieces)
    return bodies.in_order(groups)


def _are_versions(groups: Sequence[list[Segment]]) -> bool:
    """Whether parts said to be related are plain words and then the same as HTML."""
    filled = [group[0] for group in groups if len(group) == 1]
    return (
        len(filled) == _ORPHAN_PARTS
        and not filled[0].html
        and bool(filled[0].text)
        and bool(filled[1].html)
    )


def _without_parts(part: Headers, pieces: Pieces) -> list[Segment]:
    content = part.content()
    if not content.strip():
        return []
    pieces.note("a multipart without parts, read as text")
    return bodies.read(part, content, "text/plain", pieces)


def _visit_preamble(part: Headers, pieces: Pieces, *, depth: int) -> list[Segment]:
    """Text before the first part: a part whose boundary was forgotten, or mere courtesy."""
    start, end = part.preamble
    head = part.raw[start : min(end, start + _SAMPLE_BYTES)]
    if not head.strip():
        return []
    if _FIELD_START.match(head):
        pieces.note("a boundary is missing before the first part")
        return _visit(mime.Part(part.raw, part.preamble, root=False), pieces, depth=depth + 1)
    kinds = part.raw_values("Content-Type")
    if len(kinds) > 1 and "text/plain" in kinds[1].lower():
        pieces.note("a boundary is missing: the text before the first part is the body")
        return bodies.read(part, part.raw[start:end], "text/plain", pieces)
    return _visit_leftover(part.raw, part.preamble, pieces, depth=depth)


def _visit_leftover(
    raw: bytes, span: tuple[int, int], pieces: Pieces, *, depth: int
) -> list[Segment]:
    """Text where none belongs is the body only when there is no other; parts in it are parts."""
    start, end = span
    orphan = mime.BOUNDARY.search(raw, start, end)
    if orphan is not None:
        pieces.note("parts outside of the multipart they belong to")
        _keep_words(raw, (start, orphan.start()), pieces)
        return _visit(
            mime.Part(raw, Span(orphan.start(), end), root=False), pieces, depth=depth + 1
        )
    _keep_words(raw, span, pieces)
    return []


def _keep_words(raw: bytes, span: tuple[int, int], pieces: Pieces) -> None:
    start, end = span
    words = raw[start : min(end, start + _LEFTOVER_BYTES)].strip()
    if words and len(pieces.leftovers) < _ORPHAN_PARTS:
        text = bodies.plain_text(words)
        if not _BOILERPLATE.search(text):
            pieces.leftovers.append(text)


def _visit_enclosed(part: Headers, pieces: Pieces, kind: str, *, depth: int) -> list[Segment]:
    """A message inside the message is a file; where it is the whole mail, its words are too."""
    content = part.content()
    inner = open_message(content)
    if part.encoding:
        pieces.note("an enclosed message in an encoding the standard forbids")
    subject = headers.text(inner, "Subject")
    pieces.attach(Attachment(names.of(part, kind, subject), kind, content))
    if depth or pieces.enclosed >= _ENCLOSED_DEPTH or not content.strip():
        return []
    below = Pieces(enclosed=pieces.enclosed + 1)
    below.segments = _visit(inner, below, depth=0)
    pieces.notes.extend(below.notes)
    pieces.excess |= below.excess
    return below.segments


def _visit_leaf(
    part: Headers, pieces: Pieces, kind: str, *, parent: str, depth: int
) -> list[Segment]:
    content = part.content()
    attached = part.get_content_disposition().startswith("attach")
    name = names.given(part)
    if bodies.is_body(kind) and not attached and _may_be_body(part, name, parent, depth):
        return bodies.read(part, content, kind, pieces)
    if bodies.is_body(kind) and not part.get_content_disposition():
        pieces.spare.extend(bodies.peek(part, content, kind))  # a body that bears a name
    if kind in tnef.CONTENT_TYPES or name.lower() == "winmail.dat":
        opened = tnef.unpack(content)
        if opened is not None:
            pieces.attachments.extend(opened.files)
            body = Segment(text=bodies.with_plain_ends(opened.text).strip("\n"), html=opened.html)
            pieces.spare.extend([body] if body.filled else [])
            return []
        pieces.note("a container of Outlook's that cannot be opened")
    if kind in _CALENDARS:
        _add_invitation(part, content, pieces)
    pieces.attach(_file(part, kind, content, name, parent), unnamed=not name)
    return []


def _may_be_body(part: Headers, name: str, parent: str, depth: int) -> bool:
    """A part with a name is a file, unless nothing else can be the words of the mail."""
    if not name:
        return True
    only = depth == 0 or parent == "multipart/alternative"
    return only and part.get_content_type() in {"text/plain", "text/html"}


def _file(part: Headers, kind: str, content: bytes, name: str, parent: str) -> Attachment:
    if name and not part.has_type:
        kind = names.type_of(name)
    content_id = headers.bare_id(headers.first(part, "Content-ID"))
    location = "" if content_id else headers.first(part, "Content-Location").strip()
    attached = part.get_content_disposition().startswith("attach")
    related = parent == "multipart/related"
    inline = bool(content_id) and (related or (not attached and kind.startswith("image/")))
    return Attachment(
        names.of(part, kind),
        kind,
        content,
        content_id or (headers.bare_id(location) if related else ""),
        inline or (bool(location) and related),
    )


def _add_invitation(part: Headers, content: bytes, pieces: Pieces) -> None:
    said = invitations.summary(content, headers.parameter(part, "Content-Type", "charset"))
    if said and said not in pieces.invitations:
        pieces.invitations.append(said)
        pieces.note("an invitation: " + said.replace("\n", " · "))


def _tell_invitations_apart(pieces: Pieces) -> None:
    """An invitation sent both as a version of the text and as a file is one file."""
    named = {item.content.strip() for item in pieces.attachments if item.name != "invite.ics"}
    seen: set[bytes] = set()
    kept = []
    for item in pieces.attachments:
        if item.content_type in _CALENDARS:
            content = item.content.strip()
            made_up = item.name == "invite.ics" and content in named
            if made_up or content in seen:
                continue
            seen.add(content)
        kept.append(item)
    pieces.attachments = kept
