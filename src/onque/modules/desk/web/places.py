"""What the desk adds to the shell: its places, and words for its refusals."""

from django.utils.translation import gettext_lazy as _

from onque.modules.customers.contracts import CustomerChanged, MergeOutdated
from onque.modules.desk.contracts import (
    TicketClosed,
    TicketMergedAway,
    TicketStale,
    TicketVersionConflict,
)
from onque.modules.desk.errors import (
    CannotFollowUp,
    CannotLink,
    CannotSplit,
    OperationOutdated,
    ReplyLeft,
)
from onque.ui import navigation, refusals
from onque.ui.navigation import Place


def register() -> None:
    """Add the places and words; safe to repeat."""
    navigation.register(
        Place("tickets", "rail", _("Tickets"), "inbox", "desk:tickets", "ticket.view", order=10)
    )
    navigation.register(
        Place(
            "customers",
            "rail",
            _("Customers"),
            "users",
            "desk:customers",
            "customer.view",
            order=20,
        )
    )
    navigation.register(
        Place("search", "search", _("Search"), "search", "desk:search", "ticket.view")
    )
    navigation.register(
        Place("failures", "menu", _("Failed work"), "alert", "desk:failures", "failure.view")
    )
    navigation.register(
        Place(
            "new",
            "menu",
            _("New ticket"),
            "pencil",
            "desk:new",
            "ticket.create",
            order=5,
            shortcut="c",
        )
    )
    navigation.register(Place("macros", "menu", _("Macros"), "bolt", "desk:macros", "ticket.reply"))
    _register_words()


def _register_words() -> None:
    refusals.register(
        TicketClosed.code,
        _("This ticket is closed"),
        _("Reopen it to answer; the text is still on your page."),
    )
    refusals.register(
        TicketStale.code,
        _("Somebody wrote meanwhile"),
        _("Nothing was sent. Read the newer message, then send again."),
    )
    refusals.register(
        ReplyLeft.code,
        _("The reply has left"),
        _("It was sent, or a colleague took it up. The page shows the newest state."),
    )
    refusals.register(
        TicketVersionConflict.code,
        _("A colleague was faster"),
        _("This was changed while you looked at it. The page shows the newest state now."),
    )
    refusals.register(
        TicketMergedAway.code,
        _("This ticket was merged"),
        _("Nothing was changed. Open it again to see the ticket that has its messages now."),
    )
    refusals.register(
        CannotSplit.code,
        _("This message stays"),
        _("Only a customer's message that is not alone becomes a ticket of its own."),
    )
    refusals.register(
        CannotLink.code,
        _("There is no such other ticket"),
        _("Enter the number of another ticket that you may see."),
    )
    refusals.register(
        CannotFollowUp.code,
        _("This ticket is not closed"),
        _("Answer it here; only a closed ticket is followed up."),
    )
    refusals.register(
        CustomerChanged.code,
        _("A colleague was faster"),
        _("This customer was changed or merged while you looked. Open the page again."),
    )
    refusals.register(
        MergeOutdated.code,
        _("This cannot be undone now"),
        _("The merge was taken back already, or the customer was merged again since."),
    )
    refusals.register(
        OperationOutdated.code,
        _("This cannot be undone now"),
        _("It was changed again since. Undo the newer acts in the activity log first."),
    )
