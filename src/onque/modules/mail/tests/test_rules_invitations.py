"""Invitations in words: what, when in UTC, who."""

import pytest

from onque.modules.mail.rules.invitations import summary
from onque.modules.mail.rules.parsing import parse, parse_mail


def calendar(*lines: str, before: str = "METHOD:REQUEST") -> bytes:
    body = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        before,
        "BEGIN:VEVENT",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(body).encode()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["DTSTART:20240508T050000Z", "DTEND:20240508T060000Z"], "2024-05-08 05:00 – 06:00 UTC"),
        (
            ["DTSTART;TZID=Asia/Seoul:20240508T140000", "DTEND;TZID=Asia/Seoul:20240508T150000"],
            "2024-05-08 05:00 – 06:00 UTC",
        ),
        (
            ['DTSTART;TZID="Korea Standard Time":20240508T140000', "DURATION:PT1H30M"],
            "2024-05-08 05:00 – 06:30 UTC",
        ),
        (["DTSTART;TZID=W. Europe Standard Time:20240708T140000"], "2024-07-08 12:00 UTC"),
        (["DTSTART;VALUE=DATE:20240508", "DTEND;VALUE=DATE:20240509"], "2024-05-08"),
        (["DTSTART;VALUE=DATE:20240508", "DTEND;VALUE=DATE:20240511"], "2024-05-08 – 2024-05-10"),
        (
            ["DTSTART:20240508T230000Z", "DTEND:20240509T010000Z"],
            "2024-05-08 23:00 – 2024-05-09 01:00 UTC",
        ),
        (["DTSTART;TZID=Nowhere:20240508T140000"], "2024-05-08 14:00 UTC"),
        (["DTSTART:99999999T999999"], ""),
        (["DTSTART:soon"], ""),
        (["DTSTART;VALUE=DATE:20240508", "DTEND:20240510T010000Z"], "2024-05-08 – 2024-05-09"),
        (["DTSTART:20240508T010000Z", "DTEND;VALUE=DATE:20240510"], "2024-05-08 01:00 UTC"),
        (["DTSTART:99991231T235959Z", "DURATION:P99999999W"], ""),
    ],
)
def test_times(lines: list[str], said: str) -> None:
    assert summary(calendar("SUMMARY:s", *lines)).partition("\n")[2] == said


def test_a_zone_that_only_the_file_knows() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0900\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE"
    )
    assert "05:00 UTC" in summary(calendar("DTSTART;TZID=Ours:20240508T140000", before=zone))


def test_words_folds_and_escapes() -> None:
    raw = calendar(
        "SUMMARY:도입\\, 상담\r\n  회의\\n둘째",
        'ORGANIZER;CN="이, 몽룡";ROLE=CHAIR:MAILTO:lee@example.com',
        "LOCATION:회의실 3",
        "BEGIN:VALARM",
        "SUMMARY:alarm",
        "END:VALARM",
    )
    assert summary(raw) == "도입, 상담 회의 둘째\n이, 몽룡 <lee@example.com>\n회의실 3"


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", bytes(range(256)) * 20]
)
def test_no_invitation(raw: bytes) -> None:
    assert summary(raw) == ""


EVENT = calendar("SUMMARY:회의", "DTSTART:20240508T050000Z")


def test_an_invitation_alone_is_the_text_and_a_file() -> None:
    raw = (
        b"From: a@b.c\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n" + EVENT
    )
    facts = parse(raw)
    assert facts["text"] == "회의\n2024-05-08 05:00 UTC"
    assert [name for name, _kind, _size in facts["attachments"]] == ["invite.ics"]


def test_an_invitation_beside_a_text_is_noted_and_kept_once() -> None:
    part = b"--b\r\nContent-Type: text/calendar; charset=utf-8%s\r\n\r\n" + EVENT + b"\r\n"
    raw = (
        b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n"
        + part % b""
        + part % b"; name=meeting.ics"
        + b"--b--\r\n"
    )
    mail = parse_mail(raw)
    assert mail.text == "hello"
    assert [item.name for item in mail.attachments] == ["meeting.ics"]
    assert any("회의 · 2024-05-08 05:00 UTC" in note for note in mail.notes)
