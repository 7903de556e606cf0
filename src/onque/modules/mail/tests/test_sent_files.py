"""Files that a member sends along, as they arrive at the customer's."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import NewReply
from onque.modules.desk.services import replies, uploading
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.services import receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, Sink


@pytest.fixture
def sink(committed: None) -> Iterator[Sink]:
    with make.sink() as keeper:
        yield keeper


def test_a_file_of_a_reply_arrives_at_the_customers(sink: Sink) -> None:
    cast = make.make_mail_cast()
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, CY))
    make.drain()
    with tenant_scope(cast.acme):
        ticket_id = make.ledger(cast.acme)[-1].ticket_id
        assert ticket_id
        file = uploading.keep_upload(
            cast.ada,
            number=1,
            name="환불 명세.pdf",
            content_type="application/pdf",
            content=b"%PDF",
        )
        new = NewReply(body="여기 있습니다.", request_key=uuid4(), files=(file,))
        replies.post(cast.ada, ticket_id=ticket_id, new=new)
    make.drain()
    ((_sender, recipients, raw),) = sink.received
    found = parse_mail(raw)
    assert recipients == [CY]
    assert [(one.name, one.content_type, one.content) for one in found.attachments] == [
        ("환불 명세.pdf", "application/pdf", b"%PDF")
    ]
    assert "여기 있습니다." in found.text
