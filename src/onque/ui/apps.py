"""The interface as a Django app, so that its static files and templates are found."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "onque.ui"
    label = "ui"
