"""Addresses of accounts and members, below `/desk/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
