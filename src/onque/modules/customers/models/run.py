"""Customers that come from a file, or go into one."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class CustomerRun(TenantModel):
    """A file of customers on its way in or out, and how far it is.

    `kind` is import or export. Of an import `mapping` names a field for each column of `header`
    ("" leaves it out), and nothing happens before `started_at`. `position` is the next row of the
    file; of an export `pieces` are their keys in the store and `after` is the last customer
    written. `stopped` says why it ended early.
    """

    request_key = models.UUIDField()
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    object_key = models.CharField(max_length=200, blank=True, default="")
    encoding = models.CharField(max_length=20, blank=True, default="")
    delimiter = models.CharField(max_length=1, blank=True, default="")
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    updates = models.BooleanField(default=True)
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    pieces = models.JSONField(default=list)
    after = models.UUIDField(null=True)
    asked_by_id = models.UUIDField()
    asked_by = models.CharField(max_length=200, blank=True, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "request_key"], name="customers_run_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "-asked_at", "-id"], name="customers_run_newest"),
            # onque_due_customer_runs asks across tenants
            models.Index(
                fields=["touched_at"],
                condition=models.Q(started_at__isnull=False, ended_at__isnull=True),
                name="customers_run_open",
            ),
        ]


class CustomerRunFault(TenantModel):
    """A row of a file that made no customer: its number below the header, from 1, and why."""

    run = models.ForeignKey(
        CustomerRun, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=20, blank=True, default="")
    reason = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "run", "row"], name="customers_runfault_once"
            )
        ]
