"""A conversation that a member starts: its first mail answers none, and the answer comes back."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.desk.contracts.starting import NewTicket
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.services import receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast, Sink


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with make.sink() as keeper:
        yield keeper


def test_the_first_mail_and_the_answer_to_it(cast: MailCast, sink: Sink) -> None:
    with tenant_scope(cast.acme):
        new = NewTicket(
            key=uuid4(),
            brand_id=cast.acme_brand,
            to=f"Cy <{CY}>",
            subject="주문하신 상품이 늦어집니다",
            body="내일 도착합니다.",
        )
        number = desk.start_ticket(cast.ada, new=new).number
        desk.start_ticket(cast.ada, new=new)
    make.drain()
    ((_sender, recipients, raw),) = sink.received  # and no acknowledgement beside it
    first = parse_mail(raw)
    assert recipients == [CY]
    assert first.subject == "주문하신 상품이 늦어집니다"
    assert first.in_reply_to == first.references == ()
    assert "내일 도착합니다." in first.text

    route = receiving.find_route(ACME)
    assert route
    answer = make.raw_mail(
        "감사합니다.",
        subject=f"Re: {first.subject}",
        message_id="answer@customer.example",
        more=f"In-Reply-To: <{first.message_id}>\nReferences: <{first.message_id}>\n",
    )
    receiving.store_mail([route], Arrival(answer, "lmtp", uuid4().hex, CY))
    make.drain()
    with tenant_scope(cast.acme):
        ticket_id = desk.find_numbers([number])[number]
        thread = desk.get_thread(ticket_id)
        assert [message.direction for message in thread] == ["out", "in"]
        assert make.ledger(cast.acme)[-1].ticket_id == ticket_id

    make.answer(cast.ada, ticket_id)
    make.drain()
    second = parse_mail(sink.received[-1][2])
    assert second.subject == f"Re: {first.subject}"
    assert second.in_reply_to == ("answer@customer.example",)
    assert first.message_id in second.references
