"""Last of the Django apps: when all modules are loaded, their tasks and schedule are known."""

from django.apps import AppConfig
from typing_extensions import override


class ConfigConfig(AppConfig):
    name = "onque.config"
    label = "config"

    @override
    def ready(self) -> None:
        """Bind the task app, so that every process can send task messages."""
        from onque.config import celery

        celery.load_tasks()
