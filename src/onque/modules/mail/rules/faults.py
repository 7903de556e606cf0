"""What is wrong with a mail server, from its own words: codes that screens put into plain words.

Source: RFC 5530 (IMAP response codes), RFC 3463 (SMTP enhanced codes), and what the large
providers answer in practice.
"""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Why a step of a test failed."""

    HOST_UNKNOWN = "host_unknown"
    HOST_PRIVATE = "host_private"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    TLS_CERTIFICATE = "tls_certificate"
    TLS_MISSING = "tls_missing"
    NOT_MAIL = "not_mail"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code
    APP_PASSWORD = "app_password"  # noqa: S105
    IMAP_OFF = "imap_off"
    OAUTH_NEEDED = "oauth_needed"
    TOO_MANY = "too_many"
    FOLDER_MISSING = "folder_missing"
    SENDER_REFUSED = "sender_refused"
    RECIPIENT_REFUSED = "recipient_refused"
    NOT_SENT = "not_sent"
    KEY_REFUSED = "key_refused"
    NOT_SEEN = "not_seen"
    IN_SPAM = "in_spam"
    NO_PASSWORD = "no_password"  # noqa: S105
    NO_CONSENT = "no_consent"
    CONSENT_REFUSED = "consent_refused"
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    STOPPED = "stopped"
    BROKE = "broke"


_APP = (
    "application-specific password",
    "app password",
    "app-specific",
    "애플리케이션 비밀번호",
    "2단계",
    "two-factor",
    "webloginrequired",
)
_OFF = (
    "not enabled for imap",
    "imap access is disabled",
    "imap is disabled",
    "imap disabled",
    "protocol is disabled",
    "사용 안함",
    "imap/smtp",
    "please enable imap",
    "pop3/imap",
)
_OAUTH = ("basicauthblocked", "basic authentication is disabled", "535 5.7.139", "authenticate via")
_MANY = ("too many simultaneous", "too many login", "[limit]", "[inuse]", "maximum number of conn")
_ONLY_OAUTH_HOSTS = ("office365.com", "outlook.com")
_APP_HOSTS = ("gmail.com", "mail.me.com", "yahoo.com")


def login_fault(host: str, words: str) -> Fault:
    """Why a log-in was refused, by the server's words, else by what the provider is known for."""
    said = words.lower()
    for phrases, fault in (
        (_APP, Fault.APP_PASSWORD),
        (_OFF, Fault.IMAP_OFF),
        (_OAUTH, Fault.OAUTH_NEEDED),
        (_MANY, Fault.TOO_MANY),
    ):
        if any(phrase in said for phrase in phrases):
            return fault
    if host.lower().endswith(_ONLY_OAUTH_HOSTS):
        return Fault.OAUTH_NEEDED
    return Fault.APP_PASSWORD if host.lower().endswith(_APP_HOSTS) else Fault.WRONG_PASSWORD
