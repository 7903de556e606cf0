"""A question for each resolution that a person decided, once."""

import pytest

from onque.kernel.access import system_actor
from onque.kernel.errors import NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Status, TicketSolved
from onque.modules.desk.tests.factories import reply
from onque.modules.identity.tests.factories import actor_of
from onque.modules.mail.models import OutboundMail
from onque.modules.survey.models import Survey
from onque.modules.survey.services import asking
from onque.modules.survey.subscribers import ask_for_score
from onque.modules.survey.tests.factories import solved_ticket


@pytest.fixture
def solved(cast):
    found = solved_ticket(cast)
    with tenant_scope(cast.acme.id):
        yield found


def ask(ticket, **changes):
    return asking.ask(
        **{"ticket_id": ticket.ticket_id, "resolution": 1, "solved_by": "member", **changes}
    )


def mails():
    return list(OutboundMail.objects.filter(kind="survey"))


def test_a_solved_ticket_is_asked_about(cast, solved):
    survey = Survey.objects.get(pk=ask(solved))
    assert (survey.ticket_number, survey.subject) == (solved.ticket_number, "Broken lid")
    assert (survey.member_id, survey.agent_name) == (cast.ada.id, "Ada")
    (mail,) = mails()
    assert (mail.to_address, mail.ticket_id) == ("cy@customer.test", solved.ticket_id)
    for score in range(1, 6):
        assert f"?score={score}" in mail.text
        assert f"?score={score}" in mail.html


def test_the_event_twice_is_one_survey_and_one_mail(solved):
    event = TicketSolved(ticket_id=solved.ticket_id, resolution=1, solved_by="member")
    ask_for_score(event)
    ask_for_score(event)
    assert Survey.objects.count() == len(mails()) == 1


def test_a_second_resolution_is_asked_about_again(cast, solved):
    ask(solved)
    ada = actor_of(cast.acme, cast.ada)
    desk.set_status(ada, ticket_id=solved.ticket_id, status=Status.OPEN)
    reply(ada, solved.ticket_id, status=Status.SOLVED)
    assert ask(solved, resolution=2)
    assert Survey.objects.count() == 2


@pytest.mark.parametrize("solved_by", ["system", "rule"])
def test_automatic_closing_is_not_asked_about(solved, solved_by):
    assert ask(solved, solved_by=solved_by) is None
    assert not Survey.objects.exists()
    assert mails() == []


def test_a_ticket_reopened_meanwhile_is_not_asked_about(cast, solved):
    desk.set_status(actor_of(cast.acme, cast.ada), ticket_id=solved.ticket_id, status=Status.OPEN)
    assert ask(solved) is None
    assert not Survey.objects.exists()


def test_spam_is_not_asked_about(cast, solved):
    desk.set_status(system_actor(cast.acme.id), ticket_id=solved.ticket_id, status=Status.SPAM)
    assert ask(solved) is None
    assert mails() == []


def test_a_blocked_customer_is_not_asked(solved):
    customers.set_blocked(desk.get_card(solved.ticket_id).customer_id, blocked=True)
    assert ask(solved) is None
    assert mails() == []


def test_the_mail_speaks_the_customer_s_language(solved):
    from onque.modules.customers.models import Customer

    Customer.objects.update(locale="ko")
    survey = Survey.objects.get(pk=ask(solved))
    assert survey.language == mails()[0].locale == "ko"
    assert "응대는 어떠셨나요" in mails()[0].subject


def test_a_foreign_ticket_is_not_found(cast):
    found = solved_ticket(cast)
    with tenant_scope(cast.globex.id):
        with pytest.raises(NotFound):
            ask(found)
        assert not Survey.objects.exists()
