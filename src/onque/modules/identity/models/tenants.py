"""Workspaces and their brands."""

from typing import ClassVar

from django.db import models

from onque.kernel import clock
from onque.kernel.ids import new_id
from onque.kernel.models.base import TenantModel


class Tenant(models.Model):
    """One customer company's workspace; fenced by its own id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True, db_index=False)
    name = models.CharField(max_length=80)
    locale = models.CharField(max_length=8, default="ko")
    time_zone = models.CharField(max_length=40, default="Asia/Seoul")
    plan = models.CharField(max_length=20, default="standard")
    next_ticket_number = models.BigIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)


class Brand(TenantModel):
    """A product or service that the tenant supports, with its sender identity."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, db_index=False)
    locale = models.CharField(max_length=8, default="ko")
    color = models.CharField(max_length=7, default="#3d6b5c")
    sender_name = models.CharField(max_length=80, blank=True, default="")
    support_address = models.EmailField(max_length=254, blank=True, default="")
    reply_minutes = models.PositiveIntegerField(default=240)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "slug"], name="identity_brand_slug"),
            models.UniqueConstraint(
                fields=["tenant_id"],
                condition=models.Q(is_default=True),
                name="identity_brand_default",
            ),
        ]
