"""All settings, from the environment alone; `prod` only tightens.

Documented one by one in docs/reference/settings.md.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from onque.config import env

SOURCE = Path(__file__).resolve().parents[2]


def _database(url: str, *, timeout_ms: int = 30_000) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # safe behind a transaction pooler
        "OPTIONS": {
            "connect_timeout": 3,
            "options": f"-c lock_timeout=4000 -c statement_timeout={timeout_ms}",
        },
    }


SERVICE = env.text("ONQUE_SERVICE", "all")
INSTANCE_ID = env.text("ONQUE_INSTANCE_ID", "local")
SECRET_KEY = env.secret("ONQUE_SECRET_KEY")
SECRET_KEY_FALLBACKS = [
    key for key in env.secret("ONQUE_SECRET_KEY_FALLBACKS", "").replace(" ", "").split(",") if key
]
METRICS_TOKEN = env.secret("ONQUE_METRICS_TOKEN", "")
PUBLIC_URL = env.text("ONQUE_PUBLIC_URL", "http://localhost:8400").rstrip("/")
SOCKETS_URL = env.text("ONQUE_SOCKETS_URL", "").rstrip("/")
ALLOWED_HOSTS = env.text("ONQUE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DEBUG = False
TRUSTED_PROXIES = env.number("ONQUE_TRUSTED_PROXIES", 0)  # of ours, in front of the service

# as services of their own they have the public role, which prod insists on; the process that
# serves every door (`all`, the embedded default) has one connection, as the staff's role
PUBLIC_SERVICES = {"portal", "survey"}
_primary = env.secret("ONQUE_DATABASE_URL")
if SERVICE in PUBLIC_SERVICES:
    _otherwise = None if env.text("ONQUE_ENV", "dev") == "prod" else _primary
    _primary = env.secret("ONQUE_PUBLIC_DATABASE_URL", _otherwise)
DATABASES: dict[str, Any] = {"default": _database(_primary)}
if _replica := env.secret("ONQUE_REPLICA_URL", ""):
    DATABASES["replica"] = _database(_replica)
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
DATABASE_ROUTERS = ["onque.kernel.router.ScopeRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSIONS_REDIS_URL = env.secret("ONQUE_SESSIONS_REDIS_URL")
BROKER_REDIS_URL = env.secret("ONQUE_BROKER_REDIS_URL", SESSIONS_REDIS_URL)
CACHE_REDIS_URL = env.secret("ONQUE_CACHE_REDIS_URL", SESSIONS_REDIS_URL)
CHANNELS_REDIS_URL = env.secret("ONQUE_CHANNELS_REDIS_URL", SESSIONS_REDIS_URL)

_REDIS_LIMITS = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": _REDIS_LIMITS,
    },
    "sessions": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": SESSIONS_REDIS_URL,
        "KEY_PREFIX": "session",
        "OPTIONS": _REDIS_LIMITS,
    },
}

FILES_DIR = env.text("ONQUE_FILES_DIR", "")
S3_BUCKET = env.text("ONQUE_S3_BUCKET", "")
S3_ENDPOINT_URL = env.text("ONQUE_S3_ENDPOINT_URL", "")
S3_REGION = env.text("ONQUE_S3_REGION", "")
KMS_KEY_ID = env.text("ONQUE_KMS_KEY_ID", "")
KMS_ENDPOINT_URL = env.text("ONQUE_KMS_ENDPOINT_URL", "")
KMS_REGION = env.text("ONQUE_KMS_REGION", "")

SMTP_URL = env.secret("ONQUE_SMTP_URL", "smtp://localhost:25")
MAIL_DOMAIN = env.text("ONQUE_MAIL_DOMAIN", "mail.onque.localhost")
LMTP_HOST = env.text("ONQUE_LMTP_HOST", "127.0.0.1")
LMTP_PORT = env.number("ONQUE_LMTP_PORT", 8424)
LMTP_CERTIFICATE = env.text("ONQUE_LMTP_CERTIFICATE", "")
LMTP_CERTIFICATE_KEY = env.text("ONQUE_LMTP_CERTIFICATE_KEY", "")
LISTENER = env.text("ONQUE_LISTENER", "lmtp")
MAIL_AUTOMATIC_PER_ADDRESS = env.number("ONQUE_MAIL_AUTOMATIC_PER_ADDRESS", 5)
MAIL_AUTOMATIC_PER_TICKET = env.number("ONQUE_MAIL_AUTOMATIC_PER_TICKET", 5)
MAIL_AUTOMATIC_PER_BRAND = env.number("ONQUE_MAIL_AUTOMATIC_PER_BRAND", 1000)
MAIL_AUTOMATIC_PER_WORKSPACE = env.number("ONQUE_MAIL_AUTOMATIC_PER_WORKSPACE", 3000)
MAIL_AUTOMATIC_PER_ACCOUNT = env.number("ONQUE_MAIL_AUTOMATIC_PER_ACCOUNT", 30)
MAIL_TRUSTED_HOSTS = frozenset(
    name.strip().lower()
    for name in env.text("ONQUE_MAIL_TRUSTED_HOSTS", "").split(",")
    if name.strip()
)
MAIL_VERIFY_DKIM = env.flag("ONQUE_MAIL_VERIFY_DKIM", default=False)
MAIL_LIMIT_BYTES = env.number("ONQUE_MAIL_LIMIT_BYTES", 50 * 1024 * 1024)
MAIL_PRIVATE_HOSTS = env.flag(
    "ONQUE_MAIL_PRIVATE_HOSTS", default=env.text("ONQUE_ENV", "dev") != "prod"
)
MAIL_IMAP_PER_HOST = env.number("ONQUE_MAIL_IMAP_PER_HOST", 0)  # connections; 0 is no limit
MAIL_PER_MINUTE = env.number("ONQUE_MAIL_PER_MINUTE", 600)  # to one domain; 0 is no limit
MAIL_ATTACH_LIMIT_BYTES = env.number("ONQUE_MAIL_ATTACH_LIMIT_BYTES", 10 * 1024 * 1024)
UNDO_SECONDS = env.number("ONQUE_UNDO_SECONDS", 8)  # 0 sends at once
DNS_SERVERS = [part for part in env.text("ONQUE_DNS_SERVERS", "").split(",") if part]
MAIL_PROVIDER_URLS: dict[str, str] = {}  # where providers' programs are asked, in trials
MAIL_SPF = env.text("ONQUE_MAIL_SPF", f"include:{MAIL_DOMAIN}")
# who is asked for consent to read mailboxes by OAuth2; without a client id it is not offered
MAIL_AUTHORITIES: dict[str, dict[str, str]] = {
    "microsoft": {
        "client_id": env.text("ONQUE_MICROSOFT_CLIENT_ID", ""),
        "client_secret": env.secret("ONQUE_MICROSOFT_CLIENT_SECRET", ""),
        "authorize_url": env.text(
            "ONQUE_MICROSOFT_AUTHORIZE_URL",
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        ),
        "token_url": env.text(
            "ONQUE_MICROSOFT_TOKEN_URL",
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        ),
        "scopes": env.text(
            "ONQUE_MICROSOFT_SCOPES",
            "https://outlook.office.com/IMAP.AccessAsUser.All"
            " https://outlook.office.com/SMTP.Send offline_access",
        ),
        "extras": "prompt=select_account",
    },
    "google": {
        "client_id": env.text("ONQUE_GOOGLE_CLIENT_ID", ""),
        "client_secret": env.secret("ONQUE_GOOGLE_CLIENT_SECRET", ""),
        "authorize_url": env.text(
            "ONQUE_GOOGLE_AUTHORIZE_URL", "https://accounts.google.com/o/oauth2/v2/auth"
        ),
        "token_url": env.text("ONQUE_GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token"),
        "scopes": env.text("ONQUE_GOOGLE_SCOPES", "https://mail.google.com/"),
        "extras": "access_type=offline&prompt=consent",  # or no refresh token comes
    },
}
CAUGHT_MAIL_DIR = env.text("ONQUE_CAUGHT_MAIL_DIR", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "onque.kernel",
    "onque.ui",
    "onque.modules.identity",
    "onque.modules.fields",
    "onque.modules.customers",
    "onque.modules.desk",
    "onque.modules.mail",
    "onque.modules.survey",
    "onque.modules.notifications",
    "onque.modules.portal",
    "onque.config",
]
MIDDLEWARE = [
    "onque.kernel.http.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "onque.ui.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "onque.ui.security.ContentPolicyMiddleware",
    "onque.modules.identity.web.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "onque.modules.identity.web.middleware.LocaleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "onque.modules.identity.web.middleware.WorkspaceMiddleware",
]
ROOT_URLCONF = "onque.config.urls"
WSGI_APPLICATION = "onque.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "onque.ui.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
REFUSE_QUERIES_WHILE_RENDERING = False
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "onque.modules.identity.web.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation proves the address
ACCOUNT_RATE_LIMITS = False  # identity.services.signing_in throttles, on rows that outlive Redis
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "onque.modules.identity.web.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Onque"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
PASSWORD_RESET_TIMEOUT = 2 * 3600
LOGIN_URL = "/desk/sign-in"
LOGIN_REDIRECT_URL = "/desk/"

SESSION_ENGINE = "onque.modules.identity.sessions"
SESSION_COOKIE_NAME = f"onque_desk_{INSTANCE_ID}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = f"onque_csrf_{INSTANCE_ID}"
CSRF_FAILURE_VIEW = "onque.ui.errors.csrf_refused"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "/static/"
STATIC_ROOT = env.text("ONQUE_STATIC_DIR", "") or None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "onque.ui.storage.StaticStorage"},
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOG_JSON = env.flag("ONQUE_LOG_JSON")
LOGGING_CONFIG = "onque.config.logs.configure"
LOGGING: dict[str, Any] = {"json": LOG_JSON}
