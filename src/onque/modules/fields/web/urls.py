"""Addresses of fields inside a workspace, below `/desk/`."""

from django.urls import path

from onque.modules.fields.web import settings

app_name = "fields"
urlpatterns = [
    path("<slug:slug>/settings/fields/", settings.index, name="index"),
    path("<slug:slug>/settings/fields/<uuid:field_id>", settings.save, name="save"),
    path("<slug:slug>/settings/fields/<uuid:field_id>/archive", settings.archive, name="archive"),
    path("<slug:slug>/settings/fields/<uuid:field_id>/move", settings.move, name="move"),
]
