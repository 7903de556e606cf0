"""The threading table: what a mail refers to, and where it must land."""

from dataclasses import replace
from uuid import uuid4

import pytest

from onque.modules.mail.rules.addresses import ReplyToken
from onque.modules.mail.rules.parsed import AutoKind, Automatic, Bounce, ParsedMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.threading import WORDS, Known, KnownId, Why, decide

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
    known = Known(tenant_id=ACME, tokens=tokens, tickets_by_number=NUMBERS, ids=IDS)
    landing = decide(given, known)
    assert (landing.ticket_id, landing.why) == (ticket, why)
    assert landing.words


def test_every_reason_has_words() -> None:
    assert set(WORDS) == set(Why)
