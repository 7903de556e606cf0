"""Addresses of the portal's settings inside a workspace of the desk."""

from django.urls import path

from onque.modules.portal.web import setup

app_name = "portal-settings"
urlpatterns = [
    path("<slug:slug>/inquiries/", setup.index, name="types"),
    path("<slug:slug>/inquiries/add/<uuid:brand_id>/", setup.add, name="add"),
    path("<slug:slug>/inquiries/<uuid:type_id>/", setup.change, name="type"),
]
