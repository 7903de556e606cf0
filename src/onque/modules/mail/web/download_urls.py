"""Addresses of files behind signed links."""

from django.urls import path

from onque.modules.mail.web import downloads

app_name = "mailfiles"
urlpatterns = [path("<str:token>", downloads.download, name="file")]
