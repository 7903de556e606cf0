"""Addresses of mail inside a workspace, below `/desk/`."""

from django.urls import path

from onque.modules.mail.web import (
    balance,
    contents,
    originals,
    outgoing,
    quarantine,
    senders,
    settings,
    stops,
)
from onque.modules.mail.web.sending import brands, ways
from onque.modules.mail.web.setting import acts, consent, wizard

app_name = "mail"
_MAIL = "<slug:slug>/mail/quarantine/<uuid:mail_id>"
_BRAND = "<slug:slug>/mail/sending/<uuid:brand_id>"
urlpatterns = [
    path("<slug:slug>/mail/quarantine/", quarantine.index, name="quarantine"),
    path("<slug:slug>/mail/quarantine/bulk", quarantine.bulk, name="bulk"),
    path("<slug:slug>/mail/quarantine/undo", quarantine.undo, name="undo"),
    path(f"{_MAIL}/", quarantine.detail, name="mail"),
    path(f"{_MAIL}/raw", contents.raw, name="raw"),
    path(f"{_MAIL}/source", contents.source, name="source"),
    path("<slug:slug>/messages/<uuid:message_id>/original", originals.original, name="original"),
    path("<slug:slug>/messages/<uuid:message_id>/original.eml", originals.raw, name="original-raw"),
    path(f"{_MAIL}/preview", contents.preview, name="preview"),
    path(f"{_MAIL}/files/<int:index>", contents.file, name="file"),
    path(f"{_MAIL}/retry", quarantine.retry, name="retry"),
    path(f"{_MAIL}/let-in", quarantine.let_in, name="let-in"),
    path(f"{_MAIL}/reject", quarantine.reject, name="reject"),
    path(f"{_MAIL}/restore", quarantine.restore, name="restore"),
    path(f"{_MAIL}/reparse", quarantine.reparse, name="reparse"),
    path("<slug:slug>/mail/alarms/", balance.alarms, name="alarms"),
    path("<slug:slug>/mail/balance/", balance.index, name="balance"),
    path("<slug:slug>/mail/outgoing/", outgoing.index, name="outgoing"),
    path("<slug:slug>/mail/outgoing/<uuid:mail_id>/send", outgoing.send, name="send"),
    path("<slug:slug>/mail/outgoing/<uuid:mail_id>/arrived", outgoing.arrived, name="arrived"),
    path(
        "<slug:slug>/mail/outgoing/<uuid:mail_id>/repair", outgoing.repair, name="outgoing-repair"
    ),
    path("<slug:slug>/mail/sending/", brands.index, name="sending"),
    path(f"{_BRAND}/", brands.brand, name="sending-brand"),
    path(f"{_BRAND}/preview", brands.preview, name="sending-preview"),
    path(f"{_BRAND}/relay", ways.relay, name="sending-relay"),
    path(f"{_BRAND}/check", ways.check, name="sending-check"),
    path(f"{_BRAND}/provider", ways.provider, name="sending-provider"),
    path(f"{_BRAND}/dkim/new", brands.dkim_new, name="dkim-new"),
    path(f"{_BRAND}/dkim/check", brands.dkim_check, name="dkim-check"),
    path(f"{_BRAND}/dkim/signing", brands.dkim_signing, name="dkim-signing"),
    path("<slug:slug>/mail/signature/", brands.signature, name="signature"),
    path("<slug:slug>/mail/senders/", senders.index, name="senders"),
    path("<slug:slug>/mail/senders/new", senders.add, name="sender-add"),
    path("<slug:slug>/mail/senders/<uuid:rule_id>/remove", senders.remove, name="sender-remove"),
    path("<slug:slug>/mail/senders/silent/<uuid:silence_id>", senders.lift, name="silence-lift"),
    path("<slug:slug>/mail/stops/", stops.index, name="stops"),
    path("<slug:slug>/mail/stops/<uuid:stop_id>/resume", stops.resume, name="stop-resume"),
    path("<slug:slug>/mail/addresses/", settings.index, name="addresses"),
    path("<slug:slug>/mail/addresses/new", settings.add, name="address-add"),
    path("<slug:slug>/mail/addresses/<uuid:address_id>/", acts.address, name="address"),
    path(
        "<slug:slug>/mail/addresses/<uuid:address_id>/check/<slug:kind>",
        acts.address_check,
        name="address-check",
    ),
    path("<slug:slug>/mail/forwarding/new", acts.forwarding_open, name="forwarding-open"),
    path("<slug:slug>/mail/intakes/new", acts.intake_add, name="intake-add"),
    path(
        "<slug:slug>/mail/intakes/<uuid:intake_id>/remove", acts.intake_remove, name="intake-remove"
    ),
    path(
        "<slug:slug>/mail/intakes/<uuid:intake_id>/restore",
        acts.intake_restore,
        name="intake-restore",
    ),
    path("<slug:slug>/mail/mailboxes/<uuid:mailbox_id>/edit", wizard.edit, name="mailbox-edit"),
    path(
        "<slug:slug>/mail/mailboxes/<uuid:mailbox_id>/switch",
        acts.mailbox_switch,
        name="mailbox-switch",
    ),
    path(
        "<slug:slug>/mail/mailboxes/<uuid:mailbox_id>/remove",
        acts.mailbox_remove,
        name="mailbox-remove",
    ),
    path(
        "<slug:slug>/mail/mailboxes/<uuid:mailbox_id>/restore",
        acts.mailbox_restore,
        name="mailbox-restore",
    ),
    path(
        "<slug:slug>/mail/mailboxes/<uuid:mailbox_id>/sign-in",
        consent.sign_in,
        name="mailbox-sign-in",
    ),
    path("account/mail-consent", consent.back, name="consent-back"),
    path("<slug:slug>/mail/consent/", consent.answer, name="consent-answer"),
    path("<slug:slug>/mail/consent/<uuid:subject_id>", consent.ask, name="consent"),
    path("<slug:slug>/mail/setups/new", wizard.new, name="setup-new"),
    path(
        "<slug:slug>/mail/setups/<uuid:setup_id>/incoming", wizard.incoming, name="setup-incoming"
    ),
    path("<slug:slug>/mail/setups/<uuid:setup_id>/folder", wizard.folder, name="setup-folder"),
    path(
        "<slug:slug>/mail/setups/<uuid:setup_id>/outgoing", wizard.outgoing, name="setup-outgoing"
    ),
    path("<slug:slug>/mail/setups/<uuid:setup_id>/test", wizard.test, name="setup-test"),
    path("<slug:slug>/mail/setups/<uuid:setup_id>/try", wizard.try_out, name="setup-try"),
    path("<slug:slug>/mail/setups/<uuid:setup_id>/discard", wizard.discard, name="setup-discard"),
    path("<slug:slug>/mail/checks/<uuid:check_id>/", wizard.check, name="check"),
]
