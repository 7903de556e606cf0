"""Pages go compressed over the wire; files and static assets have their own ways.

A page holds secrets beside words of a request, so its length could be made to tell them (BREACH).
The length varies by random bytes, and the one secret of a page, the token of
its forms, is masked anew in every answer. Source: Gluck, Harris, Prado, "BREACH" (2013); Palacios
and others, "Heal the Breach" (IEEE Access, 2022); Django, "GZipMiddleware".
"""

import gzip
import io
import secrets
from collections.abc import Callable
from typing import TypeGuard

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

LEVEL = 1
"""A third of the time of Django's level 6, for a list that is 6 kB longer."""
MOST_RANDOM_BYTES = 100
_SHORTEST_BYTES = 200

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class CompressionMiddleware:
    """Compress pages and fragments for browsers that ask for it; nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer, compressed when it is HTML of some length."""
        response = self.get_response(request)
        if not _is_page(response):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = compressed(response.content)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _is_page(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    return (
        isinstance(response, HttpResponse)
        and response.headers.get("Content-Type", "").startswith("text/html")
        and not response.has_header("Content-Encoding")
        and len(response.content) >= _SHORTEST_BYTES
    )


def compressed(content: bytes) -> bytes:
    """Return the bytes in gzip's form, up to a hundred random bytes longer than they need be."""
    packed = io.BytesIO()
    name = "x" * secrets.randbelow(MOST_RANDOM_BYTES + 1)  # RFC 1952, 2.3: the field FNAME
    with gzip.GzipFile(name, "wb", LEVEL, packed, mtime=0) as out:
        out.write(content)
    return packed.getvalue()
