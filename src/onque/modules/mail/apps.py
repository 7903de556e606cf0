"""The Django app of the mail module."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "onque.modules.mail"
    label = "mail"
