"""Asking: a question for each resolution that a person decided."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from onque.kernel import clock
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Status
from onque.modules.identity import public as identity
from onque.modules.mail import public as mail
from onque.modules.mail.contracts import NewMail
from onque.modules.survey.repositories import optouts, surveys
from onque.modules.survey.rules import answering
from onque.modules.survey.services.links import stop_url, survey_url

if TYPE_CHECKING:
    from onque.modules.customers.contracts import CustomerCard
    from onque.modules.desk.contracts import TicketCard
    from onque.modules.identity.contracts import BrandCard
    from onque.modules.survey.models import Survey

SOLVED = frozenset({Status.SOLVED, Status.CLOSED})


@transaction.atomic
def ask(*, ticket_id: UUID, resolution: int, solved_by: str) -> UUID | None:
    """Ask the customer how a resolution was, by mail; return the survey's id.

    Once for each resolution. None, and nothing is sent: solved by no person, reopened or moved to
    spam meanwhile, a blocked customer, one without an address, or who wants none. Raises
    `NotFound`.
    """
    card = desk.get_card(ticket_id)
    if not answering.asks_for(solved_by) or not _still_solved(card, resolution):
        return None
    customer = customers.get_customers([card.customer_id])[card.customer_id]
    if customer.is_blocked or "@" not in customer.email or optouts.has(customer.id):
        return None
    brand = identity.get_brand(card.brand_id)
    survey, _created = surveys.add_once(
        ticket_id=ticket_id,
        resolution=resolution,
        ticket_number=card.number,
        subject=card.subject,
        brand_id=card.brand_id,
        customer_id=card.customer_id,
        member_id=card.assignee_id,
        agent_name=_agent_name(card.assignee_id),
        language=answering.fitting_language(customer.locale, card.language, brand.locale),
        asked_at=clock.now(),
    )
    mail.queue_mail(_question(survey, customer, brand))
    return survey.id


def _still_solved(card: "TicketCard", resolution: int) -> bool:
    return card.status in SOLVED and card.resolution == resolution


def _agent_name(member_id: UUID | None) -> str:
    if member_id is None:
        return ""
    member = identity.get_members([member_id]).get(member_id)
    return member.name if member else ""


def _question(survey: "Survey", customer: "CustomerCard", brand: "BrandCard") -> NewMail:
    with translation.override(survey.language):
        subject = gettext("How did we do? (request #%(number)s)") % {"number": survey.ticket_number}
        context = {
            "survey": survey,
            "brand_name": brand.name,
            "brand_color": brand.color,
            "url": survey_url(survey),
            "days": answering.ANSWER_DAYS,
        }
        text = render_to_string("survey/mail/question.txt", context)
        html = render_to_string("survey/mail/question.html", context)
    return NewMail(
        key=survey.id.hex,
        kind="survey",
        to_address=customer.email,
        to_name=customer.name,
        subject=subject,
        text=text,
        html=html,
        locale=survey.language,
        brand_id=survey.brand_id,
        ticket_id=survey.ticket_id,
        list_unsubscribe=stop_url(survey),
    )
