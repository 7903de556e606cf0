"""Files: their names, their bytes, the encodings they come in, and that none is lost."""

import base64
import binascii

import pytest

from onque.modules.mail.rules import names as name_rules
from onque.modules.mail.rules import transfer
from onque.modules.mail.rules.parsing import parse, parse_mail

HEAD = b"From: a@b.c\r\nSubject: s\r\n"


def named(disposition: bytes, content_type: bytes = b"application/pdf") -> str:
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
        + content_type
        + b"\r\nContent-Disposition: "
        + disposition
        + b"\r\n\r\nx\r\n--b--\r\n"
    )
    return parse(raw)["attachments"][0][0]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="a.pdf"', "a.pdf"),
        (b"attachment; filename=a.pdf", "a.pdf"),
        (b"attachment; filename=my file name.pdf", "my file name.pdf"),
        (b'attachment; filename="my file.pdf', "my file.pdf"),
        (b'attachment; filename="a;b.pdf"; size=3', "a;b.pdf"),
        (b'attachment; filename="say \\"hi\\".pdf"', 'say "hi".pdf'),
        (b'attachment; filename="say "hi" now.pdf"', 'say "hi" now.pdf'),
        (b'attachment filename="a.pdf"', "a.pdf"),
        (b"attachment; FileName = a.pdf ;", "a.pdf"),
        (b"filename=a.pdf", "a.pdf"),
        (b"attachment; filename*=utf-8''%ED%99%98%EB%B6%88.pdf", "환불.pdf"),
        (b"attachment; filename*=UTF-8'ko'%ED%99%98%EB%B6%88.pdf", "환불.pdf"),
        (b"attachment; filename*=\"utf-8''%ED%99%98%EB%B6%88.pdf\"", "환불.pdf"),
        (b"attachment; filename*=euc-kr''%C8%AF%BA%D2.pdf", "환불.pdf"),
        (b"attachment; filename*=''%ED%99%98%EB%B6%88.pdf", "환불.pdf"),
        (b"attachment; filename*=%ED%99%98%EB%B6%88.pdf", "환불.pdf"),
        (b"attachment; filename*0=long-; filename*1=name.pdf", "long-name.pdf"),
        (b"attachment; filename*1=name.pdf; filename*0=long-", "long-name.pdf"),
        (b"attachment; filename*1=long-; filename*2=name.pdf", "long-name.pdf"),
        (
            b"attachment; filename*0*=utf-8''%ED%99; filename*1*=%98%EB%B6%88; filename*2=.pdf",
            "환불.pdf",
        ),
        (
            b"attachment;\r\n filename*0*=utf-8''%ED%99%98;\r\n filename*1*=%EB%B6%88.pdf",
            "환불.pdf",
        ),
        (b"attachment; filename*0*=euc-kr''%C8%AF; filename*1*=%BA%D2.pdf", "환불.pdf"),
        (b"attachment; filename=plain.pdf; filename*=utf-8''%ED%99%98.pdf", "환.pdf"),
        (b'attachment; filename="=?utf-8?B?7ZmY67aILnBkZg==?="', "환불.pdf"),
        (b"attachment; filename==?utf-8?B?7ZmY67aILnBkZg==?=", "환불.pdf"),
        (b'attachment; filename="=?utf-8?B?7ZmY?=\r\n =?utf-8?B?67aILnBkZg==?="', "환불.pdf"),
        (b'attachment; filename="=?euc-kr?B?yK+60i5wZGY=?="', "환불.pdf"),
        (b'attachment; filename="=?utf-8?Q?=ED=99?= =?utf-8?Q?=98.pdf?="', "환.pdf"),
        (b'attachment; filename*0="=?utf-8?B?7ZmY67aI"; filename*1="LnBkZg==?="', "환불.pdf"),
        (b'attachment; filename="%ED%99%98%EB%B6%88.pdf"', "환불.pdf"),
        (b'attachment; filename="100%25.pdf"', "100%25.pdf"),
        (b"attachment; filename=\"utf-8''%ED%99%98%EB%B6%88.pdf\"", "환불.pdf"),
        (b'attachment; filename="\xc8\xaf\xba\xd2.pdf"', "환불.pdf"),
        ('attachment; filename="환불.pdf"'.encode(), "환불.pdf"),
        ("attachment; filename=환불 요청.pdf".encode(), "환불 요청.pdf"),
        (b'attachment; filename="C:\\Users\\me\\a.pdf"', "a.pdf"),
        (b'attachment; filename="C:\\\\Users\\\\me\\\\a.pdf"', "a.pdf"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename=".."', "attachment.pdf"),
        (b'attachment; filename="   "', "attachment.pdf"),
        (b"attachment; filename=", "attachment.pdf"),
        (b"attachment", "attachment.pdf"),
        ('attachment; filename="a\u202efdp.exe"'.encode(), "afdp.exe"),
        (b'attachment; filename="a\x07b\tc.pdf"', "ab c.pdf"),
        ('attachment; filename="\u1112\u116a\u11ab.pdf"'.encode(), "환.pdf"),
    ],
)
def test_names(disposition: bytes, name: str) -> None:
    assert named(disposition) == name


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        (b'application/pdf; name="b.pdf"', "b.pdf"),
        (b"application/pdf; name*=utf-8''%ED%99%98.pdf", "환.pdf"),
        (b"application/pdf; name==?utf-8?B?7ZmY67aILnBkZg==?=", "환불.pdf"),
        (b"image/jpeg", "attachment.jpg"),
        (b"image/png", "attachment.png"),
        (b"application/x-never-seen", "attachment"),
        (b"text/calendar", "invite.ics"),
        (b"text/html", "attachment.html"),
    ],
)
def test_names_from_the_type(content_type: bytes, name: str) -> None:
    assert named(b"attachment", content_type) == name


def test_long_names_keep_their_end() -> None:
    name = named(b'attachment; filename="' + b"a" * 1_000 + b'.docx"')
    assert name.endswith("a.docx")
    assert len(name) == 200
    assert name_rules.safe("x" * 500) == "x" * 200


def test_made_up_names_differ_and_given_ones_stay() -> None:
    part = b"--b\r\nContent-Type: image/png\r\n\r\n%d\r\n"
    given = b"--b\r\nContent-Type: image/png; name=a.png\r\n\r\n%d\r\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    raw += (
        part % 1
        + part % 2
        + given % 3
        + given % 4
        + b"--b\r\nContent-Type: image/gif\r\n\r\n\r\n--b--"
    )
    found = parse(raw)["attachments"]
    assert [name for name, _kind, _size in found] == [
        "attachment.png",
        "attachment-2.png",
        "a.png",
        "a.png",
        "attachment.gif",
    ]
    assert found[-1][2] == 0


def test_a_type_that_is_missing_is_told_by_the_name() -> None:
    raw = HEAD + b"Content-Disposition: attachment; filename=a.png\r\n\r\nx"
    assert parse(raw)["attachments"] == [("a.png", "image/png", 1)]


def test_a_text_with_a_name() -> None:
    part = b"--b\r\nContent-Type: text/plain; name=log.txt\r\n\r\nlog\r\n"
    mixed = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n" + part
    assert parse(mixed)["attachments"] == [("log.txt", "text/plain", 5)]
    assert parse(mixed)["text"] == "hello"
    only = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part + b"--b--"
    assert (parse(only)["text"], len(parse(only)["attachments"])) == ("log", 1)
    alone = HEAD + b"Content-Type: text/plain; name=message.txt\r\n\r\nhello"
    assert (parse(alone)["text"], parse(alone)["attachments"]) == ("hello", [])


DATA = bytes(range(256)) * 3


def encoded(encoding: bytes, body: bytes, kind: bytes = b"application/octet-stream") -> bytes:
    raw = HEAD + b"Content-Type: " + kind + b"; name=f\r\nContent-Transfer-Encoding: " + encoding
    return (
        parse_mail(raw + b"\r\nContent-Disposition: attachment\r\n\r\n" + body)
        .attachments[0]
        .content
    )


CLEAN = base64.b64encode(DATA)


@pytest.mark.parametrize(
    "body",
    [
        CLEAN,
        base64.encodebytes(DATA),
        CLEAN + b"==",
        CLEAN.replace(b"A", b"A \t\r\n!"),
        b"\r\n\r\n" + CLEAN + b"\r\n\r\n",
        b"".join(base64.b64encode(DATA[at : at + 100]) + b"\r\n" for at in range(0, 768, 100)),
        base64.urlsafe_b64encode(DATA),
    ],
)
@pytest.mark.parametrize(
    "encoding", [b"base64", b"BASE64", b'"base64"', b"base64;", b" Base-64 ", b"b64"]
)
def test_base64(body: bytes, encoding: bytes) -> None:
    assert encoded(encoding, body) == DATA


def test_base64_without_padding_or_cut_short() -> None:
    assert encoded(b"base64", b"aGVsbG8") == b"hello"
    assert encoded(b"base64", b"aGVsbG8gd29ybGQhI") == b"hello world!"
    assert encoded(b"base64", b"a") == b""
    assert encoded(b"base64", b"") == b""


def test_base64_with_words_below() -> None:
    raw = HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert parse(raw + b"aGVsbG8=\r\n\r\n-- scanned by a program --\r\n")["text"] == (
        "hello\n-- scanned by a program --"
    )


@pytest.mark.parametrize("encoding", [b"base64", b"8bit", b"x-nonsense", b"", b"utf-8", b"7-bit"])
def test_an_encoding_that_is_not_true(encoding: bytes) -> None:
    raw = HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: " + encoding
    words = "Hello there, these are plain words. And more of them: 안녕하세요."
    assert parse(raw + b"\r\n\r\n" + words.encode())["text"] == words


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"a=3Db", "a=b"),
        (b"=ec=95=88=eb=85=95", "안녕"),
        (b"one=\r\ntwo", "onetwo"),
        (b"one= \t\r\ntwo", "onetwo"),
        (b"end=", "end"),
        (b"a =ZZ b = c", "a =ZZ b = c"),
        (b"x=\r\n", "x"),
    ],
)
def test_quoted_printable(body: bytes, text: str) -> None:
    raw = (
        HEAD
        + b"Content-Type: text/plain; charset=utf-8\r\n"
        + b"Content-Transfer-Encoding: Quoted-Printable\r\n\r\n"
    )
    assert parse(raw + body)["text"] == text


def test_encodings_nobody_declared() -> None:
    words = ("안녕하세요. 환불을 부탁드립니다. 주문번호는 1234입니다. " * 4).strip()
    body = base64.encodebytes(words.encode())
    assert parse(HEAD + b"\r\n" + body)["text"] == words
    quoted = binascii.b2a_qp(words.encode())
    assert (
        parse(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + quoted)["text"] == words
    )
    assert parse(HEAD + b"\r\nx=1 and y=2, z=C3")["text"] == "x=1 and y=2, z=C3"
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    raw = HEAD + b"Content-Type: image/png; name=a.png\r\n\r\n" + base64.encodebytes(png)
    assert parse_mail(raw).attachments[0].content == png


def uu(data: bytes, name: bytes = b"a.bin") -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


def test_uuencoded_files() -> None:
    raw = HEAD + b"\r\nhello\n" + uu(DATA) + b"between\n" + uu(b"x", "환불.txt".encode()) + b"bye\n"
    mail = parse_mail(raw)
    assert mail.text == "hello\nbetween\nbye"
    assert [(item.name, item.content) for item in mail.attachments] == [
        ("a.bin", DATA),
        ("환불.txt", b"x"),
    ]
    assert encoded(b"x-uuencode", uu(DATA)) == DATA
    assert encoded(b"uuencode", b"not at all") == b"not at all"
    assert transfer.uudecoded(b"begin 644 x\nbroken\nend") == b"begin 644 x\nbroken\nend"


def test_other_ways_to_write_files_into_a_text_are_kept() -> None:
    for words in (
        b"=ybegin line=128 size=3 name=a\r\nxyz\r\n=yend size=3",
        b"(This file must be converted with BinHex 4.0)",
    ):
        assert parse(HEAD + b"\r\n" + words)["text"].encode().split() == words.split()
