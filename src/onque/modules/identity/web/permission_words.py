"""What permissions allow, as people read it, by area."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise
AREAS: Mapping[Label, Mapping[str, Label]] = {
    _("Tickets"): {
        "ticket.view": _("See own tickets, those of own groups, and those of nobody"),
        "ticket.view_all": _("See every ticket"),
        "ticket.create": _("Start tickets towards customers"),
        "ticket.reply": _("Answer customers"),
        "ticket.note": _("Write internal notes"),
        "ticket.assign": _("Assign tickets"),
        "ticket.change": _("Change status, priority, tags and fields; merge, split, move"),
        "ticket.trash": _("Use spam and trash"),
    },
    _("Customers"): {
        "customer.view": _("See customers"),
        "customer.change": _("Change, block, merge and import customers"),
        "survey.view": _("See scores and comments"),
    },
    _("Mail"): {
        "mail.quarantine": _("See mail that failed, and try it again"),
        "mail.settings": _("Change addresses, mailboxes and sending"),
        "failure.view": _("See failed work"),
        "failure.retry": _("Try failed work again, or give it up"),
    },
    _("Workspace"): {
        "member.view": _("See the members"),
        "member.invite": _("Invite members"),
        "member.manage": _("Change and deactivate members, change groups"),
        "role.manage": _("Change roles"),
        "tenant.settings": _(
            "Change the workspace: fields, shared macros and views, audit log, export"
        ),
        "tenant.own": _("Be the owner: hand the workspace on"),
    },
}
