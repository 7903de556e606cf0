"""Outlook's containers: files, texts, messages inside, and containers that are broken."""

import base64
import struct

import pytest

from onque.modules.mail.rules import rtf, tnef
from onque.modules.mail.rules.parsing import parse, parse_mail

TEXT, WIDE, BINARY, OBJECT, NUMBER = 0x1E, 0x1F, 0x102, 0x0D, 3


def attribute(number: int, data: bytes, level: int = 1) -> bytes:
    return (
        struct.pack("<BHHI", level, number, 6, len(data))
        + data
        + struct.pack("<H", sum(data) & 0xFFFF)
    )


def prop(number: int, kind: int, value: bytes | int) -> bytes:
    head = struct.pack("<HH", kind, number)
    if isinstance(value, int):
        return head + struct.pack("<I", value)
    return head + struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)


def props(*items: bytes) -> bytes:
    return struct.pack("<I", len(items)) + b"".join(items)


def wide(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def file(data: bytes, title: bytes, *items: bytes) -> bytes:
    return (
        attribute(0x9002, bytes(14), 2)
        + attribute(0x8010, title + b"\0", 2)
        + (attribute(0x800F, data, 2) if data else b"")
        + attribute(0x9005, props(*items), 2)
    )


def container(*items: bytes, page: int = 949) -> bytes:
    start = b"\x78\x9f\x3e\x22\x01\x00" + attribute(0x9006, b"\x00\x00\x01\x00")
    return start + attribute(0x9007, struct.pack("<II", page, 0)) + b"".join(items)


def mail(content: bytes, text: bytes = b"") -> bytes:
    return (
        b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        + text
        + b"\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content) + b"--b--\r\n"
    )


def test_files_with_short_and_long_names() -> None:
    raw = mail(
        container(
            file(b"one", b"REPORT~1.TXT", prop(0x3707, WIDE, wide("분기 보고서.txt"))),
            file(b"two", "보고.txt".encode("cp949")),
            file(
                b"three",
                b"x.png",
                prop(0x370E, TEXT, b"image/png\0"),
                prop(0x3712, WIDE, wide("<cid@x>")),
            ),
            file(b"", b"empty.txt", prop(0x3701, BINARY, b"out of the properties")),
        ),
        b"hello",
    )
    found = parse_mail(raw)
    assert found.text == "hello"
    assert [(item.name, item.content) for item in found.attachments] == [
        ("분기 보고서.txt", b"one"),
        ("보고.txt", b"two"),
        ("x.png", b"three"),
        ("empty.txt", b"out of the properties"),
    ]
    assert (found.attachments[2].content_type, found.attachments[2].content_id) == (
        "image/png",
        "cid@x",
    )


def test_the_body_counts_only_where_the_mail_has_none() -> None:
    body = attribute(0x800C, "안녕하세요\r\n두 번째 줄\0".encode("cp949"))
    assert parse(mail(container(body)))["text"] == "안녕하세요\n두 번째 줄"
    assert parse(mail(container(body), b"outside"))["text"] == "outside"
    html = attribute(
        0x9003, props(prop(0x3FDE, NUMBER, 65001), prop(0x1013, BINARY, "<p>안녕</p>".encode()))
    )
    facts = parse(mail(container(html)))
    assert (facts["text"], facts["html"]) == ("안녕", "<p>안녕</p>")


def test_named_and_odd_properties_are_stepped_over() -> None:
    guid = bytes(16)
    by_number = struct.pack("<HH", NUMBER, 0x8001) + guid + struct.pack("<III", 0, 7, 1)
    label = wide("name")
    by_name = struct.pack("<HH", NUMBER, 0x8002) + guid + struct.pack("<II", 1, len(label)) + label
    by_name += bytes(-len(label) % 4) + struct.pack("<I", 1)
    several = struct.pack("<HHI", 0x1000 | NUMBER, 0x1234, 2) + struct.pack("<II", 1, 2)
    text = prop(0x1000, WIDE, wide("words"))
    found = tnef.unpack(container(attribute(0x9003, props(by_number, by_name, several, text))))
    assert found is not None
    assert found.text == "words"
    unknown = struct.pack("<HH", 0x00FF, 0x1234)
    found = tnef.unpack(container(attribute(0x9003, props(text, unknown, text))))
    assert found is not None


def test_a_message_inside_is_a_mail() -> None:
    inner = container(
        attribute(0x8004, b"Inner subject\0"),
        attribute(0x800C, b"inner words\0"),
        file(b"deep", b"deep.txt"),
        page=1252,
    )
    raw = mail(container(file(b"", b"msg", prop(0x3701, OBJECT, tnef._MESSAGE_ID + inner))), b"x")
    (item,) = parse_mail(raw).attachments
    assert (item.name, item.content_type) == ("Inner subject.eml", "message/rfc822")
    facts = parse(item.content)
    assert (facts["subject"], facts["text"]) == ("Inner subject", "inner words")
    assert [name for name, _kind, _size in facts["attachments"]] == ["deep.txt"]


@pytest.mark.parametrize(
    "content",
    [b"", b"not a container", b"\x78\x9f\x3e\x22", container(), container()[:30] + b"\xff" * 40],
)
def test_a_broken_container_is_kept(content: bytes) -> None:
    (item,) = parse_mail(mail(content, b"hello")).attachments
    assert (item.name, item.content) == ("winmail.dat", content)


def test_what_came_before_the_break_counts() -> None:
    whole = container(file(b"one", b"a.txt"), file(b"two", b"b.txt"))
    found = tnef.unpack(whole[:-40])
    assert found is not None
    assert [item.name for item in found.files][:1] == ["a.txt"]


RTF = (
    rb"{\rtf1\ansi\ansicpg949{\fonttbl{\f0\fnil Arial;}}{\*\generator X;}"
    rb"\f0 \'b0\'a1\par \u54620?\u44544?\line a\tab b\~\{c\}}"
)


def test_rich_text() -> None:
    assert rtf.read(RTF) == ("가\n한글\na\tb\u00a0{c}", "")


def test_html_inside_rich_text() -> None:
    raw = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 caf\'e9"
        rb"\htmlrtf \par}\htmlrtf0 {\*\htmltag72 </p>}}"
    )
    text, html = rtf.read(raw)
    assert html == "<p>café</p>"
    assert "café" in text


def packed(raw: bytes) -> bytes:
    out = b"".join(b"\x00" + raw[at : at + 8] for at in range(0, len(raw), 8))
    return struct.pack("<II", len(out) + 12, len(raw)) + b"LZFu" + bytes(4) + out


def test_packed_rich_text() -> None:
    assert rtf.unpacked(packed(RTF)) == RTF
    assert rtf.unpacked(struct.pack("<II", 20, 5) + b"MELA" + bytes(4) + b"hello") == b"hello"
    assert rtf.unpacked(b"short") == b""
    assert rtf.unpacked(struct.pack("<II", 20, 5) + b"none" + bytes(4) + b"hello") == b""
    body = attribute(0x9003, props(prop(0x1009, BINARY, packed(RTF))))
    assert parse(mail(container(body)))["text"].startswith("가\n한글")


def test_packed_rich_text_with_references() -> None:
    # The worked example of [MS-OXRTFCP], 3.1
    raw = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.unpacked(raw) == rb"{\rtf1\ansi\ansicpg1252\pard hello world}" + b"\r\n"
