"""A posted form as bytes: what a provider's webhook sends must not pass through a charset.

Django decodes fields as UTF-8 and replaces what does not fit, which would spoil the raw mail in
them. Source: RFC 7578 (multipart/form-data); WHATWG URL, "application/x-www-form-urlencoded".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from urllib.parse import unquote_to_bytes

_MOST_PARTS = 1000


@dataclass(frozen=True)
class FormFile:
    """A file of a form."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class FormData:
    """Fields and files by name, in the order they came."""

    fields: dict[str, list[bytes]] = field(default_factory=dict)
    files: dict[str, list[FormFile]] = field(default_factory=dict)

    def get(self, name: str) -> bytes | None:
        """The last value of a field, or None."""
        found = self.fields.get(name)
        return found[-1] if found else None

    def text(self, name: str) -> str:
        """The last value of a field as text, empty when it is missing."""
        return (self.get(name) or b"").decode("utf-8", "replace")


def read_form(content_type: str, body: bytes) -> FormData:
    """The fields of a posted form; an empty form when the body is none."""
    head = Message()
    head["Content-Type"] = content_type
    if head.get_content_type() == "multipart/form-data":
        boundary = head.get_boundary()
        return _multipart(body, boundary.encode()) if boundary else FormData()
    if head.get_content_type() == "application/x-www-form-urlencoded":
        return _urlencoded(body)
    return FormData()


def _urlencoded(body: bytes) -> FormData:
    form = FormData()
    for pair in body.split(b"&")[:_MOST_PARTS]:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        if name:
            key = unquote_to_bytes(name).decode("utf-8", "replace")
            form.fields.setdefault(key, []).append(unquote_to_bytes(value))
    return form


def _multipart(body: bytes, boundary: bytes) -> FormData:
    form = FormData()
    between = b"\r\n--" + boundary
    parts = (b"\r\n" + body).split(between)
    for part in parts[1 : _MOST_PARTS + 1]:
        if part.startswith(b"--"):
            break
        head, gap, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if gap:
            _add(form, head, content)
    return form


def _add(form: FormData, head: bytes, content: bytes) -> None:
    fields = BytesHeaderParser().parsebytes(head)
    name = fields.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        return
    filename = fields.get_param("filename", header="content-disposition")
    if filename is None:
        form.fields.setdefault(name, []).append(content)
        return
    kept = FormFile(str(filename), fields.get_content_type(), content)
    form.files.setdefault(name, []).append(kept)
