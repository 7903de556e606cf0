"""How many statements a mail costs: filing waits for the database more than for anything else."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Ticket
from onque.modules.mail.services import filing, receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast

NEW_MAIL, ANSWER = 29, 34
"""Not counting the beginning and end of transactions and savepoints. May only fall."""


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def count(tenant_id: UUID, raw: bytes, recipient: str = ACME) -> int:
    route = receiving.find_route(recipient)
    assert route
    (mail_id,) = receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, CY))
    with CaptureQueriesContext(connection) as found:
        filing.file_mail(tenant_id, mail_id)
    marks = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(marks) for query in found.captured_queries)


def test_a_new_mail_of_a_new_customer(cast: MailCast) -> None:
    count(cast.acme, make.raw_mail(sender="first@customer.example"))
    assert count(cast.acme, make.raw_mail()) <= NEW_MAIL


def test_an_answer_by_the_reply_address(cast: MailCast) -> None:
    count(cast.acme, make.raw_mail())
    with tenant_scope(cast.acme):
        ticket = Ticket.objects.get()
    address = make.reply_to_address(cast.acme, ticket.number, ticket.customer_id)
    assert count(cast.acme, make.raw_mail("네", to=address), address) <= ANSWER
