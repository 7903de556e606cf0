"""The Django app of the identity module."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "onque.modules.identity"
    label = "identity"
