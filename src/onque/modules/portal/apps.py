"""The Django app of the portal module."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "onque.modules.portal"
    label = "portal"
