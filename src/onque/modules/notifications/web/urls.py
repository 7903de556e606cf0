"""Addresses of the notifications centre inside a workspace, below `/desk/`."""

from django.urls import path

from onque.modules.notifications.web import notices

app_name = "notifications"
urlpatterns = [
    path("<slug:slug>/notices/", notices.index, name="notices"),
    path("<slug:slug>/notices/count", notices.count, name="count"),
    path("<slug:slug>/notices/read", notices.read, name="read"),
    path("<slug:slug>/notices/<uuid:notice_id>/open", notices.look, name="open"),
]
