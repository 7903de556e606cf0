"""In whose name and through which server a brand sends."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class Sender(TenantModel):
    """How one brand sends; a brand without a row sends through the installation's relay.

    `name_style` is person ("Name (Brand)") or brand. `transport` is relay, smtp or provider;
    `security` is tls, starttls or none. `signatures` and `acknowledgements` hold a text for each
    locale. `layout` is brand (a line in its colour) or plain; `locale` is the language of mail
    to customers whose own is not known, "" for the brand's. `dkim_signs` counts once there is a
    key. With `mailbox_id` it signs in to its server by that mailbox's tokens. Credentials and the
    DKIM key are sealed (`onque.kernel.crypto`).
    """

    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    name_style = models.CharField(max_length=8, default="person")
    from_address = models.CharField(max_length=320, blank=True, default="")
    signatures = models.JSONField(default=dict)
    layout = models.CharField(max_length=8, default="brand", db_default="brand")
    locale = models.CharField(max_length=8, blank=True, default="", db_default="")
    acknowledges = models.BooleanField(default=False)
    acknowledgements = models.JSONField(default=dict)
    transport = models.CharField(max_length=8, default="relay")
    host = models.CharField(max_length=255, blank=True, default="")
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, default="starttls")
    user_name = models.CharField(max_length=320, blank=True, default="")
    sealed_password = models.TextField(blank=True, default="")
    mailbox_id = models.UUIDField(null=True)
    provider = models.CharField(max_length=16, blank=True, default="")
    provider_region = models.CharField(max_length=20, blank=True, default="", db_default="")
    provider_domain = models.CharField(max_length=255, blank=True, default="")
    sealed_api_key = models.TextField(blank=True, default="")
    per_minute = models.PositiveIntegerField(null=True)
    dkim_domain = models.CharField(max_length=255, blank=True, default="")
    dkim_selector = models.CharField(max_length=63, blank=True, default="")
    dkim_public = models.TextField(blank=True, default="")
    sealed_dkim_key = models.TextField(blank=True, default="")
    dkim_signs = models.BooleanField(default=True, db_default=True)
    dkim_checked_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "brand"], name="mail_sender_once")
        ]


class Signature(TenantModel):
    """What a member writes under their replies; it stands above the brand's signature."""

    member = models.ForeignKey(
        "identity.Member", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    text = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "member"], name="mail_signature_once")
        ]
