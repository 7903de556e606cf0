"""Hostile and broken bytes: never an exception, nothing lost, bounded time."""

import random
import time
from pathlib import Path

import pytest

from onque.modules.mail.rules import bodies, charsets, structure
from onque.modules.mail.rules.parsing import parse, parse_mail

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent / "samples").glob("*.eml"))]


def changed(rng: random.Random) -> bytes:
    raw = bytearray(rng.choice(SAMPLES))
    for _change in range(rng.randint(1, 12)):
        at = rng.randrange(len(raw) + 1)
        match rng.randrange(4):
            case 0:
                raw[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del raw[at : at + rng.randint(1, 40)]
            case 2:
                raw[at:at] = rng.randbytes(rng.randint(1, 20))
            case _:
                other = rng.choice(SAMPLES)
                start = rng.randrange(len(other))
                raw[at:at] = other[start : start + 200]
    return bytes(raw)


def test_changed_samples_are_read_and_can_be_stored() -> None:
    rng = random.Random(20260506)
    for _case in range(600):
        raw = changed(rng)
        facts = parse(raw)
        str(facts).encode()
        assert "\x00" not in facts["text"] + facts["html"] + facts["subject"]
        assert not any("we do not know" in note for note in parse_mail(raw).notes)


BOMBS = {
    "no end of addresses": b"To: " + b"a@b.c, " * 20_000 + b"\r\n\r\nx",
    "nested multiparts": b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
    + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 3_000,
    "nested elements": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000,
    "nested quotations": b"Content-Type: text/html\r\n\r\n"
    + b"<blockquote type=cite>" * 3_000
    + b"x",
    "introductions": b"From: a@b.c\r\n\r\n" + (b"On a 1 " * 90 + b"\r\n") * 2_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\n",
    "a marked section": b"Content-Type: text/html\r\n\r\nhi <![en",
    "nothing": b"",
    "noise": bytes(range(256)) * 200,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_take_bounded_time(name: str) -> None:
    start = time.process_time()
    parse_mail(BOMBS[name])
    assert time.process_time() - start < 15


def test_what_cannot_be_read_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "take_apart", lambda _message: 1 / 0)
    mail = parse_mail(b"Subject: x\r\n\r\nhello")
    assert [item.content for item in mail.attachments] == [b"Subject: x\r\n\r\nhello"]
    assert "ZeroDivisionError" in mail.notes[0]


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        ("환불해주세요".encode("cp949"), "ks_c_5601-1987", "환불해주세요"),
        ("뷁 펲시".encode("cp949"), "euc-kr", "뷁 펲시"),
        ("환불".encode(), "euc-kr", "환불"),
        ("환불해 주세요".encode("cp949"), "", "환불해 주세요"),
        ("返金".encode("gb18030"), "gb2312", "返金"),
        ("①髙".encode("cp932"), "shift_jis", "①髙"),
        ("café “x”".encode("cp1252"), "iso-8859-1", "café “x”"),
        ("안녕".encode("iso2022_kr"), "iso-2022-kr", "안녕"),
        (b"plain", "nonsense", "plain"),
        (b"ok \xff ok" + b" and more words" * 40, "utf-8", "ok \\xff ok" + " and more words" * 40),
    ],
)
def test_character_sets(raw: bytes, label: str, text: str) -> None:
    assert charsets.decode(raw, label)[0] == text


def test_flowed_text_is_joined() -> None:
    text = "이 줄은 \n이어집니다.\n> 인용은 \n> 여기까지\n-- \n서명"
    assert bodies.unflow(text, delete_space=False) == (
        "이 줄은 이어집니다.\n> 인용은 여기까지\n-- \n서명"
    )
    assert bodies.unflow("한 \n글", delete_space=True) == "한글"


def test_a_multipart_with_a_wrong_boundary() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=no\r\n\r\n--yes\r\n"
        b"Content-Type: text/plain\r\n\r\nhello\r\n--yes--\r\n"
    )
    assert parse_mail(raw).text == "hello"
