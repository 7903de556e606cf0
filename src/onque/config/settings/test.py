"""Tests: the servers are started by tests/conftest.py, which sets the environment."""

import os

os.environ.setdefault("ONQUE_SECRET_KEY", "only-for-tests")  # also read by the type checker
os.environ.setdefault("ONQUE_DATABASE_URL", "postgresql://onque_app@127.0.0.1:1/onque")
os.environ.setdefault("ONQUE_SESSIONS_REDIS_URL", "redis://127.0.0.1:1/0")

from onque.config.settings.base import *  # noqa: F403

ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["onque.config.hashers.QuickArgon2Hasher"]
REFUSE_QUERIES_WHILE_RENDERING = True
UNDO_SECONDS = 0  # a reply is sent at once, as programs do; the tests of undo set their own
