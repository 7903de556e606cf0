"""Parts: nested, malformed, several bodies, versions to choose from, enclosed messages."""

import base64

import pytest

from onque.modules.mail.rules.parsing import parse, parse_mail

HEAD = b"From: a@b.c\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


def multipart(kind: str, *parts: bytes, boundary: str = "b1", head: bytes = HEAD) -> bytes:
    start = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + item + b"\r\n" for item in parts)
    return head + start + body + mark + b"--\r\n"


def part(kind: str, body: bytes, *more: str) -> bytes:
    lines = [f"Content-Type: {kind}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def names(raw: bytes) -> list[str]:
    return [name for name, _mime, _size in parse(raw)["attachments"]]


PLAIN = part("text/plain; charset=utf-8", b"plain words")
HTML = part("text/html; charset=utf-8", b"<p>rich <b>words</b></p>")
IMAGE = part("image/png", PNG, "Content-Disposition: inline")
FILE = part("application/pdf; name=a.pdf", b"%PDF-1.4 x", "Content-Disposition: attachment")


def test_versions_of_a_text() -> None:
    facts = parse(multipart("alternative", PLAIN, HTML))
    assert (facts["text"], facts["html"]) == ("plain words", "<p>rich <b>words</b></p>")
    facts = parse(multipart("alternative", HTML, PLAIN))
    assert (facts["text"], facts["html"]) == ("plain words", "<p>rich <b>words</b></p>")


@pytest.mark.parametrize(
    "useless",
    [
        b"",
        b"  \r\n ",
        b"Your mail client does not support HTML mail.",
        b"This is an HTML message. Please use an HTML capable mail program to read it.",
        b"To view this message, please use an HTML compatible email viewer!",
    ],
)
def test_a_plain_version_that_says_nothing(useless: bytes) -> None:
    facts = parse(multipart("alternative", part("text/plain", useless), HTML))
    assert facts["text"] == "rich words"


def test_related_inside_alternative_and_the_other_way_round() -> None:
    related = multipart("related", HTML, IMAGE, boundary="b2", head=b"")
    assert parse(multipart("alternative", PLAIN, related))["text"] == "plain words"
    assert names(multipart("alternative", PLAIN, related)) == ["attachment.png"]
    versions = multipart("alternative", PLAIN, HTML, boundary="b2", head=b"")
    facts = parse(multipart("related", versions, IMAGE))
    assert (facts["text"], facts["html"]) == ("plain words", "<p>rich <b>words</b></p>")
    assert len(facts["attachments"]) == 1


def test_versions_said_to_be_related_or_mixed() -> None:
    html = part("text/html", b"<p>plain words</p>")
    for kind in ("related", "mixed"):
        facts = parse(multipart(kind, PLAIN, html))
        assert (facts["text"], facts["html"]) == ("plain words", "<p>plain words</p>")


def test_mixed_inside_alternative() -> None:
    mixed = multipart(
        "mixed", HTML, FILE, part("text/html", b"<p>end</p>"), boundary="b2", head=b""
    )
    facts = parse(multipart("alternative", PLAIN, mixed))
    assert facts["text"] == "plain words"
    assert "rich" in facts["html"]
    assert "end" in facts["html"]
    assert names(multipart("alternative", PLAIN, mixed)) == ["a.pdf"]


def test_several_texts_stand_in_their_order() -> None:
    facts = parse(multipart("mixed", PLAIN, IMAGE, part("text/plain", b"more"), FILE, HTML))
    assert facts["text"] == "plain words\n\nmore\n\nrich words"
    assert facts["html"].index("plain words") < facts["html"].index("more")
    assert facts["html"].index("more") < facts["html"].index("rich")


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        (b"", "the closing boundary is missing"),
        (b"--b1", "half of it"),
        (b"--b1--", "no line end"),
        (b"--b1-- \t\r\n", "blanks behind"),
        (b"--b1--\r\nepilogue\r\n", "an epilogue"),
    ],
)
def test_ends_of_multiparts(tail: bytes, why: str) -> None:
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b1\r\n\r\npreamble\r\n--b1\r\n"
        + PLAIN
        + b"\r\n--b1 \r\n"
        + FILE
        + b"\r\n"
        + tail
    )
    facts = parse(raw)
    assert facts["text"] == "plain words"
    assert names(raw) == ["a.pdf"]


@pytest.mark.parametrize(
    ("field", "mark"),
    [
        (b"multipart/mixed; boundary=a b", b"a b"),
        (b'multipart/mixed; boundary="a=(?)b"', b"a=(?)b"),
        (b"multipart/mixed; boundary=----=_Part_1(2)[3]", b"----=_Part_1(2)[3]"),
        (b"multipart/mixed; boundary=abc (comment)", b"abc"),
        (b"multipart/mixed boundary=abc", b"abc"),
        (b"multipart/mixed;\r\n\tboundary=abc; charset=utf-8", b"abc"),
        (b"multipart/mixed; charset=utf-8;boundary = abc", b"abc"),
        (b'multipart/mixed; boundary="abc', b"abc"),
        (b"multipart/mixed; boundary='abc'", b"'abc'"),
        (b"multipart/mixed; BOUNDARY=abc;", b"abc"),
        (b"multipart/mixed; boundary=wrong", b"right"),
        (b"multipart/mixed", b"right"),
        (b'multipart/mixed; boundary=""', b"right"),
        (b'multipart/mixed; boundary=""', b""),
        (b"multipart", b"right"),
        (b"multipart/mixed; boundary=abc", b"abc"),
        ("multipart/mixed; boundary=경계".encode(), "경계".encode()),
    ],
)
def test_boundaries(field: bytes, mark: bytes) -> None:
    raw = HEAD + b"Content-Type: " + field + b"\r\n\r\n--" + mark + b"\r\n" + PLAIN
    raw += b"\r\n--" + mark + b"\r\n" + FILE + b"\r\n--" + mark + b"--\r\n"
    assert parse(raw)["text"] == "plain words"
    assert names(raw) == ["a.pdf"]


def test_a_boundary_that_begins_like_another() -> None:
    inner = multipart("alternative", PLAIN, HTML, boundary="b1-x", head=b"")
    facts = parse(multipart("mixed", inner, FILE, boundary="b1"))
    assert (facts["text"], len(facts["attachments"])) == ("plain words", 1)
    inner = multipart("alternative", PLAIN, HTML, boundary="b1", head=b"")
    facts = parse(multipart("mixed", inner, FILE, boundary="b1x"))
    assert (facts["text"], len(facts["attachments"])) == ("plain words", 1)


def test_a_boundary_used_twice() -> None:
    inner = multipart("alternative", PLAIN, HTML, boundary="b1", head=b"")
    facts = parse(multipart("mixed", inner, FILE, boundary="b1"))
    assert "plain words" in facts["text"]
    assert len(facts["attachments"]) == 1


def test_an_inner_multipart_that_is_not_closed() -> None:
    inner = multipart("alternative", PLAIN, HTML, boundary="b2", head=b"").removesuffix(
        b"--b2--\r\n"
    )
    facts = parse(multipart("mixed", inner, FILE))
    assert (facts["text"], len(facts["attachments"])) == ("plain words", 1)


def test_parts_after_the_end() -> None:
    raw = multipart("mixed", PLAIN) + b"--b1\r\n" + FILE + b"\r\n--b1--\r\n"
    assert names(raw) == ["a.pdf"]


def test_a_part_without_header_or_blank_line() -> None:
    raw = multipart("mixed", b"bare words\r\nand more", b"\r\nwith an empty header", FILE)
    assert parse(raw)["text"] == "bare words\nand more\n\nwith an empty header"
    raw = multipart("mixed", b"Note: this is no header\r\n\r\nmore")
    assert parse(raw)["text"] == "Note: this is no header\n\nmore"
    raw = multipart("mixed", b"Content-Type: text/plain\r\nwords at once")
    assert parse(raw)["text"] == "words at once"


def test_only_words_around_the_parts() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b1\r\n\r\nonly these words\r\n"
    assert parse(raw)["text"] == "only these words"
    raw = multipart("mixed", FILE).replace(b"--b1\r\n", b"words before\r\n--b1\r\n", 1)
    assert parse(raw)["text"] == "words before"
    courtesy = multipart("mixed", FILE).replace(
        b"--b1\r\n", b"This is a multi-part message in MIME format.\r\n--b1\r\n", 1
    )
    assert parse(courtesy)["text"] == ""


def test_a_multipart_in_an_encoding() -> None:
    inner = multipart("mixed", PLAIN, FILE, head=b"").partition(b"\r\n\r\n")[2]
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(inner)
    )
    assert parse(raw)["text"] == "plain words"
    assert names(raw) == ["a.pdf"]
    said = multipart(
        "mixed", PLAIN, FILE, head=HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n"
    )
    assert parse(said)["text"] == "plain words"


INNER = b"From: x@y.z\r\nSubject: inner words\r\n\r\ninner body\r\n"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("7bit", INNER),
        ("base64", base64.encodebytes(INNER)),
        ("quoted-printable", INNER.replace(b"inner body", b"inner=20body")),
    ],
)
def test_an_enclosed_message(encoding: str, body: bytes) -> None:
    raw = multipart(
        "mixed", PLAIN, part("message/rfc822", body, f"Content-Transfer-Encoding: {encoding}")
    )
    mail = parse_mail(raw)
    assert mail.text == "plain words"
    (item,) = mail.attachments
    assert (item.name, item.content_type) == ("inner words.eml", "message/rfc822")
    assert item.content.strip() == INNER.strip()


def test_the_whole_mail_is_an_enclosed_message() -> None:
    facts = parse(HEAD + part("message/rfc822", INNER))
    assert facts["text"] == "inner body"
    assert facts["attachments"][0][0] == "inner words.eml"


def test_digests_and_partial_messages() -> None:
    raw = multipart(
        "digest", b"\r\n" + INNER, part("message/rfc822", INNER), b"\r\nSubject: q\r\n\r\nx"
    )
    assert names(raw) == ["inner words.eml", "inner words.eml", "q.eml"]
    partial = part("message/partial; id=x; number=1; total=2", INNER)
    external = part(
        "message/external-body; access-type=URL; URL=x", b"Content-Type: image/png\r\n\r\n"
    )
    kinds = [
        kind
        for _name, kind, _size in parse(multipart("mixed", PLAIN, partial, external))["attachments"]
    ]
    assert kinds == ["message/partial", "message/external-body"]


def test_deep_nesting_of_messages_is_kept() -> None:
    raw = b"Subject: deepest\r\n\r\nx"
    for _level in range(40):
        raw = HEAD + part("message/rfc822", raw)
    mail = parse_mail(raw)
    assert mail.attachments[0].content_type == "message/rfc822"


def test_signed_and_sealed_mail() -> None:
    signature = part(
        "application/pkcs7-signature; name=smime.p7s",
        base64.encodebytes(b"sig"),
        "Content-Transfer-Encoding: base64",
    )
    raw = multipart("signed", PLAIN, signature)
    assert parse(raw)["text"] == "plain words"
    assert names(raw) == ["smime.p7s"]
    pgp = multipart("signed", PLAIN, part("application/pgp-signature", b"-----BEGIN PGP"))
    assert names(pgp) == ["signature.asc"]
    sealed = HEAD + part("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"x")
    assert names(sealed) == ["smime.p7m"]
    locked = multipart(
        "encrypted",
        part("application/pgp-encrypted", b"Version: 1"),
        part("application/octet-stream", b"x"),
    )
    assert names(locked) == ["attachment.asc", "attachment.bin"]
    inline = HEAD + b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nhello\r\n"
    assert "BEGIN PGP" in parse(inline)["text"]


def test_files_of_a_macintosh() -> None:
    double = multipart(
        "appledouble",
        part("application/applefile; name=a.jpg", b"x"),
        part("image/jpeg; name=a.jpg", b"y"),
        boundary="b2",
        head=b"",
    )
    assert names(multipart("mixed", PLAIN, double)) == ["a.jpg", "a.jpg"]


@pytest.mark.parametrize(
    ("field", "body", "text"),
    [
        (b"text", b"words", "words"),
        (b"text; plain", b"words", "words"),
        (b"plain", b"words", "words"),
        (b"html", b"<p>words</p>", "words"),
        (b"text/html charset=utf-8", "<p>안녕</p>".encode(), "안녕"),
        (b'"text/plain"; charset="utf-8"', "안녕".encode(), "안녕"),
        (b"TEXT/PLAIN; CHARSET=utf-8", "안녕".encode(), "안녕"),
        (b"text/plain; charset=utf-8 (Unicode)", "안녕".encode(), "안녕"),
        (b"text/plain; charset==?utf-8?Q?euc-kr?=", "안녕".encode("cp949"), "안녕"),
        (b"plain/text", b"words", "words"),
        (b"", b"words", "words"),
        (b"text/markdown", b"# words", "# words"),
        (b"text/enriched", b"<bold>Now</bold> is <<time>\r\nfor all", "Now is <time> for all"),
        (b"text/plain", b"<!DOCTYPE html><html><body><p>words</p></body></html>", "words"),
        (b";;;", b"words", "words"),
    ],
)
def test_types_as_they_are_written(field: bytes, body: bytes, text: str) -> None:
    assert parse(HEAD + b"Content-Type: " + field + b"\r\n\r\n" + body)["text"] == text


def test_no_type_at_all() -> None:
    assert parse(HEAD + b"\r\nwords")["text"] == "words"
    assert parse(HEAD + b"\r\n<html><body><p>words</p></body></html>")["text"] == "words"


def test_flowed_text() -> None:
    body = b"one \r\ntwo\r\n> quoted \r\n> more\r\n>> deeper\r\n-- \r\nme\r\n"
    raw = HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + body
    assert parse(raw)["text"] == "one two\n> quoted more\n>> deeper\n-- \nme"
    raw = (
        HEAD
        + b'Content-Type: text/plain; charset=utf-8; Format="Flowed"; DelSp=yes\r\n'
        + "\r\n한 \r\n글".encode()
    )
    assert parse(raw)["text"] == "한글"


def test_pictures_named_by_where_they_lay() -> None:
    image = part("image/png", PNG, "Content-Location: img/logo.png")
    page = part("text/html", b'<p>x<img src="img/logo.png"></p>')
    mail = parse_mail(multipart("related", page, image))
    assert [item.name for item in mail.attachments] == ["logo.png"]
    assert f'src="cid:{mail.attachments[0].content_id}"' in mail.html


def test_amp_and_unknown_texts_are_files() -> None:
    raw = multipart("alternative", PLAIN, part("text/x-amp-html", b"<html amp>"), HTML)
    assert parse(raw)["text"] == "plain words"
    assert names(raw) == ["attachment.amp.html"]
    assert names(multipart("mixed", PLAIN, part("text/csv", b"a,b"))) == ["attachment.csv"]


def test_every_version_is_kept() -> None:
    other = part("text/html", b"<p>other words</p>")
    facts = parse(multipart("alternative", PLAIN, other, HTML))
    assert facts["html"] == "<p>rich <b>words</b></p>"
    assert [name for name, _kind, _size in facts["attachments"]] == ["attachment.html"]


def test_parts_outside_of_their_multipart() -> None:
    stray = b"--b9\r\n" + FILE + b"\r\n--b9--\r\n"
    after = multipart("mixed", PLAIN) + stray
    assert (parse(after)["text"], names(after)) == ("plain words", ["a.pdf"])
    before = multipart("mixed", PLAIN).replace(b"--b1\r\n", stray + b"--b1\r\n", 1)
    assert (parse(before)["text"], names(before)) == ("plain words", ["a.pdf"])
    inside = multipart("mixed", PLAIN, stray)
    assert (parse(inside)["text"], names(inside)) == ("plain words", ["a.pdf"])


def test_a_file_that_runs_into_the_next_multipart() -> None:
    body = base64.encodebytes(b"one") + b"--b9\r\n" + HTML + b"\r\n--b9--\r\n"
    file = part("image/gif", body, "Content-Transfer-Encoding: base64")
    mail = parse_mail(multipart("mixed", PLAIN, file))
    assert mail.text == "plain words\n\nrich words"
    assert [item.content for item in mail.attachments] == [b"one"]


def test_a_mail_that_forgot_its_type() -> None:
    raw = HEAD + multipart("mixed", PLAIN, FILE, head=b"").partition(b"\r\n")[2]
    assert (parse(raw)["text"], names(raw)) == ("plain words", ["a.pdf"])
