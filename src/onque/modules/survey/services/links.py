"""Survey links: made for the mail, verified before anything else is done."""

from typing import TYPE_CHECKING

from django.conf import settings

from onque.kernel import clock
from onque.kernel.tenancy import current_tenant
from onque.modules.survey.errors import LinkExpired, LinkUnknown
from onque.modules.survey.rules import answering, links
from onque.modules.survey.rules.links import Link

if TYPE_CHECKING:
    from onque.modules.survey.models import Survey


def survey_url(survey: "Survey") -> str:
    """Return the link that answers a survey; its holder is believed to be the customer."""
    link = Link(current_tenant(), survey.id, answering.link_until(survey.asked_at))
    token = links.write_token(links.link_key(settings.SECRET_KEY), link)
    return f"{settings.PUBLIC_URL}/survey/{token}"


def stop_url(survey: "Survey") -> str:
    """Return the link by which a mail program, or a person, stops surveys. Source: RFC 8058."""
    return f"{survey_url(survey)}/stop"


def verify(token: str) -> Link:
    """Return what a token holds; touches no table. Earlier secrets still verify.

    Raises `LinkUnknown`, `LinkExpired`.
    """
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    read = (links.read_token(links.link_key(secret), token) for secret in secrets)
    link = next(filter(None, read), None)
    if link is None:
        raise LinkUnknown
    if link.expires_at <= clock.now():
        raise LinkExpired
    return link
