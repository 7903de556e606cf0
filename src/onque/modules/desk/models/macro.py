"""Prepared answers."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class Macro(TenantModel):
    """Words that members insert into an answer, and what is changed when it is sent.

    `audience` is mine (the owner's alone), group (`group_id`) or all. The texts hold placeholders
    as `services.placeholders` reads them; an empty one falls back to the other language. `status`
    and `priority` are "" where they stay as they are. `uses` counts messages sent with it.
    """

    owner_id = models.UUIDField(null=True)
    audience = models.CharField(max_length=8, default="mine")
    group_id = models.UUIDField(null=True)
    name = models.CharField(max_length=120)
    folder = models.CharField(max_length=80, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    text_ko = models.TextField(blank=True, default="")
    text_en = models.TextField(blank=True, default="")
    status = models.CharField(max_length=8, blank=True, default="")
    priority = models.CharField(max_length=8, blank=True, default="")
    tags = models.JSONField(default=list)
    assign_to_me = models.BooleanField(default=False)
    uses = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "folder", "name"], name="desk_macro_by_name")
        ]
