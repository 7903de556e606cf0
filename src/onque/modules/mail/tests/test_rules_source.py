"""The source of a mail as text: whatever its bytes, it can be read and hides nothing."""

from onque.modules.mail.rules import source


def test_fields_are_read_and_unfolded() -> None:
    raw = b"Subject: =?utf-8?b?7ZmY67aI?=\r\n now\r\nX-One: a\r\n\tb\r\n\r\nHello\r\n"
    shown = source.show(raw)
    assert shown.headers == (("Subject", "환불 now"), ("X-One", "a b"))
    assert shown.text.endswith("\n\nHello\n")
    assert not shown.is_cut


def test_bytes_and_characters_that_hide_stand_as_codes() -> None:
    raw = b"Subject: \xb0\xa1\xe2\x80\xae\r\n\r\na\x00b\x1b[0m\xff \xe2\x80\xae"
    shown = source.show(raw)
    assert shown.text == "Subject: \\xb0\\xa1\\u202e\n\na\\x00b\\x1b[0m\\xff \\u202e"
    assert shown.headers == (("Subject", "\\xb0\\xa1\\u202e"),)


def test_a_long_mail_is_cut_and_says_so() -> None:
    raw = b"Subject: long\r\n\r\n" + b"x" * 3 * source.SHOWN_BYTES
    shown = source.show(raw)
    assert shown.is_cut
    assert len(shown.text) <= source.SHOWN_BYTES


def test_no_bytes_at_all_and_no_header() -> None:
    assert source.show(b"") == source.Source((), "", is_cut=False)
    assert source.show(b"\r\njust words").text == "\njust words"


def test_many_and_long_fields_are_bounded() -> None:
    raw = b"".join(b"X-%d: %s\r\n" % (n, b"v" * 4000) for n in range(300)) + b"\r\n"
    shown = source.show(raw)
    assert 1 < len(shown.headers) <= 100
    assert all(len(value) <= 2000 for _name, value in shown.headers)
