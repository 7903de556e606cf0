from datetime import UTC, datetime, timedelta

from onque.modules.mail.rules import composing
from onque.modules.mail.rules.composing import Exchange, Outgoing, compose
from onque.modules.mail.rules.headers import clean
from onque.modules.mail.rules.parsed import Attachment, AutoKind, MailAddress
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.replies import split_reply

NOON = datetime(2026, 5, 6, 3, tzinfo=UTC)


def outgoing(**changes: object) -> Outgoing:
    facts = {
        "message_id": "abc@mail.onque.localhost",
        "sender": MailAddress("에이다 (별빛 게임즈)", "support@acme.example"),
        "to": (MailAddress("싸이", "cy@customer.example"),),
        "subject": "Re: 결제가 두 번 됐어요 " + "아주 긴 제목 " * 20,
        "text": "환불해 드렸습니다.\n\n고맙습니다.",
        "date": NOON,
    }
    return Outgoing(**{**facts, **changes})  # type: ignore[arg-type]


def test_it_reads_back_as_written() -> None:
    ids = tuple(f"{number:0>60}@long.example" for number in range(20))
    raw = compose(
        outgoing(
            reply_to="reply+x@mail.onque.localhost",
            in_reply_to="first@customer.example",
            references=ids,
            attachments=(Attachment("영수증.pdf", "application/pdf", b"%PDF"),),
        )
    )
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    mail = parse_mail(raw)
    assert mail.subject == outgoing().subject.strip()
    assert mail.sender == outgoing().sender
    assert mail.to == outgoing().to
    assert mail.message_id == "abc@mail.onque.localhost"
    assert mail.in_reply_to == ("first@customer.example",)
    assert mail.references == ids
    assert mail.sent_at == NOON
    assert mail.text == outgoing().text
    assert "<p>환불해 드렸습니다.</p>" in mail.html
    assert [item.name for item in mail.attachments] == ["영수증.pdf"]
    assert mail.automatic.kind is AutoKind.NONE


def test_automatic_mail_says_so() -> None:
    mail = parse_mail(compose(outgoing(automatic="auto-replied")))
    assert mail.automatic.kind is AutoKind.AUTO
    assert mail.automatic.suppress_answer


def test_the_marker_and_the_quotation_are_cut_from_the_answer() -> None:
    exchange = Exchange("싸이", NOON + timedelta(hours=9), "결제가 두 번 됐어요.\n확인해 주세요.")
    for locale in ("ko", "en"):
        raw = compose(outgoing(with_marker=True, quoted=exchange, locale=locale))
        ours = parse_mail(raw).text
        assert "> 결제가 두 번 됐어요." in ours
        below = "\n".join(f"> {line}" for line in ours.split("\n"))
        for introduction in (
            "2026년 5월 6일 (수) 오후 12:00, 에이다 (별빛 게임즈) <support@acme.example>님이 작성:",
            "On Wed, May 6, 2026 at 12:00 PM Ada (Acme) <support@acme.example>\nwrote:",
        ):
            assert (
                split_reply(f"아직 안 들어왔어요.\n\n{introduction}\n\n{below}")[0]
                == "아직 안 들어왔어요."
            )
        assert split_reply(f"아직요.\n\n{ours}")[0] == "아직요."


def test_what_is_injected_stays_in_its_field() -> None:
    raw = compose(
        outgoing(subject="hi\r\nBcc: all@x", sender=MailAddress("a\r\nX: y", "a@b.example"))
    )
    assert b"\r\nBcc:" not in raw
    assert b"\r\nX:" not in raw


def test_markup_is_escaped() -> None:
    assert "<script>" not in parse_mail(compose(outgoing(text="<script>alert(1)</script>"))).html


def test_addresses_beyond_ascii() -> None:
    mail = outgoing(to=(MailAddress("", "märy@exämple.net"),))
    assert composing.needs_utf8(mail)
    assert "märy@xn--exmple-cua.net".encode() in compose(mail)
    assert not composing.needs_utf8(outgoing(to=(MailAddress("", "mary@exämple.net"),)))


def test_names_subjects_references() -> None:
    assert composing.sender_name("Ada", "Acme") == "Ada (Acme)"
    assert composing.sender_name("", "Acme") == "Acme"
    assert composing.reply_subject("hi") == "Re: hi"
    assert composing.reply_subject("RE: hi") == "RE: hi"
    ids = tuple(str(number) for number in range(30))
    kept = composing.next_references(ids, "new")
    assert (kept[0], kept[-1], len(kept)) == ("0", "new", composing.MAX_REFERENCES)


def test_unsubscribing_by_one_click() -> None:
    raw = compose(outgoing(list_unsubscribe="https://onque.example/u/1"))
    assert b"List-Unsubscribe: <https://onque.example/u/1>\r\n" in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_line_ends_of_every_kind_leave_one_line() -> None:
    assert clean("a\u2028b\u2029c\x85d\r\ne\x0bf\x1cg") == "a b c d  efg"
