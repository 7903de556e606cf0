"""One call of a provider, read once as bytes, and as a request that the library can parse.

django-anymail is used without its signals and URLs: its views check and parse, ours decide. They
get a request that holds the body already, so that Django's limits for forms and its charsets do
not touch the raw mail.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, QueryDict

from onque.modules.mail.contracts import WebhookTooLarge
from onque.modules.mail.rules.formdata import FormData, read_form


@dataclass(frozen=True)
class Incoming:
    """The body with what is needed of its head; `form` is empty when it is no form."""

    body: bytes
    content_type: str
    meta: dict[str, str] = field(default_factory=dict)
    form: FormData = field(default_factory=FormData)

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError`."""
        return json.loads(self.body)


def read_incoming(request: HttpRequest, *, limit_bytes: int) -> Incoming:
    """Read the call. Raises `WebhookTooLarge`."""
    body: bytes = request.read(limit_bytes + 1)
    if len(body) > limit_bytes:
        raise WebhookTooLarge
    content_type = request.META.get("CONTENT_TYPE", "")
    meta = {
        name: str(value)
        for name, value in request.META.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    return Incoming(body, content_type, meta, read_form(content_type, body))


def as_request(incoming: Incoming) -> HttpRequest:
    """The call as the library wants it: fields as text, files as uploads."""
    request = HttpRequest()
    request.method = "POST"
    request.META.update(incoming.meta)
    request.content_type = incoming.content_type.partition(";")[0].strip().lower()
    request._body = incoming.body  # noqa: SLF001 - what `body` returns
    fields = QueryDict(mutable=True, encoding="utf-8")
    for name, values in incoming.form.fields.items():
        fields.setlist(name, [value.decode("utf-8", "replace") for value in values])
    request.POST = fields  # type: ignore[assignment]  # the library reads it either way
    for name, files in incoming.form.files.items():
        uploads: list[UploadedFile[Any]] = [
            SimpleUploadedFile(f.name, f.content, f.content_type) for f in files
        ]
        request.FILES.setlist(name, uploads)
    return request
