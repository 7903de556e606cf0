"""What is wrong with a connected mailbox, and what came of asking for consent, in plain words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onque.modules.mail.rules.polling import Fault

Label = str | Promise

AUTHORITIES: Mapping[str, str] = {"google": "Google", "microsoft": "Microsoft"}

TROUBLES: Mapping[str, tuple[Label, Label]] = {
    Fault.AUTH_REFUSED: (
        _("The server refused the log-in"),
        _("Change the mailbox and enter its password again; it may have been changed there."),
    ),
    Fault.TOKEN_REFUSED: (
        _("The sign-in with the provider no longer counts"),
        _("It ended or was withdrawn there. Sign in again."),
    ),
    Fault.HOST_UNKNOWN: (
        _("There is no server of this name"),
        _("Change the mailbox and correct the server's name."),
    ),
    Fault.HOST_PRIVATE: (
        _("The server lies in a private network"),
        _("Onque connects to servers on the internet only. Use its public name, or forwarding."),
    ),
    Fault.CONNECTION_REFUSED: (
        _("The server takes no connections"),
        _("Onque tries again by itself. If it stays so, check the server's name and port."),
    ),
    Fault.TLS_FAILED: (
        _("The connection could not be encrypted"),
        _("Change the mailbox and check encryption and port, usually TLS and 993."),
    ),
    Fault.CERTIFICATE: (
        _("The server's certificate is not valid"),
        _("Whoever runs the server must renew it, or the name must be the one it is made for."),
    ),
    Fault.TIMEOUT: (
        _("The server did not answer in time"),
        _("Onque tries again by itself. If it stays so, ask whoever runs the server."),
    ),
    Fault.FOLDER_MISSING: (
        _("The folder is no longer there"),
        _("Change the mailbox and choose another folder, or make it again at the provider."),
    ),
    Fault.TOO_MANY_CONNECTIONS: (
        _("The account has too many connections at once"),
        _("Onque tries again in a few minutes. Close other mail programs on this account."),
    ),
    Fault.THROTTLED: (
        _("The provider asks to slow down"),
        _("Onque waits and tries again by itself. Nothing is lost."),
    ),
    Fault.STORE_DOWN: (
        _("Onque could not store the mail"),
        _("This is on our side and passes. The mail waits safely at the server."),
    ),
    Fault.DISCONNECTED: (
        _("The server closed the connection"),
        _("Onque tries again by itself. If it stays so, ask whoever runs the server."),
    ),
    Fault.AFTER_IMPORT_FAILED: (
        _("Mail is fetched, but cannot be moved or marked"),
        _("Check that the folder it is moved to exists and that the account may change mail."),
    ),
    Fault.SERVER_REFUSED: (
        _("The server refused to go on"),
        _("Onque tries again by itself. What it said is below."),
    ),
}
"""For each code of `rules.polling`: what is wrong, and what helps."""

ANSWERS: Mapping[str, Label] = {
    "not_allowed": _("The provider says that access was not allowed. Nothing was changed."),
    "state_unknown": _("This answer belongs to no question of yours. Begin again at the mailbox."),
    "state_of_another": _("Somebody else began this. Begin again at the mailbox."),
    "state_too_old": _("This took longer than 15 minutes. Begin again at the mailbox."),
}
