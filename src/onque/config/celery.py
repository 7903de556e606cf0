"""The Celery app: queues, limits, and the schedule built from the registered jobs.

Source: Celery documentation, "Configuration and defaults"; kombu, "Redis transport".
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import schedule
from celery.signals import task_prerun, worker_process_init
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onque.config.settings.dev")

import django
from django.apps import apps
from django.conf import settings

from onque.kernel.events import QUEUES

app = Celery("onque")
app.conf.update(
    broker_url=settings.BROKER_REDIS_URL,
    broker_transport_options={
        "visibility_timeout": 900,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "global_keyprefix": "onque:",
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "max_retries": 0,
    },
    broker_connection_retry_on_startup=True,
    task_queues=[Queue(name) for name in QUEUES],  # type: ignore[no-untyped-call]  # kombu has no types
    task_default_queue="default",
    task_create_missing_queues=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=600,
    task_soft_time_limit=570,
    worker_prefetch_multiplier=2,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_send_task_events=False,
    CELERY_DB_REUSE_MAX=1000,  # the fixup reads this name alone; else each task opens a connection
    timezone="UTC",
    beat_max_loop_interval=1,
)


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _fresh_connections(**_kwargs: Any) -> None:
    from django.db import connections

    connections.close_all()


@task_prerun.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _usable_connections(sender: Any = None, **_kwargs: Any) -> None:
    """Drop a connection that broke or grew old, as Django does before each request."""
    from django.db import close_old_connections

    if not sender.request.is_eager:
        close_old_connections()


def load_tasks() -> None:
    """Load every module's tasks and fill the beat schedule; called when the apps are ready."""
    from onque.kernel.jobs import registry

    app.autodiscover_tasks(force=True)
    app.conf.beat_schedule = {
        name: {
            "task": job.task,
            "schedule": schedule(job.every_seconds),
            "options": {"queue": job.queue, "expires": max(job.every_seconds * 3, 10)},
        }
        for name, job in registry.items()
    }


if not apps.models_ready:  # a worker or beat that starts here
    django.setup(set_prefix=False)
