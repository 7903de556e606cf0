"""The threading table: what a mail refers to, and where it must land."""

from dataclasses import replace
from uuid import uuid4

import pytest

from onque.modules.mail.rules import messageids, subjects
from onque.modules.mail.rules.addresses import ReplyToken
from onque.modules.mail.rules.parsed import AutoKind, Automatic, Bounce, ParsedMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.threading import Known, KnownId, Why, decide

ACME, GLOBEX = uuid4(), uuid4()
ONE, TWO = uuid4(), uuid4()
PLAIN = parse_mail(b"From: cy@customer.example\r\nSubject: hello\r\n\r\nhi\r\n")


def mail(*, answers: str = "", refers: tuple[str, ...] = (), bounced: str = "") -> ParsedMail:
    automatic = Automatic()
    if bounced:
        report = Bounce(("cy@customer.example",), permanent=True, message_id=bounced)
        automatic = Automatic(AutoKind.BOUNCE, "report", suppress_answer=True, bounce=report)
    in_reply_to = (answers,) if answers else ()
    return replace(PLAIN, in_reply_to=in_reply_to, references=refers, automatic=automatic)


def token(number: int = 1, *, genuine: bool = True, tenant: object = ACME) -> ReplyToken:
    return ReplyToken(tenant, number, "0" * 8, genuine)  # type: ignore[arg-type]


IDS = {
    "one@x": KnownId(ONE),
    "two@x": KnownId(TWO),
    "heard@x": KnownId(TWO, mentioned=True),
}
NUMBERS = {1: ONE, 2: TWO}

TABLE = [
    ("nothing", mail(), [], None, Why.NOTHING_KNOWN),
    ("token", mail(), [token()], ONE, Why.REPLY_ADDRESS),
    ("token beats ids", mail(answers="two@x"), [token()], ONE, Why.REPLY_ADDRESS),
    ("forged", mail(), [token(genuine=False)], None, Why.FORGED),
    ("forged but answers", mail(answers="one@x"), [token(2, genuine=False)], ONE, Why.REPLIED_TO),
    ("forged, then genuine", mail(), [token(2, genuine=False), token()], ONE, Why.REPLY_ADDRESS),
    ("other tenant's token", mail(), [token(tenant=GLOBEX)], None, Why.FOREIGN),
    (
        "other tenant's, but answers",
        mail(answers="one@x"),
        [token(tenant=GLOBEX)],
        ONE,
        Why.REPLIED_TO,
    ),
    ("ticket is gone", mail(), [token(99)], None, Why.UNKNOWN_TICKET),
    ("answers", mail(answers="one@x"), [], ONE, Why.REPLIED_TO),
    ("refers", mail(refers=("one@x",)), [], ONE, Why.REFERENCED),
    ("answers before refers", mail(answers="two@x", refers=("one@x",)), [], TWO, Why.REPLIED_TO),
    ("nearest reference", mail(refers=("two@x", "one@x")), [], ONE, Why.REFERENCED),
    (
        "unknown answer, known reference",
        mail(answers="no@x", refers=("two@x",)),
        [],
        TWO,
        Why.REFERENCED,
    ),
    ("merely mentioned", mail(answers="heard@x"), [], TWO, Why.MENTIONED),
    ("seen beats mentioned", mail(answers="heard@x", refers=("one@x",)), [], ONE, Why.REFERENCED),
    ("unknown ids", mail(answers="no@x", refers=("nor@x",)), [], None, Why.NOTHING_KNOWN),
    ("report", mail(bounced="one@x"), [], ONE, Why.REPORTED),
    ("report on nothing known", mail(bounced="no@x"), [], None, Why.NOTHING_KNOWN),
]


@pytest.mark.parametrize(
    ("name", "given", "tokens", "ticket", "why"), TABLE, ids=[r[0] for r in TABLE]
)
def test_landing(name, given, tokens, ticket, why) -> None:
    known = Known(
        tenant_id=ACME,
        tokens=tokens,
        tickets_by_number=NUMBERS,
        ids=IDS,
        takes_part=frozenset({ONE, TWO}),
    )
    landing = decide(given, known)
    assert (landing.ticket_id, landing.why) == (ticket, why)
    assert landing.words


def test_strangers_who_name_the_same_unseen_mail_are_not_brought_together() -> None:
    known = Known(tenant_id=ACME, ids=IDS, takes_part=frozenset({ONE}))
    landing = decide(mail(answers="heard@x"), known)
    assert (landing.ticket_id, landing.why) == (None, Why.NOTHING_KNOWN)
    assert landing.suggested_id == TWO


def test_a_number_in_the_subject_leads_only_who_takes_part() -> None:
    given = Known(tenant_id=ACME, tickets_by_number=NUMBERS, subject_numbers=(2,))
    stranger = decide(PLAIN, given)
    assert (stranger.ticket_id, stranger.suggested_id) == (None, TWO)
    known = replace(given, takes_part=frozenset({TWO}))
    assert decide(PLAIN, known).why is Why.SUBJECT_NUMBER


def test_what_was_deleted_takes_nothing_and_is_not_offered() -> None:
    gone = Known(tenant_id=ACME, ids=IDS, gone=frozenset({ONE}), takes_part=frozenset({ONE}))
    landing = decide(mail(answers="one@x"), gone)
    assert (landing.ticket_id, landing.why) == (None, Why.UNKNOWN_TICKET)
    assert landing.suggested_id is None


SUBJECTS = [
    ("[#12] 환불", (12,)),
    ("Re: [#12] refund", (12,)),
    ("문의 #12", (12,)),
    ("문의번호 12 관련", (12,)),
    ("Re: help (Ticket 12)", (12,)),
    ("[티켓 12] 안녕하세요", (12,)),
    ("Ticket #12 and #13", (12, 13)),
    ("#12", (12,)),
    ("Your request no. 12", (12,)),
    ("주문 #12 환불해 주세요", ()),
    ("Order #12 is late", ()),
    ("order no. #12", ()),
    ("문의 12건", ()),
    ("see http://x.example/#12", ()),
    ("C#12 and a#12", ()),
    ("[#99999999999]", ()),
    ("plain", ()),
]


@pytest.mark.parametrize(("subject", "numbers"), SUBJECTS, ids=[row[0] for row in SUBJECTS])
def test_numbers_in_subjects(subject, numbers) -> None:
    assert subjects.ticket_numbers(subject) == numbers


def test_subjects_without_their_prefixes() -> None:
    for line in (
        "Re: Fwd: 환불  문의",
        "회신: 환불 문의",
        "[답장] RE[2]: 환불 문의",
        "AW: WG: 환불 문의",
    ):
        assert subjects.plain(line) == "환불 문의"
    assert subjects.is_answer("RE: x")
    assert not subjects.is_answer("Regarding x")


ROW, KEY = uuid4(), b"k" * 32


def signed_id(key: bytes = KEY) -> str:
    return messageids.write_id(
        key, tenant_id=ACME, ticket_number=7, mail_id=ROW, domain="d.example"
    )


def test_our_message_ids_say_where_they_belong() -> None:
    found = messageids.read_id([b"new", KEY], signed_id().upper(), tenant_id=ACME)
    assert found
    assert (found.ticket_number, found.genuine) == (7, True)
    rewritten = signed_id().replace("d.example", "gateway.example")
    again = messageids.read_id([KEY], rewritten, tenant_id=ACME)
    assert again
    assert again.genuine


def test_our_message_ids_fit_a_line() -> None:
    written = messageids.write_id(
        KEY,
        tenant_id=ACME,
        ticket_number=2**32 - 1,
        mail_id=ROW,
        domain="mail.support.example.co.kr",
    )
    assert len(f"In-Reply-To: <{written}>") <= 78


def test_a_message_id_that_only_looks_like_ours_is_told() -> None:
    token = signed_id()
    forged = token[:25] + ("b" if token[25] != "b" else "c") + token[26:]
    for key, written in ((KEY, forged), (b"other", signed_id())):
        found = messageids.read_id([key], written, tenant_id=ACME)
        assert found
        assert not found.genuine
    foreign = messageids.read_id([KEY], signed_id(), tenant_id=GLOBEX)
    assert foreign
    assert not foreign.genuine
    for strange in ("", "@", "x@y", f"{'1' * 32}@x", f"{'a' * 32}@x", f"{ROW.hex}@x"):
        assert not messageids.has_our_form(strange)


def test_a_number_no_id_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="out of range"):
        messageids.write_id(KEY, tenant_id=ACME, ticket_number=2**32, mail_id=ROW, domain="d")
