"""Mails about a member's way in: an invitation, a new password."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from onque.modules.identity import public as identity
from onque.modules.mail import public as mail
from onque.modules.mail.contracts import NewMail

SPOKEN = frozenset({"ko", "en"})


@transaction.atomic
def send_invitation(*, invitation_id: UUID) -> UUID | None:
    """Queue an invitation's mail and return its id; the same invitation is one mail.

    None when the invitation was used, revoked or expired meanwhile.
    """
    found = identity.invitation_mail(invitation_id)
    if found is None:
        return None
    subject = gettext_lazy("%(name)s invites you to Onque")
    facts = {
        "subject": subject,
        "name": found.workspace_name,
        "invitation": found,
        "url": settings.PUBLIC_URL + found.link_path,
    }
    key = invitation_id.hex
    return _queue("invitation", facts, key=key, to_address=found.email, locale=found.locale)


@transaction.atomic
def send_password_reset(*, user_id: UUID) -> UUID | None:
    """Queue the mail with the link to a new password and return its id.

    The same link is one mail. None for somebody who may not sign in.
    """
    found = identity.password_reset_mail(user_id)
    if found is None:
        return None
    subject = gettext_lazy("%(name)s, choose a new password")
    facts = {
        "subject": subject,
        "name": found.person_name or found.email,
        "url": settings.PUBLIC_URL + found.link_path,
    }
    key = hashlib.sha256(found.link_path.encode()).hexdigest()[:32]
    return _queue("password", facts, key=key, to_address=found.email, locale=found.locale)


def drawn(kind: str, form: str, facts: dict[str, object]) -> str:
    """Return a mail's words in one form, txt or html, in the language that is active."""
    return render_to_string(f"notifications/mail/{kind}.{form}", facts)


def _queue(kind: str, facts: dict[str, object], *, key: str, to_address: str, locale: str) -> UUID:
    spoken = locale[:2] if locale[:2] in SPOKEN else "en"
    with translation.override(spoken):
        subject = str(facts["subject"]) % {"name": facts["name"]}
        text, html = drawn(kind, "txt", facts), drawn(kind, "html", facts)
    return mail.queue_mail(
        NewMail(
            key=key,
            kind=kind,
            to_address=to_address,
            subject=subject,
            text=text,
            html=html,
            locale=spoken,
        )
    )
