"""Every row of samples/EXPECTED.md."""

from pathlib import Path
from typing import Any

import pytest

from onque.modules.mail.rules.parsed import AutoKind, ParsedMail
from onque.modules.mail.rules.parsing import parse_mail

SAMPLES = Path(__file__).parent / "samples"


def read(name: str) -> ParsedMail:
    return parse_mail((SAMPLES / f"{name}.eml").read_bytes())


def names(mail: ParsedMail) -> list[str]:
    return [item.name for item in mail.attachments]


SUBJECTS = {
    "korean-ks_c_5601": "test",
    "own-korean-euc-kr-reply": "RE: 주문 확인 안내",
    "japanese-iso-2022-jp": "まみむめも",
    "japanese-long-attachment-name": "まみむめも" * 10,
    "utf8-headers": "Säying Hello",
    "arabic-rtl-auto-reply": "أهلين عميلنا الكريم",
    "own-emoji-html-only": "🎉 👩\u200d💻 결제가 안 돼요",
    "malformed-nested-multipart": "test multipart, related first, with image",
    "illegal-boundary": "Testing outlook",
    "not-a-bounce": "にゃんこ",
}

TEXTS = {
    "korean-ks_c_5601": ["스티해"],
    "japanese-iso-2022-jp": ["すみません。"],
    "utf8-headers": ["body"],
    "own-emoji-html-only": ["결제 버튼을 눌러도 😭 반응이 없어요.", "שלום"],
    "inline-images-cid": ["HTML content and inline images"],
    "base64-encoded-rfc822": ["Text body"],
    "malformed-nested-multipart": ["Plain Text"],
    "illegal-boundary": ["This is an outlook test", "So there."],
    "references-one-invalid": ["foo"],
    "own-calendar-invite": ["5월 8일 오후 2시에 만나요."],
    "inline-image-plus-attached-mail": ["image"],
}

REPLIES = {
    "own-korean-euc-kr-reply": ["주문 취소 부탁드립니다.", "주문번호는 20240506-11 입니다."],
    "reply-gmail-with-quote": ["Yes, I am providing you step how to reproduce this issue"],
    "reply-android-russian": ["Hello"],
    "reply-outlook-header-block": ["Hello"],
    "reply-html-outlook-2003": ["Hi. I am fine.", "Thanks,", "Alex"],
    "reply-chinese": ["Hi Erlend Sogge Heggen,", "Thank you for your reply."],
}

KINDS = {
    "raw-8bit-from": AutoKind.LIST,
    "arabic-rtl-auto-reply": AutoKind.AUTO,
    "auto-reply-vacation": AutoKind.AUTO,
    "read-receipt": AutoKind.RECEIPT,
    "dsn-postfix-gmail": AutoKind.BOUNCE,
    "dsn-temporary": AutoKind.BOUNCE,
    "bounce-postfix-plain": AutoKind.BOUNCE,
    "bounce-exchange-no-dsn": AutoKind.BOUNCE,
}

BOUNCES: dict[str, tuple[Any, ...]] = {
    "dsn-postfix-gmail": (
        "asdfasdfasdfasdfasdfasdfewrqertrtyrthsfgdfgadfqeadvxzvz@gmail.com",
        True,
        "5.1.1",
    ),
    "dsn-temporary": ("fraser@oooooooo.com.au", False, "4.2.2"),
    "bounce-postfix-plain": ("xxxxx@local.ie", True, "5.1.1"),
    "bounce-exchange-no-dsn": ("kijitora@example.jp", True, ""),
}


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.eml")))
def test_kind(name: str) -> None:
    mail = read(name)
    expected = KINDS.get(name, AutoKind.NONE)
    assert mail.automatic.kind is expected
    assert mail.automatic.suppress_answer == (expected is not AutoKind.NONE)


@pytest.mark.parametrize(("name", "subject"), SUBJECTS.items())
def test_subject(name: str, subject: str) -> None:
    assert read(name).subject == subject


@pytest.mark.parametrize(("name", "expected"), TEXTS.items())
def test_text(name: str, expected: list[str]) -> None:
    text = read(name).text
    assert all(words in text for words in expected)
    assert "color:red" not in text
    assert "\ufffd" not in text


@pytest.mark.parametrize(("name", "lines"), REPLIES.items())
def test_reply(name: str, lines: list[str]) -> None:
    mail = read(name)
    assert [line.strip() for line in mail.reply.splitlines() if line.strip()] == lines
    assert mail.quoted


def test_reply_keeps_the_signature_and_cuts_the_quote() -> None:
    reply = read("reply-sparrow-signature").reply
    assert reply.startswith("Hello")
    assert "On Tuesday" not in reply


def test_reply_in_mixed_languages_and_japanese() -> None:
    mixed = read("reply-mixed-languages").reply
    assert mixed.startswith("Fusce")
    assert mixed.endswith("nibh.")
    assert len(mixed.splitlines()) == 5
    japanese = read("reply-japanese").reply
    assert "それでは 11:00 にお待ちしております。" in japanese
    assert "かしこまりました" not in japanese


@pytest.mark.parametrize(("name", "facts"), BOUNCES.items())
def test_bounce(name: str, facts: tuple[Any, ...]) -> None:
    bounce = read(name).automatic.bounce
    assert bounce is not None
    assert (bounce.recipients[0], bounce.permanent, bounce.status) == facts


def test_report_parts_are_kept() -> None:
    kinds = {item.content_type for item in read("dsn-postfix-gmail").attachments}
    assert {"message/delivery-status", "message/rfc822"} <= kinds
    assert "mail system at host" in read("dsn-postfix-gmail").reply


def test_senders() -> None:
    facts = {
        "own-korean-euc-kr-reply": ("성춘향", "sung@example.com"),
        "utf8-headers": ("Jöhn Doe", "jdöe@mächine.example"),
        "raw-8bit-from": ("Ingo Lütkebohle", "ingo@blank.pages.de"),
        "arabic-rtl-auto-reply": ("متجر سوق نت", "example@gmail.com"),
        "own-emoji-html-only": ("Emoji 😀 Sender", "emoji@example.com"),
    }
    for name, expected in facts.items():
        sender = read(name).sender
        assert sender is not None
        assert (sender.name, sender.address) == expected
    assert read("base64-encoded-rfc822").sender is None
    assert [item.address for item in read("utf8-headers").to] == ["märy@exämple.net"]
    plus = "reply+6bdc3f4d-0bec-4515-a284-5d916fdde489@example.com"
    assert [item.address for item in read("reply-gmail-with-quote").to] == [plus]


def test_threading_headers() -> None:
    korean = read("own-korean-euc-kr-reply")
    assert korean.in_reply_to == ("order-77@example.net",)
    assert korean.references == ("order-70@example.net", "order-77@example.net")
    assert read("references-one-invalid").references[:2] == ("foo@bar.net", "baz@bar.net")
    assert read("arabic-rtl-auto-reply").in_reply_to == (
        "4e6e35f5a38b4_479f13bb90078178@small-app-01.mail",
    )


def test_attachments() -> None:
    assert names(read("japanese-long-attachment-name")) == ["かきくけこ" * 5 + ".txt"]
    images = read("inline-images-cid")
    assert names(images) == ["poster (8).jpg", "poster (7).jpg", "poster (1).jpg"]
    assert all(f"cid:{item.content_id}" in images.html for item in images.attachments)
    assert all(item.inline for item in images.attachments)
    attached = read("inline-image-plus-attached-mail")
    assert len(attached.attachments[0].content) == 370
    assert names(attached) == ["img.png", "Testmail.eml"]
    assert attached.text.strip()
    png = read("malformed-nested-multipart").attachments
    assert [len(item.content) for item in png] == [74]


def test_tnef_is_opened() -> None:
    (item,) = read("own-winmail-dat").attachments
    assert item.name == "분기 보고서.txt"
    assert len(item.content) == 37
    assert item.content.decode().strip() == "분기별 보고서 본문입니다."


def test_calendar_is_kept() -> None:
    (item,) = read("own-calendar-invite").attachments
    assert item.name == "invite.ics"
    assert "SUMMARY:도입 상담 회의" in item.content.decode()
    assert "20240508T050000Z" in item.content.decode()
