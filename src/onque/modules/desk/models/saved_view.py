"""Views that members save."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class SavedView(TenantModel):
    """A view for its owner, a group or everybody; a deleted one can be brought back.

    `narrowing` holds the tests as `services.saving` writes them.
    """

    owner = models.ForeignKey(
        "identity.Member", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    name = models.CharField(max_length=60)
    audience = models.CharField(max_length=8, default="own")
    group = models.ForeignKey(
        "identity.Group",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    narrowing = models.JSONField(default=dict)
    order = models.CharField(max_length=12)
    columns = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "owner"], name="desk_savedview_owner"),
            models.Index(fields=["tenant_id", "audience"], name="desk_savedview_audience"),
        ]
