"""Addresses of mail inside a workspace, below `/desk/`."""

from django.urls import path

from onque.modules.mail.web import outgoing, quarantine, senders, settings, stops

app_name = "mail"
urlpatterns = [
    path("<slug:slug>/mail/quarantine/", quarantine.index, name="quarantine"),
    path("<slug:slug>/mail/quarantine/<uuid:mail_id>/", quarantine.detail, name="mail"),
    path("<slug:slug>/mail/quarantine/<uuid:mail_id>/raw", quarantine.raw, name="raw"),
    path("<slug:slug>/mail/quarantine/<uuid:mail_id>/retry", quarantine.retry, name="retry"),
    path("<slug:slug>/mail/quarantine/<uuid:mail_id>/reject", quarantine.reject, name="reject"),
    path("<slug:slug>/mail/outgoing/", outgoing.index, name="outgoing"),
    path("<slug:slug>/mail/outgoing/<uuid:mail_id>/send", outgoing.send, name="send"),
    path("<slug:slug>/mail/outgoing/<uuid:mail_id>/arrived", outgoing.arrived, name="arrived"),
    path(
        "<slug:slug>/mail/outgoing/<uuid:mail_id>/repair", outgoing.repair, name="outgoing-repair"
    ),
    path("<slug:slug>/mail/senders/", senders.index, name="senders"),
    path("<slug:slug>/mail/senders/new", senders.add, name="sender-add"),
    path("<slug:slug>/mail/senders/<uuid:rule_id>/remove", senders.remove, name="sender-remove"),
    path("<slug:slug>/mail/stops/", stops.index, name="stops"),
    path("<slug:slug>/mail/stops/<uuid:stop_id>/resume", stops.resume, name="stop-resume"),
    path("<slug:slug>/mail/addresses/", settings.index, name="addresses"),
    path("<slug:slug>/mail/addresses/new", settings.add, name="address-add"),
]
