"""Mails about what is wrong with a workspace's mail, to those who may do something about it."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from onque.kernel import clock
from onque.modules.identity import public as identity
from onque.modules.identity.contracts import MemberCard
from onque.modules.mail import public as mail
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.contracts.ledger import AlarmItem
from onque.modules.notifications.services import accounts

ABOUT_MAIL = "mail.settings"
"""Who holds this permission is told."""
_KIND = "alarm"
_SHOWN = 20


@transaction.atomic
def send_alarms(alarm_ids: Collection[UUID]) -> list[UUID]:
    """Queue a mail about some alarms to each member who may set mail; return the mails' ids.

    Alarms that cleared meanwhile are left out. The same alarms are told once a day, however often
    they come and go; the breaker limits these mails like all that go out by themselves.
    """
    found = mail.alarms_among(alarm_ids)
    return [_tell(member, found) for member in _told()] if found else []


def _told() -> list[MemberCard]:
    roles = {role.key for role in identity.list_roles() if ABOUT_MAIL in role.permissions}
    return [member for member in identity.list_members() if member.role_key in roles]


def _tell(member: MemberCard, alarms: list[AlarmItem]) -> UUID:
    workspace = identity.tenant_card()
    about = hashlib.sha256("\n".join(sorted(alarm.key for alarm in alarms)).encode()).hexdigest()
    spoken = member.locale[:2] if member.locale[:2] in accounts.SPOKEN else "en"
    path = reverse("mail:balance", kwargs={"slug": workspace.slug})
    with override(spoken):
        facts = {
            "name": workspace.name,
            "lines": [mail.alarm_words(alarm) for alarm in alarms[:_SHOWN]],
            "more": max(len(alarms) - _SHOWN, 0),
            "url": settings.PUBLIC_URL + path,
        }
        return mail.queue_mail(
            NewMail(
                key=f"{about[:24]}:{clock.now():%Y%m%d}:{member.id.hex}",
                kind=_KIND,
                to_address=member.email,
                to_name=member.name,
                subject=_("%(name)s: the mail needs a look") % facts,
                text=accounts.drawn(_KIND, "txt", facts),
                html=accounts.drawn(_KIND, "html", facts),
                locale=spoken,
            )
        )
