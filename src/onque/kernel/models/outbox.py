"""The transactional outbox: facts, who still has to hear them, and in which order."""

from typing import ClassVar

from django.db import models

from onque.kernel.models.base import TenantModel


class Stream(TenantModel):
    """The counter that orders the events of one aggregate; its row lock serialises publishers."""

    key = models.CharField(max_length=80)
    last_seq = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="kernel_stream_key")
        ]


class OutboxEvent(TenantModel):
    """One published event; `payload` is `Event.dump()`."""

    stream = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    name = models.CharField(max_length=80)
    payload = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "stream", "seq"], name="kernel_outboxevent_seq"
            )
        ]


class Delivery(TenantModel):
    """One subscriber's receipt for one event: pending, done or dead.

    A dead delivery parks its stream for that subscriber until a person retries or drops it.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"
        DROPPED = "dropped"

    event = models.ForeignKey(
        OutboxEvent, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    subscriber = models.CharField(max_length=120)
    stream = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "event", "subscriber"], name="kernel_delivery_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "subscriber", "stream", "seq"],
                condition=models.Q(state__in=["pending", "dead"]),
                name="kernel_delivery_open",
            ),
            models.Index(
                fields=["tenant_id", "updated_at"],
                condition=models.Q(state="dead"),
                name="kernel_delivery_dead",
            ),
            # the sweeper asks across tenants through its finder function
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state="pending"),
                name="kernel_delivery_due",
            ),
        ]
