"""The Django app of the desk module."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "onque.modules.desk"
    label = "desk"
