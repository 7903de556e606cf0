"""Addresses for providers' webhooks, below `/intake/`."""

from django.urls import path

from onque.modules.mail.web.intake import calls

app_name = "intake"
urlpatterns = [
    path("<slug:provider>/<str:token>/mail", calls.mail, name="mail"),
    # Mailgun posts raw MIME to addresses with this ending
    path("<slug:provider>/<str:token>/mail/mime", calls.mail, name="mime"),
    path("<slug:provider>/<str:token>/events", calls.events, name="events"),
]
