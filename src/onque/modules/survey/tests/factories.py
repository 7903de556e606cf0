"""A solved ticket of the cast: Ada answered Cy, who is asked how it was."""

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Received, Status
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.identity.tests.factories import Cast, actor_of
from onque.modules.survey.models import Survey
from onque.modules.survey.services import asking
from onque.modules.survey.services.links import survey_url


def solved_ticket(cast: Cast) -> Received:
    with tenant_scope(cast.acme.id):
        found = receive(cast.acme.id)
        reply(actor_of(cast.acme, cast.ada), found.ticket_id, status=Status.SOLVED)
    return found


def asked(cast: Cast) -> tuple[Survey, str]:
    """The survey of a solved ticket, and the path of its link."""
    ticket = solved_ticket(cast)
    with tenant_scope(cast.acme.id):
        survey_id = asking.ask(ticket_id=ticket.ticket_id, resolution=1, solved_by="member")
        survey = Survey.objects.get(pk=survey_id)
        return survey, "/survey/" + survey_url(survey).rpartition("/")[2]
