"""The addresses of the public front."""

from django.urls import path

from onque.ui.landing import landing

urlpatterns = [path("", landing, name="landing")]
