"""What the pages of sending say, translated when they are drawn."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onque.modules.mail.rules.providers import Provider

Label = str | Promise

SIGNING: Mapping[str, tuple[str, Label]] = {
    "on": ("ok", _("Signed")),
    "waiting": ("warn", _("Key not used yet")),
    "lost": ("warn", _("Key of another domain")),
    "own": ("", _("By its own server")),
    "off": ("warn", _("Not signed")),
}
"""The colour of the badge, and its words."""

LANGUAGES: Mapping[str, Label] = {"ko": _("Korean"), "en": _("English")}

MAIN = _("Main address of the brand")

KINDS: Mapping[str, Label] = {"reply": _("Reply"), "acknowledgement": _("Acknowledgement")}

ERRORS: Mapping[tuple[str, str], Label] = {
    ("sender_name", "too_long"): _("Shorten the name to 80 letters."),
    ("from_address", "not_ours"): _("Choose one of the brand's own addresses."),
    ("per_minute", "not_a_limit"): _("Enter a number from 1 to 100000, or nothing."),
    ("domain", "not_a_domain"): _("Choose an address with a domain of your own first."),
    ("signing", "not_published"): _("Publish the record and check it first; then switch it on."),
    ("signing", "no_key"): _("Make a key first."),
    ("domain", "not_a_sending_domain"): _("Enter the domain that you set up at the provider."),
    ("key", "missing"): _("Enter the key from the provider's settings."),
    ("secret", "missing"): _("Enter the secret from the provider's settings."),
    ("key", "not_a_key"): _("Copy the key anew; it has letters, digits and signs only."),
    ("secret", "not_a_key"): _("Copy the secret anew; it has letters, digits and signs only."),
    ("text", "too_long"): _("Shorten the text to 4000 letters."),
}
SECRETS: Mapping[tuple[str, str], Label] = {
    ("ses", "key"): _("Access key ID"),
    ("ses", "secret"): _("Secret access key"),
}
API_KEY = _("API key")

REGIONS: Mapping[str, Label] = {"us": _("USA"), "eu": _("Europe")}

TOO_LONG = _("Shorten the text to 4000 letters.")
UNKNOWN = _("Choose one of the values that are offered.")


def regions(kind: Provider) -> list[tuple[str, Label]]:
    """Return a provider's regions with their names; Amazon's are their own."""
    return [(key, REGIONS.get(key, key)) for key in kind.regions]
