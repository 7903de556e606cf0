"""Providers that send mail for a brand by their programs' interface, and what each one asks for.

Only those that take a mail as bytes: it arrives as it was composed, with our Message-ID (Amazon's
interface alone puts one of its own in its place). Others are used through their SMTP servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """One provider.

    `regions` are those to choose from, the usual one first, with the address of the interface there
    ("" where the library knows it). `has_domain` tells whether it wants the sending domain,
    `secrets` which secrets: key, and for some secret.
    """

    name: str
    regions: Mapping[str, str]
    secrets: tuple[str, ...] = ("key",)
    has_domain: bool = False


_AMAZON = (
    "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3"
    " eu-central-1 eu-north-1 eu-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3"
    " ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-south-1 me-south-1 af-south-1"
)

PROVIDERS: Mapping[str, Provider] = {
    "mailgun": Provider(
        "Mailgun",
        {"us": "https://api.mailgun.net/v3/", "eu": "https://api.eu.mailgun.net/v3/"},
        has_domain=True,
    ),
    "ses": Provider("Amazon SES", dict.fromkeys(_AMAZON.split(), ""), secrets=("key", "secret")),
    "sparkpost": Provider(
        "SparkPost",
        {
            "us": "https://api.sparkpost.com/api/v1/",
            "eu": "https://api.eu.sparkpost.com/api/v1/",
        },
    ),
}

AMAZONS_OWN_REGION = "us-east-1"


def amazons_id(name: str, region: str) -> str:
    """The Message-ID that Amazon writes in place of ours, from the name that its answer gives.

    Source: Amazon SES developer guide, "Email header fields".
    """
    host = "email" if region == AMAZONS_OWN_REGION else region
    return f"{name}@{host}.amazonses.com"


_LATER = frozenset({401, 403, 404, 408, 425, 429, 500, 503})
_UNKNOWN = frozenset({502, 504})
_REFUSED, _BROKEN = 300, 500
_ACCOUNT = frozenset(
    {
        "AccessDeniedException",
        "AccountSuspendedException",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SendingPausedException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "LimitExceededException",
        "TooManyRequestsException",
        "ThrottlingException",
    }
)
_KEYS = frozenset({401, 403})


def meaning(status: int, code: str = "") -> str:
    """What an answer to a mail means: sent, later, never, or unsure.

    What is wrong with the account or the service is no fault of the mail: later. A gateway's
    answer does not tell whether the mail went through, and an answer of success that cannot be
    read does neither.
    """
    if code in _ACCOUNT or status in _LATER:
        return "later"
    if status in _UNKNOWN or status < _REFUSED:
        return "unsure"
    return "later" if status >= _BROKEN else "never"


def is_key_refused(words: str) -> bool:
    """Tell whether the words of a result (status first) say that the key is wrong."""
    first = words.split(" ", 1)[0]
    return (first.isdigit() and int(first) in _KEYS) or any(
        name in words for name in ("InvalidClientTokenId", "UnrecognizedClient", "SignatureDoes")
    )
