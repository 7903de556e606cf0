"""The Django app of the customers module."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "onque.modules.customers"
    label = "customers"
