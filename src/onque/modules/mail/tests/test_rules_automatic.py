"""Who wrote it: headers and words, and what only looks like them."""

import pytest

from onque.modules.mail.rules.parsed import AutoKind, Automatic
from onque.modules.mail.rules.parsing import parse_mail


def judged(head: str, body: str = "hello") -> Automatic:
    if "From:" not in head:
        head = f"From: cy@customer.example\n{head}"
    raw = f"{head}\n\n{body}\n".replace("\n", "\r\n").encode()
    return parse_mail(raw).automatic


TABLE = [
    ("Auto-Submitted: no", AutoKind.NONE),
    ("Auto-Submitted: auto-generated", AutoKind.AUTO),
    ("X-Autoreply: yes", AutoKind.AUTO),
    ("X-Autoreply: no", AutoKind.NONE),
    ("Precedence: auto_reply", AutoKind.AUTO),
    ("X-Precedence: bulk", AutoKind.LIST),
    ("Precedence: first-class", AutoKind.NONE),
    ("List-Id: <people.example>", AutoKind.LIST),
    ("Subject: 자동 응답: 휴가 중입니다", AutoKind.AUTO),
    ("Subject: 부재중입니다", AutoKind.AUTO),
    ("Subject: [자동회신] 부재중", AutoKind.AUTO),
    ("Subject: Automatic reply: Re: order", AutoKind.AUTO),
    ("Subject: Re: Out of office until Monday", AutoKind.AUTO),
    ("Subject: The automatic reply of your shop is wrong", AutoKind.NONE),
    ("Subject: 부재중 전화가 자꾸 와요", AutoKind.NONE),
    ("Return-Path: <>", AutoKind.AUTO),
    ("Content-Type: multipart/report; report-type=feedback-report; boundary=b", AutoKind.AUTO),
    ("Subject: my mail was undeliverable", AutoKind.NONE),
    ("From: postmaster@shop.example\nSubject: hello from our team", AutoKind.NONE),
]


@pytest.mark.parametrize(("head", "kind"), TABLE, ids=[row[0] for row in TABLE])
def test_kind(head: str, kind: AutoKind) -> None:
    found = judged(head)
    assert found.kind is kind
    assert found.suppress_answer == (kind is not AutoKind.NONE)


@pytest.mark.parametrize(
    "head",
    [
        "X-Auto-Response-Suppress: All",
        "From: no-reply@shop.example",
        "From: donotreply@shop.example",
        "List-Unsubscribe: <https://x.example>",
    ],
)
def test_some_mail_of_people_gets_no_automatic_answer(head: str) -> None:
    found = judged(head)
    assert (found.kind, found.suppress_answer) == (AutoKind.NONE, True)


def test_a_report_by_failed_recipients() -> None:
    head = "From: Mail Delivery <mailer-daemon@mx.example>\nX-Failed-Recipients: a@b.example"
    found = judged(head, "it failed: 550 5.7.1 no\n")
    assert found.kind is AutoKind.BOUNCE
    assert found.bounce
    assert found.bounce.recipients == ("a@b.example",)
    assert (found.bounce.permanent, found.bounce.status) == (True, "5.7.1")


def test_a_report_in_korean_words() -> None:
    head = "From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: 반송된 메일입니다"
    found = judged(head, "다음 수신자를 찾을 수 없습니다.\n\n<a@b.example>\n")
    assert found.kind is AutoKind.BOUNCE
    assert found.bounce
    assert found.bounce.recipients == ("a@b.example",)


def status(fields: str) -> Automatic:
    head = "From: d@mx.example\nContent-Type: multipart/report; boundary=b"
    part = f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{fields}\n--b--"
    return judged(head, part)


def test_delivered_and_delayed_reports() -> None:
    assert status("Final-Recipient: rfc822; a@b.c\nAction: delivered").kind is AutoKind.RECEIPT
    delayed = status("Final-Recipient: rfc822; a@b.c\nAction: delayed\nStatus: 4.4.1")
    assert delayed.bounce
    assert not delayed.bounce.permanent
