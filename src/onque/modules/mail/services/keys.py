"""The keys that sign reply addresses."""

from django.conf import settings

from onque.modules.mail.rules.addresses import signing_key


def reply_keys() -> list[bytes]:
    """Return the keys under which reply addresses are read; the first one signs new ones."""
    secrets = (settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ()))
    return [signing_key(secret) for secret in secrets]
