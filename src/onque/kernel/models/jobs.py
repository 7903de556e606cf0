"""Platform tables without a tenant: the heartbeat and the schedule's log."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """One row, written every two seconds on the primary; its age on the replica is the lag."""

    id = models.SmallIntegerField(primary_key=True)
    beaten_at = models.DateTimeField()


class JobRun(models.Model):
    """The last run and the last failure of one scheduled job."""

    name = models.CharField(max_length=120, primary_key=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    runs = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["name"]
