"""Customers who want no more surveys."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class Optout(TenantModel):
    """A customer who asked by their mail program, or on the page, not to be asked again."""

    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "customer"], name="survey_optout_once")
        ]
