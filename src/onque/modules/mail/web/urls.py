"""Addresses of mail inside a workspace, below `/desk/`."""

from django.urls import path

from onque.modules.mail.web import contents, outgoing, quarantine, senders, settings, stops

app_name = "mail"
_MAIL = "<slug:slug>/mail/quarantine/<uuid:mail_id>"
urlpatterns = [
    path("<slug:slug>/mail/quarantine/", quarantine.index, name="quarantine"),
    path("<slug:slug>/mail/quarantine/bulk", quarantine.bulk, name="bulk"),
    path("<slug:slug>/mail/quarantine/undo", quarantine.undo, name="undo"),
    path(f"{_MAIL}/", quarantine.detail, name="mail"),
    path(f"{_MAIL}/raw", contents.raw, name="raw"),
    path(f"{_MAIL}/source", contents.source, name="source"),
    path(f"{_MAIL}/preview", contents.preview, name="preview"),
    path(f"{_MAIL}/files/<int:index>", contents.file, name="file"),
    path(f"{_MAIL}/retry", quarantine.retry, name="retry"),
    path(f"{_MAIL}/let-in", quarantine.let_in, name="let-in"),
    path(f"{_MAIL}/reject", quarantine.reject, name="reject"),
    path(f"{_MAIL}/restore", quarantine.restore, name="restore"),
    path(f"{_MAIL}/reparse", quarantine.reparse, name="reparse"),
    path("<slug:slug>/mail/outgoing/", outgoing.index, name="outgoing"),
    path("<slug:slug>/mail/outgoing/<uuid:mail_id>/send", outgoing.send, name="send"),
    path("<slug:slug>/mail/outgoing/<uuid:mail_id>/arrived", outgoing.arrived, name="arrived"),
    path(
        "<slug:slug>/mail/outgoing/<uuid:mail_id>/repair", outgoing.repair, name="outgoing-repair"
    ),
    path("<slug:slug>/mail/senders/", senders.index, name="senders"),
    path("<slug:slug>/mail/senders/new", senders.add, name="sender-add"),
    path("<slug:slug>/mail/senders/<uuid:rule_id>/remove", senders.remove, name="sender-remove"),
    path("<slug:slug>/mail/senders/silent/<uuid:silence_id>", senders.lift, name="silence-lift"),
    path("<slug:slug>/mail/stops/", stops.index, name="stops"),
    path("<slug:slug>/mail/stops/<uuid:stop_id>/resume", stops.resume, name="stop-resume"),
    path("<slug:slug>/mail/addresses/", settings.index, name="addresses"),
    path("<slug:slug>/mail/addresses/new", settings.add, name="address-add"),
]
