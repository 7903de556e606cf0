"""One question about one resolution, and its answer."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class Survey(TenantModel):
    """Asked once for each resolution of a ticket.

    What the page shows of ticket and agent is copied when asking: the public service reads neither.
    """

    ticket_id = models.UUIDField()
    resolution = models.PositiveIntegerField()
    ticket_number = models.BigIntegerField()
    subject = models.CharField(max_length=500)
    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        "identity.Member",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    agent_name = models.CharField(max_length=80, blank=True, default="")
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list)
    comment = models.TextField(blank=True, default="")
    wants_reopening = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "ticket_id", "resolution"], name="survey_survey_once"
            ),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__gte=1, score__lte=5),
                name="survey_survey_score",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "answered_at"],
                condition=models.Q(answered_at__isnull=False),
                name="survey_survey_answered",
            )
        ]
