"""Amazon's signing certificates, fetched once and kept.

The one network call of the intake: Amazon changes a certificate a few times a year.
"""

import urllib.error
import urllib.request

from onque.kernel.errors import Unavailable

_TIMEOUT_SECONDS = 3
_LONGEST_BYTES = 20_000
_MOST = 50
_kept: dict[str, bytes] = {}


def certificate(url: str) -> bytes:
    """Return the certificate (PEM) at an address that was found to be Amazon's.

    Raises `Unavailable`: the provider is to try again.
    """
    if (found := _kept.get(url)) is not None:
        return found
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - https, checked by rules.sns
            content: bytes = answer.read(_LONGEST_BYTES)
    except (OSError, urllib.error.URLError) as error:
        raise Unavailable(store="sns", reason=str(error)) from error
    remember(url, content)
    return content


def remember(url: str, content: bytes) -> None:
    """Keep a certificate."""
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[url] = content
