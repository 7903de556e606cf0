"""The addresses of the mail catcher's pages."""

from django.urls import path

from onque.config.catcher import pages

urlpatterns = [
    path("", pages.index, name="caught"),
    path("<slug:name>/", pages.show, name="caught-mail"),
]
