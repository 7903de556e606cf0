"""Handing one mail to a provider's programs, as bytes, through the library (django-anymail).

The library's backends keep the session, post, and read answers and refusals; the payloads are ours,
since its own would take a mail apart and put it together anew. `before_text` is called right before
the mail is handed over, as with SMTP (`services.smtp`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

import requests
from anymail.backends import amazon_ses, mailgun, sparkpost
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailRecipientStatus
from anymail.utils import EmailAddress
from botocore import exceptions as boto
from django.conf import settings
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from onque.modules.mail.rules.providers import PROVIDERS, amazons_id, meaning
from onque.modules.mail.services.smtp import Outcome, Result

_CONNECT_SECONDS, _READ_SECONDS = 10, 50
_LONGEST_WORDS = 500


class ClaimLostError(Exception):
    """The mail is another worker's: nothing was handed over."""


@dataclass(frozen=True)
class Account:
    """A brand's account with a provider; `secrets` by the names of `rules.providers`."""

    provider: str
    region: str
    domain: str = ""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass
class _Mail:
    """What the library's backends want of a message."""

    raw: bytes
    recipient: str
    name: str
    before_text: Callable[[], bool]
    has_begun: bool = False
    anymail_status: Any = None

    def recipients(self) -> list[str]:
        return [self.recipient]

    def begin(self) -> None:
        if not self.before_text():
            raise ClaimLostError
        self.has_begun = True


@dataclass
class _Posted:
    """A payload for a provider that is posted to."""

    path: str
    asked: dict[str, Any]
    recipients: list[EmailAddress]
    sender_domain: str = ""

    @property
    def all_recipients(self) -> list[EmailAddress]:
        return self.recipients

    def get_request_params(self, api_url: str) -> dict[str, Any]:
        return {
            "method": "POST",
            "url": urljoin(api_url, self.path),
            "allow_redirects": False,
            **self.asked,
        }


class _Mailgun(mailgun.EmailBackend):  # type: ignore[misc]  # the library is untyped
    def build_message_payload(self, message: _Mail, _defaults: object) -> _Posted:
        fields = {
            "to": message.recipient,
            "o:tracking": "no",
            "o:tracking-clicks": "no",
            "o:tracking-opens": "no",
            "v:mail": message.name,
        }
        return _Posted(
            path=f"{quote(self.sender_domain, safe='')}/messages.mime",
            asked={
                "data": fields,
                "files": {"message": ("message.mime", message.raw, "message/rfc822")},
                "auth": ("api", self.api_key),
            },
            recipients=_parsed(message),
            sender_domain=self.sender_domain,
        )

    def post_to_esp(self, payload: _Posted, message: _Mail) -> Any:
        message.begin()
        return super().post_to_esp(payload, message)


class _SparkPost(sparkpost.EmailBackend):  # type: ignore[misc]
    def build_message_payload(self, message: _Mail, _defaults: object) -> _Posted:
        said = {
            "options": {"open_tracking": False, "click_tracking": False, "transactional": True},
            "metadata": {"mail": message.name},
            "recipients": [{"address": {"email": message.recipient}}],
            "content": {"email_rfc822": message.raw.decode()},
        }
        head = {"Authorization": self.api_key, "Content-Type": "application/json"}
        return _Posted(
            path="transmissions/",
            asked={"data": json.dumps(said), "headers": head},
            recipients=_parsed(message),
        )

    def post_to_esp(self, payload: _Posted, message: _Mail) -> Any:
        message.begin()
        return super().post_to_esp(payload, message)


@dataclass
class _Amazons:
    """A payload for Amazon's interface."""

    params: dict[str, Any]
    recipients: list[EmailAddress]
    api_name: str = "send_email"

    def finalize_payload(self) -> None:
        """Nothing is left to be done."""

    def parse_recipient_status(self, response: dict[str, Any]) -> dict[str, Any]:
        status = AnymailRecipientStatus(message_id=response["MessageId"], status="queued")
        return {one.addr_spec: status for one in self.recipients}


class _Amazon(amazon_ses.EmailBackend):  # type: ignore[misc]
    def build_message_payload(self, message: _Mail, _defaults: object) -> _Amazons:
        return _Amazons(
            params={
                "Content": {"Raw": {"Data": message.raw}},
                "Destination": {"ToAddresses": [message.recipient]},
                "EmailTags": [{"Name": "mail", "Value": message.name}],
            },
            recipients=_parsed(message),
        )

    def post_to_esp(self, payload: _Amazons, message: _Mail) -> Any:
        message.begin()
        return super().post_to_esp(payload, message)


def deliver(
    raw: bytes, *, account: Account, recipient: str, name: str, before_text: Callable[[], bool]
) -> Result:
    """Hand the bytes to a provider for one recipient; `name` comes back with its reports.

    When `before_text` returns False nothing is sent. Never raises for what the provider or the
    network does. `Result.known_as` is the Message-ID that the provider put in place of ours, "" for
    ours.
    """
    mail = _Mail(raw, recipient, name, before_text)
    try:
        _backend(account).send_messages([mail])
    except ClaimLostError:
        return Result(Outcome.NOT_OURS)
    except AnymailRecipientsRefused as error:
        return Result(Outcome.NEVER, _said(error))
    except (AnymailError, boto.BotoCoreError, LookupError, UnicodeError) as error:
        return _judged(error, mail)
    said = str(mail.anymail_status.message_id or "")
    return Result(
        Outcome.SENT,
        said[:_LONGEST_WORDS],
        known_as=amazons_id(said, account.region) if account.provider == "ses" else "",
    )


def _parsed(message: _Mail) -> list[EmailAddress]:
    return [EmailAddress(addr_spec=message.recipient)]


def _backend(account: Account) -> Any:
    provider = PROVIDERS[account.provider]
    url = settings.MAIL_PROVIDER_URLS.get(account.provider) or provider.regions[account.region]
    key, timeout = account.secrets.get("key", ""), (_CONNECT_SECONDS, _READ_SECONDS)
    if account.provider == "mailgun":
        return _Mailgun(api_key=key, sender_domain=account.domain, api_url=url, timeout=timeout)
    if account.provider == "sparkpost":
        return _SparkPost(api_key=key, api_url=url, timeout=timeout)
    return _Amazon(client_params=_amazon(account, url))


def _amazon(account: Account, url: str) -> dict[str, Any]:
    """One try only: the next one is ours to time, and never after the mail may have gone out."""
    return {
        "region_name": account.region,
        "aws_access_key_id": account.secrets.get("key", ""),
        "aws_secret_access_key": account.secrets.get("secret", ""),
        "endpoint_url": url or None,
        "config": {
            "connect_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "retries": {"total_max_attempts": 1},
        },
    }


def _judged(error: Exception, mail: _Mail) -> Result:
    status, code = _answer(error)
    if status:
        return Result(Outcome(meaning(status, code)), f"{status} {code} {_said(error)}".strip())
    if not mail.has_begun or _never_connected(error):
        return Result(Outcome.LATER, _said(error))
    return Result(Outcome.UNSURE, _said(error))


def _answer(error: Exception) -> tuple[int, str]:
    """The status of the provider's answer and its code; 0 without an answer."""
    answer = getattr(error, "response", None)
    if isinstance(answer, dict):
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return int(status), str(answer.get("Error", {}).get("Code", ""))
    return (answer.status_code, "") if answer is not None else (0, "")


def _never_connected(error: Exception) -> bool:
    """Whether the connection failed before a byte of the mail went out."""
    cause = error.__cause__ or error
    early = (requests.ConnectTimeout, boto.EndpointConnectionError, boto.ConnectTimeoutError)
    if isinstance(cause, (*early, requests.exceptions.SSLError, boto.SSLError)):
        return True
    reason = cause.args[0] if cause.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _said(error: Exception) -> str:
    """The provider's words on one line, else the library's."""
    answer = getattr(error, "response", None)
    words = getattr(answer, "text", "") or str(error)
    return " ".join(str(words).split())[:_LONGEST_WORDS]
