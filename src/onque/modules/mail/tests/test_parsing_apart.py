"""Large mail is read in a process of its own; what would hold it up ends as `TooCostly`."""

import base64

import pytest

from onque.modules.mail.rules.limits import Excess
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.services import parsing_apart
from onque.modules.mail.services.parsing_apart import TooCostly, read_for_page, read_mail

HEAD = b"From: a@b.c\r\nSubject: s\r\n"


def large() -> bytes:
    body = base64.encodebytes(bytes(2_000_000))
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        + b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + body
        + b"\r\n--b--\r\n"
    )


def test_a_large_mail_reads_the_same_apart() -> None:
    raw = large()
    assert len(raw) > parsing_apart.APART_BYTES
    mail = read_mail(raw, null_sender=True)
    assert mail == parse_mail(raw, null_sender=True)
    assert len(mail.attachments[0].content) == 2_000_000


def test_a_small_mail_is_read_here() -> None:
    assert read_mail(HEAD + b"\r\nhello").text == "hello"


BOMBS = {
    Excess.PARTS: HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 30_000,
    Excess.DEPTH: HEAD
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3_000)
    ),
    Excess.HEADER: HEAD + b"X-Long: " + b"y" * 3_000_000 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("excess", BOMBS)
def test_bombs_are_refused(excess: Excess) -> None:
    assert excess in parse_mail(BOMBS[excess]).excess
    with pytest.raises(TooCostly, match=excess.value):
        read_mail(BOMBS[excess])


def test_a_process_without_memory_is_no_harm_to_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing_apart, "MEMORY_BYTES", 1_000_000)
    monkeypatch.setattr(parsing_apart, "MEMORY_PER_BYTE", 1)
    with pytest.raises(TooCostly):
        read_mail(large())


def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing_apart, "WALL_SECONDS", 0.01)
    with pytest.raises(TooCostly, match="more than"):
        read_mail(large())


def test_a_page_shows_what_was_read_of_a_bomb() -> None:
    mail = read_for_page(BOMBS[Excess.PARTS])
    assert mail.is_bomb
    assert mail.subject == "s"


def test_a_page_shows_one_file_where_reading_broke_the_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_for_page(large()) == parse_mail(large())
    monkeypatch.setattr(parsing_apart, "PAGE_SECONDS", 0.01)
    raw = large()
    mail = read_for_page(raw)
    assert [item.content for item in mail.attachments] == [raw]
    assert (mail.text, mail.html) == ("", "")
    assert "more than" in mail.notes[0]
