"""Header fields as they come: encoded words, addresses, ids, dates, blocks without an end."""

from datetime import UTC, datetime

import pytest

from onque.modules.mail.rules import dates, mailboxes, words
from onque.modules.mail.rules.parsing import parse, parse_mail


def subject(value: bytes) -> str:
    return parse(b"From: a@b.c\r\nSubject: " + value + b"\r\n\r\nx")["subject"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?UTF-8?B?7ZmY67aI?=", "환불"),
        (b"=?utf-8?b?7ZmY67aI?=", "환불"),
        (b"=?UTF-8?B?7ZmY67aI?", "환불"),
        (b"=?UTF-8?B?7ZmY67aI", "환불"),
        (b"=?UTF-8?Q?=ED=99=98=EB=B6=88?=", "환불"),
        (b"=?utf-8?q?=ed=99=98_=eb=b6=88?=", "환 불"),
        # letters cut in two between words, with and without folds
        (b"=?UTF-8?Q?=ED=99?= =?UTF-8?Q?=98=EB=B6=88?=", "환불"),
        (b"=?UTF-8?Q?=ED=99?=\r\n =?utf-8?Q?=98=EB=B6=88?=", "환불"),
        (b"=?UTF-8?B?7Zk=?= =?UTF-8?B?mOu2iA==?=", "환불"),
        (b"=?UTF-8?Q?=ED=99?==?UTF-8?Q?=98=EB=B6=88?=", "환불"),
        # blanks and line breaks where none belong
        (b"=?UTF-8?Q?Hello there, friend?=", "Hello there, friend"),
        (b"=?UTF-8?B?7ZmY\r\n 67aI?=", "환불"),
        (b"=? UTF-8 ?B?7ZmY67aI?=", "환불"),
        # padding missing, glued to words, with a language
        (b"=?UTF-8?B?Y2Fmw6k?=", "café"),
        (b"Re:=?UTF-8?B?7ZmY67aI?=!", "Re:환불!"),
        (b"=?utf-8*ko?B?7ZmY67aI?=", "환불"),
        (b'"=?UTF-8?B?7ZmY67aI?="', '"환불"'),
        # neighbours of two sets keep no blank between them
        (b"=?UTF-8?B?7ZmY67aI?= =?euc-kr?B?vNvA5Q==?=", "환불송장"),
        (b"=?euc-kr?B?yK+60g==?=", "환불"),
        (b"=?ks_c_5601-1987?B?yK+60g==?=", "환불"),
        (b"=?UTF-8?B?yK+60g==?=", "환불"),
        (b"=?x-unknown?B?7ZmY67aI?=", "환불"),
        (b"=?iso-2022-jp?B?GyRCJF4kXyRgGyhC?= =?iso-2022-jp?B?GyRCJGEkYhsoQg==?=", "まみむめも"),
        (b"=?UTF-8?Q?a?b?=", "a?b"),
        (b"=?UTF-8?Q?50% off =3D =ZZ?=", "50% off = =ZZ"),
        (b"plain =?= text =?x", "plain =?= text =?x"),
        ("환불 요청".encode(), "환불 요청"),
        ("환불 요청".encode("cp949"), "환불 요청"),
        (b"Gr\xfc\xdfe", "Grüße"),
        (b"\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"),
        (b"one\r\n two\r\n\tthree", "one two three"),
        (b"one\r\n \r\n two", "one  two"),
        (b"tab\there \x00\x07bell", "tab here bell"),
        ("a\u202egpj.exe".encode(), "agpj.exe"),
    ],
)
def test_subjects(value: bytes, text: str) -> None:
    assert " ".join(subject(value).split()) == " ".join(text.split())


def test_a_word_inside_a_word() -> None:
    assert words.decode("=?utf-8?Q?=3D=3FUTF-8=3FB=3F7ZmY67aI=3F=3D?=") == "환불"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@b.c", [("", "a@b.c")]),
        ("<a@b.c>", [("", "a@b.c")]),
        ("Ann <a@b.c>", [("Ann", "a@b.c")]),
        ('"Doe, John" <j@x.com>, k@x.com', [("Doe, John", "j@x.com"), ("", "k@x.com")]),
        ("Doe, John <j@x.com>", [("Doe, John", "j@x.com")]),
        ("j@x.com (John Doe)", [("John Doe", "j@x.com")]),
        ("John Q. Public <j@x.com>", [("John Q. Public", "j@x.com")]),
        ("john@x.com <john@x.com>", [("john@x.com", "john@x.com")]),
        ('"john@x.com" <john@x.com>', [("john@x.com", "john@x.com")]),
        ("'Ann' <a@b.c>", [("Ann", "a@b.c")]),
        ("Ann <a@b.c", [("Ann", "a@b.c")]),
        ("Ann a@b.c>", [("", "a@b.c")]),
        ("<<a@b.c>>", [("", "a@b.c")]),
        ('"Ann <a@b.c>', [("Ann", "a@b.c")]),
        ("Ann <a@b.c> Bob <b@b.c>", [("Ann", "a@b.c"), ("Bob", "b@b.c")]),
        ("a@b.c; b@b.c", [("", "a@b.c"), ("", "b@b.c")]),
        ("Team: a@b.c, Bob <b@b.c>;", [("", "a@b.c"), ("Bob", "b@b.c")]),
        (
            "A Group(Some people):Chris <c@x.com>,joe@x.com;, z@x.com",
            [("Chris", "c@x.com"), ("", "joe@x.com"), ("", "z@x.com")],
        ),
        ("undisclosed-recipients:;", []),
        ("Undisclosed recipients", []),
        ("undisclosed-recipients: ;, a@b.c", [("", "a@b.c")]),
        ("Support: Team <a@b.c>", [("Support: Team", "a@b.c")]),
        ("<@hop.tld,@two.tld:mary@example.net>", [("", "mary@example.net")]),
        (
            "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            [("Pete", "pete@silly.test")],
        ),
        ("mary @ example . net", [("", "mary@example.net")]),
        ("< a@b.c >", [("", "a@b.c")]),
        ("<mailto:a@b.c>", [("", "a@b.c")]),
        ("a@[127.0.0.1]", [("", "a@[127.0.0.1]")]),
        ('"john doe"@x.com', [("", '"john doe"@x.com')]),
        ("홍길동 <gil@x.com>", [("홍길동", "gil@x.com")]),
        ("jdöe@mächine.example", [("", "jdöe@mächine.example")]),
        ("Ann <a@xn--9n2bp8q.kr>", [("Ann", "a@xn--9n2bp8q.kr")]),
        ("=?utf-8?B?7ZmNLCDquLjrj5k=?= <g@x.com>", [("홍, 길동", "g@x.com")]),
        ('"=?utf-8?B?7ZmN6ri464+Z?=" <g@x.com>', [("홍길동", "g@x.com")]),
        ("=?utf-8?Q?Ann_=3Ca=40b.c=3E?=", [("Ann", "a@b.c")]),
        ("=?utf-8?B?7ZmN?= =?utf-8?B?6ri464+Z?= <g@x.com>", [("홍길동", "g@x.com")]),
        ("Ann\\, Inc. <a@b.c>", [("Ann\\, Inc.", "a@b.c")]),
        ("", []),
        (',,;;<>"', []),
        ("perlin.@x.com", [("", "perlin.@x.com")]),
        ("Ann <a@b.c>,", [("Ann", "a@b.c")]),
        ("Ann (x) <a@b.c> (y)", [("Ann", "a@b.c")]),
        ('"O\'Neil, \\"Sam\\"" <s@x.com>', [('O\'Neil, "Sam"', "s@x.com")]),
        ("a+b=c@x.com", [("", "a+b=c@x.com")]),
        ("a@b.c\ufeff", [("", "a@b.c")]),
        ("Ann <a@b.c> <mailto:a@b.c>", [("Ann", "a@b.c")]),
        ("a@b.c [mailto:a@b.c]", [("", "a@b.c")]),
        ("=?UTF-8?Q?=22Ann_B=2E=22?= <a@b.c>", [("Ann B.", "a@b.c")]),
        ("Ann @ Co <a@b.c>", [("Ann @ Co", "a@b.c")]),
        ('Foo "Bar" Baz <a@b.c>', [("Foo Bar Baz", "a@b.c")]),
    ],
)
def test_mailboxes(value: str, found: list[tuple[str, str]]) -> None:
    assert [(item.name, item.address) for item in mailboxes.read(value)] == found


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (b"From: Ann <a@b.c>\r\nFrom: Bob <b@b.c>", "a@b.c"),
        (b"From:\r\nSender: s@b.c", "s@b.c"),
        (b"From: nobody\r\nReply-To: r@b.c", "r@b.c"),
        (b"From : a@b.c", "a@b.c"),
        (b"FROM:a@b.c", "a@b.c"),
        (b"from:\r\n a@b.c", "a@b.c"),
        (b"Subject: x", ""),
        (b"Return-Path: <>\r\nSubject: x", ""),
    ],
)
def test_who_wrote(head: bytes, address: str) -> None:
    assert parse(head + b"\r\n\r\nhello")["from_address"] == address


ENDS = {"CR LF": b"\r\n", "LF": b"\n", "CR": b"\r", "CR CR LF": b"\r\r\n"}


@pytest.mark.parametrize("name", ENDS)
def test_line_ends(name: str) -> None:
    lines = [b"From: a@b.c", b"Subject: one", b" two", b"", b"first", b"second", b""]
    facts = parse(ENDS[name].join(lines))
    assert (facts["from_address"], facts["subject"]) == ("a@b.c", "one two")
    assert facts["text"].split() == ["first", "second"]


@pytest.mark.parametrize(
    ("raw", "subject", "text"),
    [
        (b"From a@b.c Mon Jan  1 00:00:00 2024\r\nSubject: s\r\n\r\nt", "s", "t"),
        (b">From a@b.c Mon Jan  1 00:00:00 2024\r\nSubject: s\r\n\r\nt", "s", "t"),
        (b"\r\n\r\n\r\nSubject: s\r\n\r\nt", "s", "t"),
        (b"\xef\xbb\xbfSubject: s\r\n\r\nt", "s", "t"),
        (b"Subject: s\r\nt without a blank line", "s", "t without a blank line"),
        (b"Subject: s\r\n   \r\nt", "s", "t"),
        (b"Subject: s\r\nbroke off here\r\nFrom: a@b.c\r\n\r\nt", "s broke off here", "t"),
        (b"Subject: s\r\nSubject: other\r\n\r\nt", "s", "t"),
        (b"Subject:\r\nSubject: other\r\n\r\nt", "other", "t"),
        (b"Subject: s\x00\r\n\r\nt\x00", "s", "t"),
        (b"Subject: s", "s", ""),
        (b"just words, no header at all", "", "just words, no header at all"),
        (b"Note: nothing\r\nelse", "", "Note: nothing\nelse"),
        (b"", "", ""),
    ],
)
def test_header_blocks(raw: bytes, subject: str, text: str) -> None:
    facts = parse(raw)
    assert (facts["subject"], facts["text"]) == (subject, text)


def test_ids() -> None:
    head = (
        b"Message-ID: <a b@x>\r\nIn-Reply-To: Your mail of Monday <m1@x> and <m1@x>\r\n"
        b"References: <r1@x>\r\n <r2@x>,<r3\r\n @x> junk <r1@x>\r\n"
        b"References: =?utf-8?Q?=3Cr4@x=3E?=\r\n"
    )
    facts = parse(head + b"\r\nx")
    assert facts["message_id"] == "ab@x"
    assert facts["in_reply_to"] == ["m1@x"]
    assert facts["references"] == ["r1@x", "r2@x", "r3@x", "r4@x"]
    assert parse(b"Message-ID: bare@x\r\n\r\n")["message_id"] == "bare@x"


MOMENT = datetime(2024, 5, 8, 5, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Wed, 8 May 2024 14:00:00 +0900",
        "Wed, 08 May 2024 14:00:00 +0900 (KST)",
        "8 May 2024 14:00 +0900",
        "Wed,8 May 2024 14:00:00 +09:00",
        "Wed, 8 May 2024 14:00:00 KST",
        "Wed, 8 May 2024 14:00:00 GMT+9",
        "Wed, 8 May 2024 05:00:00 GMT",
        "Wed, 8 May 2024 05:00:00 UT",
        "Wed, 8 May 2024 05:00:00",
        "Wed, 8 May 24 05:00:00 Z",
        "Wed May  8 05:00:00 2024",
        "2024-05-08T14:00:00+09:00",
        "2024-05-08 05:00:00",
        "2024-05-08T05:00:00Z",
        "Wed, 8 May 2024 05:00:00 +0000 (Coordinated Universal Time)",
    ],
)
def test_dates(value: str) -> None:
    assert dates.read(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "Wed, 99 May 2024 14:00:00",
        "0000-00-00 00:00:00",
        "9" * 5_000,
        "+" * 300,
        "Sat, 31 Dec 9999 23:59:59 -2359",
        "Mon, 1 Jan 0001 00:00:00 +2359",
    ],
)
def test_dates_that_are_none(value: str) -> None:
    found = dates.read(value)
    assert found is None or found.tzinfo is UTC


def test_a_date_that_is_absurd_is_left_to_who_files_it() -> None:
    assert parse_mail(b"Date: Fri, 1 Jan 1904 00:00:00 +0000\r\n\r\n").sent_at is not None
