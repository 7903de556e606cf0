"""Last of the Django apps: when all modules are loaded, their tasks and schedule are known."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "onque.config"
    label = "config"

    def ready(self) -> None:
        """Bind the task app, so that every process can send task messages."""
        from onque.config import celery

        celery.load_tasks()
