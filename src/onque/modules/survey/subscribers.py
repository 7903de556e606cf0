"""What surveys do when something happens elsewhere."""

from onque.kernel.events import subscribe
from onque.modules.desk.contracts import TicketSolved
from onque.modules.survey.contracts import SurveyAnswered
from onque.modules.survey.services import answering, asking


@subscribe(TicketSolved)
def ask_for_score(event: TicketSolved) -> None:
    """Ask the customer once for each resolution."""
    asking.ask(ticket_id=event.ticket_id, resolution=event.resolution, solved_by=event.solved_by)


@subscribe(SurveyAnswered)
def reopen_unsolved(event: SurveyAnswered) -> None:
    """Reopen the ticket of somebody who says that it is not solved."""
    if event.wants_reopening:
        answering.reopen(ticket_id=event.ticket_id)
