"""What identity adds to the shell: two places, and words for its refusals."""

from django.utils.translation import gettext_lazy as _

from onque.ui import navigation, refusals


def register() -> None:
    """Register places and words; safe to repeat."""
    navigation.register(
        navigation.Place(
            key="members",
            section="foot",
            label=_("Members"),
            icon="users",
            url_name="identity:members",
            permission="member.view",
            order=50,
        )
    )
    navigation.register(
        navigation.Place(
            key="account",
            section="menu",
            label=_("My account"),
            icon="user",
            url_name="identity:account-from",
            order=10,
        )
    )
    navigation.register(
        navigation.Place(
            key="audit",
            section="menu",
            label=_("Audit log"),
            icon="history",
            url_name="identity:audit-log",
            permission="tenant.settings",
            order=90,
        )
    )
    _register_words()


def _register_words() -> None:
    refusals.register(
        "identity.invitation_gone",
        _("This invitation no longer works"),
        _("It was used, withdrawn or is older than seven days. Ask for a new one."),
    )
    refusals.register(
        "identity.reset_link_gone",
        _("This link no longer works"),
        _("It was used or is too old. Ask for a new password again."),
    )
    refusals.register(
        "identity.too_many_tries",
        _("Too many tries"),
        _("To protect the account, sign-in rests for a few minutes. Try again later."),
    )
    refusals.register(
        "identity.already_member",
        _("You are a member already"),
        _("Sign in and open the workspace."),
    )
    refusals.register(
        "identity.last_owner",
        _("A workspace needs an owner"),
        _("Make somebody else owner first."),
    )
    refusals.register(
        "identity.sign_in_shared",
        _("Two-step sign-in cannot be reset here"),
        _("This person also works in another workspace, so only they can change it."),
    )
