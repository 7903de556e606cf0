"""Production tightens: TLS only, host-bound cookies, strict transport."""

from onque.config.settings.base import *  # noqa: F403

SESSION_COOKIE_NAME = "__Host-onque_desk"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-onque_csrf"
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
