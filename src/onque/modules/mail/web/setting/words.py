"""What tests and forms of the set-up say, translated when they are drawn."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onque.modules.mail.rules.faults import Fault

Label = str | Promise

WIZARD: Mapping[str, Label] = {
    "address": _("Address"),
    "incoming": _("Receive mail"),
    "folder": _("Folder"),
    "outgoing": _("Send mail"),
    "test": _("Test"),
}

DOING: Mapping[str, Label] = {
    "allow": _("Sign in with the provider"),
    "find": _("Find the server"),
    "secure": _("Connect to the server"),
    "login": _("Log in"),
    "folder": _("Open the folder"),
    "send": _("Send a test mail"),
    "arrive": _("Receive the test mail"),
    "mx": _("Where the domain's mail goes (MX)"),
    "spf": _("Who may send for the domain (SPF)"),
    "dkim": _("Signature of the domain (DKIM)"),
    "dmarc": _("What happens to unsigned mail (DMARC)"),
}

DONE: Mapping[str, Label] = {
    "allow": _("Signed in with the provider"),
    "find": _("Found the server"),
    "secure": _("Connected to the server"),
    "login": _("Logged in"),
    "folder": _("Opened the folder"),
    "send": _("Sent a test mail"),
    "arrive": _("The test mail arrived"),
    "mx": _("The domain's mail goes somewhere (MX)"),
    "spf": _("We may send for the domain (SPF)"),
    "dkim": _("The domain's signature is published (DKIM)"),
    "dmarc": _("The domain says what happens to unsigned mail (DMARC)"),
}

STATES: Mapping[str, Label] = {
    "waiting": _("waiting"),
    "running": _("running"),
    "ok": _("passed"),
    "advice": _("could be better"),
    "failed": _("failed"),
    "skipped": _("not tried"),
}

FAULTS: Mapping[str, tuple[Label, Label]] = {
    Fault.HOST_UNKNOWN: (
        _("There is no server of this name"),
        _("Check the spelling, or look the name up in your provider's help."),
    ),
    Fault.HOST_PRIVATE: (
        _("This server is inside a private network"),
        _("Enter the name under which the server can be reached from the internet."),
    ),
    Fault.REFUSED: (
        _("The server takes no connections at this port"),
        _("Check the port: 993 with TLS is usual for receiving, 465 or 587 for sending."),
    ),
    Fault.TIMEOUT: (
        _("The server did not answer in time"),
        _("Check name and port. A firewall may be in the way; then try again."),
    ),
    Fault.UNREACHABLE: (
        _("The server cannot be reached"),
        _("Try again in a few minutes. If it stays so, check name and port."),
    ),
    Fault.TLS_FAILED: (
        _("No secure connection came about"),
        _("Choose the other kind of encryption, or correct the port."),
    ),
    Fault.TLS_CERTIFICATE: (
        _("The server's certificate cannot be trusted"),
        _("Use the server name that the certificate was made for, or have it renewed."),
    ),
    Fault.TLS_MISSING: (
        _("The server offers no encryption here"),
        _("Choose TLS with its port instead, usually 993 or 465."),
    ),
    Fault.NOT_MAIL: (
        _("Something else than a mail server answered"),
        _("Check the port; a web server or another service may be listening there."),
    ),
    Fault.WRONG_PASSWORD: (
        _("The server refused the user name or the password"),
        _("Enter both again. The user name is often the whole address."),
    ),
    Fault.APP_PASSWORD: (
        _("A password for apps is needed here"),
        _("Make an app password in the account's security settings and enter it instead."),
    ),
    Fault.IMAP_OFF: (
        _("IMAP is switched off for this account"),
        _("Switch IMAP on in the mail settings of the provider, then try again."),
    ),
    Fault.OAUTH_NEEDED: (
        _("This provider takes no passwords any more"),
        _("Sign in with the provider instead of entering a password, or use forwarding."),
    ),
    Fault.TOO_MANY: (
        _("The account has too many connections at once"),
        _("Wait a minute and try again, or close other mail programs."),
    ),
    Fault.FOLDER_MISSING: (
        _("There is no such folder"),
        _("Choose one of the folders that the server told us."),
    ),
    Fault.SENDER_REFUSED: (
        _("The server does not let this account send from the address"),
        _("Allow the address for this account, or log in as the address itself."),
    ),
    Fault.RECIPIENT_REFUSED: (
        _("The server does not take mail for the address"),
        _("Check that the address exists. Some servers want a log-in before they send."),
    ),
    Fault.KEY_REFUSED: (
        _("The provider refused the key"),
        _("Copy the key anew from the provider's settings; it needs the right to send."),
    ),
    Fault.NOT_SENT: (
        _("The mail did not leave"),
        _("What the server said is below. Correct the sending server or try again."),
    ),
    Fault.NOT_SEEN: (
        _("Sent, but not seen after 60 seconds"),
        _(
            "Look whether it lies among spam or in another folder, and whether the address "
            "leads to this mailbox."
        ),
    ),
    Fault.IN_SPAM: (
        _("It arrived among spam"),
        _(
            "Mark it as not spam there. Check the domain's records, so that customers get your "
            "mail."
        ),
    ),
    Fault.NO_PASSWORD: (_("No password was entered yet"), _("Go back one step and enter it.")),
    Fault.NO_CONSENT: (
        _("Nobody signed in with the provider yet"),
        _("Go back one step and sign in with the provider."),
    ),
    Fault.CONSENT_REFUSED: (
        _("The provider did not accept the sign-in"),
        _("Sign in with the provider again; each sign-in counts once and for a few minutes."),
    ),
    Fault.TOKEN_REFUSED: (
        _("The account that signed in may not open this mailbox"),
        _("Sign in again with the account of the address. An admin may have to allow IMAP first."),
    ),
    Fault.STOPPED: (
        _("The test was interrupted"),
        _("Nothing is wrong with what you entered. Try again."),
    ),
    Fault.BROKE: (
        _("The server answered in an unexpected way"),
        _("Try again. What it said is below."),
    ),
}

PROVIDERS: Mapping[str, Label] = {"other": _("Another provider")}

HELP: Mapping[str, Label] = {
    "gmail": _(
        "Gmail wants an app password: Google account, Security, 2-step verification, App "
        "passwords. Your usual password does not work."
    ),
    "workspace": _(
        "Google Workspace wants an app password, and an admin must allow IMAP. Forwarding "
        "works without both."
    ),
    "microsoft": _(
        "Microsoft 365 takes no passwords for IMAP: sign in with Microsoft, or use forwarding."
    ),
    "naver": _(
        "Switch IMAP on in Naver Mail (Settings, POP3/IMAP). With 2-step verification make an "
        "app password in Naver ID, Security."
    ),
    "works": _(
        "Switch IMAP on in Naver Works Mail (Settings, POP/IMAP) and make a password for "
        "external apps there."
    ),
    "daum": _(
        "Switch IMAP on in Daum Mail (Settings, IMAP/POP3) and make an app password in the "
        "Kakao account."
    ),
    "kakao": _(
        "Switch IMAP on in Kakao Mail (Settings, IMAP/POP3) and make an app password in the "
        "Kakao account."
    ),
    "yahoo": _("Yahoo wants an app password: Account security, Generate app password."),
    "icloud": _("iCloud wants an app-specific password: account.apple.com, Sign-In and Security."),
    "other": _("Your provider's help names the servers, often under “IMAP and SMTP”."),
}

SECURITY: Mapping[str, Label] = {
    "tls": _("TLS (usual)"),
    "starttls": _("STARTTLS"),
    "none": _("None, for trying out only"),
}

AFTER_IMPORT: Mapping[str, tuple[Label, Label]] = {
    "keep": (_("Leave it as it is"), _("Nothing in the mailbox changes.")),
    "seen": (_("Mark it as read"), _("Others see that it was taken care of.")),
    "move": (_("Move it to a folder"), _("The inbox stays empty.")),
    "delete": (_("Delete it"), _("Only after Onque has stored it safely.")),
}

OUT_KINDS: Mapping[str, tuple[Label, Label]] = {
    "same": (
        _("Through this account's server"),
        _("The same user name and password as for receiving."),
    ),
    "own": (_("Through another SMTP server"), _("With a user name and a password of its own.")),
    "installation": (
        _("Through Onque"),
        _("Two DNS records for your domain are needed, so that mail does not land in spam."),
    ),
}

ERRORS: Mapping[tuple[str, str], Label] = {
    ("address", "not_an_address"): _("Enter an address such as help@example.com."),
    ("host", "consent_first"): _(
        "Enter a password for this server: what the provider allowed is sent to no other one."
    ),
    ("host", "not_a_host"): _("Enter the server's name, such as imap.example.com."),
    ("out_host", "not_a_host"): _("Enter the server's name, such as smtp.example.com."),
    ("port", "not_a_port"): _("Enter a port between 1 and 65535, usually 993."),
    ("out_port", "not_a_port"): _("Enter a port between 1 and 65535, usually 465 or 587."),
    ("user_name", "missing"): _("Enter the user name."),
    ("password", "missing"): _("Enter the password."),
    ("password", "needed_again"): _(
        "Enter the password again: the stored one is sent to no other server."
    ),
    ("out_password", "missing"): _("Enter the password of the sending server."),
    ("folder", "missing"): _("Choose a folder, usually INBOX."),
    ("move_folder", "missing"): _("Choose the folder that mail is moved to."),
    ("move_folder", "same_folder"): _("Choose another folder than the one that is fetched."),
    ("secret", "missing"): _("Enter the provider's key."),
}
UNKNOWN_ERROR = _("Choose one of the values that are offered.")
TAKEN: Mapping[str, Label] = {
    "mail.address_taken": _("This address already leads to a brand, perhaps of another workspace."),
    "mail.mailbox_taken": _("This folder is connected already. Change that mailbox instead."),
}

ADVICE: Mapping[str, Label] = {
    "mx_none": _("The domain receives no mail. Where you manage it, set its mail server (MX)."),
    "spf_none": _(
        "Mail sent by Onque may land in spam. Add this record where you manage the domain."
    ),
    "spf_lacks": _("Onque is not among the senders. Change the record to this."),
    "spf_many": _("There are several SPF records, so that none counts. Join them into one."),
    "dkim_none": _("The key that mail is signed with is not published. Add this record."),
    "dkim_other": _("Another key is published. Change the record to this."),
    "dkim_no_key": _(
        "The brand has no key yet. Make one under Sending, so that its mail is signed."
    ),
    "dkim_elsewhere": _(
        "The brand sends through a server of its own, which usually signs by itself. If it does "
        "not, make a key under Sending."
    ),
    "dkim_off": _("The record is published. Switch signing on under Sending."),
    "dmarc_none": _("Large providers ask for this record. Add it; it changes nothing at first."),
}
