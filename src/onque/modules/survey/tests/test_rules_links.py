"""A link opens only what it was signed for."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from onque.modules.survey.rules.links import Link, link_key, read_token, write_token

KEY = link_key("secret")
LINK = Link(uuid4(), uuid4(), datetime(2026, 12, 24, 12, 0, tzinfo=UTC))


def test_a_token_holds_its_link():
    token = write_token(KEY, LINK)
    assert read_token(KEY, token) == LINK
    assert len(token) == 72
    assert "=" not in token


def test_another_key_opens_nothing():
    assert read_token(link_key("other"), write_token(KEY, LINK)) is None


@pytest.mark.parametrize("token", ["", "x", "한글", "a" * 72, "../../etc/passwd", "A" * 4000])
def test_what_we_did_not_write_is_refused(token):
    assert read_token(KEY, token) is None


@given(some.integers(0, 53), some.integers(1, 255))
def test_any_changed_byte_is_refused(place, change):
    import base64

    raw = bytearray(base64.urlsafe_b64decode(write_token(KEY, LINK)))
    raw[place] ^= change
    assert read_token(KEY, base64.urlsafe_b64encode(bytes(raw)).decode()) is None


def test_a_cut_or_longer_token_is_refused():
    token = write_token(KEY, LINK)
    assert read_token(KEY, token[:-4]) is None
    assert read_token(KEY, token + "AAAA") is None
