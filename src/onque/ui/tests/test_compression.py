"""Pages are compressed for those who ask, and for nobody else."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from onque.ui.compression import MOST_RANDOM_BYTES, CompressionMiddleware, compressed

PAGE = "<p>환불해 주세요.</p>" * 400


def answer(response, **headers):
    request = RequestFactory().get("/", headers=headers)
    return CompressionMiddleware(lambda _request: response)(request)


def test_a_page_comes_compressed_and_whole():
    found = answer(HttpResponse(PAGE), accept_encoding="br, gzip")
    assert found.headers["Content-Encoding"] == "gzip"
    assert found.headers["Content-Length"] == str(len(found.content))
    assert found.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(found.content).decode() == PAGE
    assert len(found.content) < len(PAGE) / 4


def test_who_does_not_ask_gets_it_plain():
    found = answer(HttpResponse(PAGE))
    assert found.content.decode() == PAGE
    assert found.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(PAGE, content_type="application/octet-stream"),
        HttpResponse("short"),
        HttpResponse(PAGE, headers={"Content-Encoding": "br"}),
        StreamingHttpResponse(iter([PAGE]), content_type="text/html"),
    ],
    ids=["file", "short", "encoded", "streamed"],
)
def test_other_answers_are_left_alone(response):
    before = dict(response.headers)
    found = answer(response, accept_encoding="gzip")
    assert dict(found.headers) == before


def test_the_length_tells_little():
    lengths = {len(compressed(PAGE.encode())) for _ in range(60)}
    assert len(lengths) > 5
    assert max(lengths) - min(lengths) <= MOST_RANDOM_BYTES + 1
