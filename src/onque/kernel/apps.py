"""The kernel's Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "onque.kernel"
    label = "kernel"
