"""What happened: sign-ins of people, and every change inside a tenant. Neither can be edited."""

from typing import ClassVar

from django.db import models

from onque.kernel import clock
from onque.kernel.ids import new_id
from onque.kernel.models.base import TenantModel


class LoginEvent(models.Model):
    """Something about signing in; above tenants, as a refused address belongs to none."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in"
        REFUSED = "refused"
        THROTTLED = "throttled"
        SIGNED_OUT = "signed_out"
        SESSION_REVOKED = "session_revoked"
        PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of event
        PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105
        SECOND_FACTOR_CHANGED = "second_factor_changed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=24, choices=Kind)
    user_id = models.UUIDField(null=True)
    email = models.CharField(max_length=254, blank=True, default="")
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-at"], name="identity_login_user"),
            # throttling counts by address and by IP
            models.Index(fields=["email", "kind", "-at"], name="identity_login_email"),
            models.Index(fields=["ip", "kind", "-at"], name="identity_login_ip"),
        ]


class AuditEntry(TenantModel):
    """One change: who, what, when, from which rule or service, before and after."""

    at = models.DateTimeField(default=clock.now)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=80, blank=True, default="")
    action = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    source = models.CharField(max_length=120)
    request_id = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "object_kind", "object_id", "-at"],
                name="identity_audit_object",
            ),
            models.Index(fields=["tenant_id", "-at", "-id"], name="identity_audit_newest"),
        ]
