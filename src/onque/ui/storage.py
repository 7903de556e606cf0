"""Static files with hashed names, also where one of our scripts imports another."""

from typing import Any

from django.apps import apps
from whitenoise.storage import (
    CompressedManifestStaticFilesStorage,
)


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped base
    """Hash and compress; rewrite the `import` paths of our scripts, never of third-party ones.

    Two addresses of one script would run it twice, and an old one could meet a new one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _everything, rules = self._js_module_import_aggregation_patterns
        labels = [app.label for app in apps.get_app_configs() if app.name.startswith("onque.")]
        self.patterns: tuple[Any, ...] = (
            *self.patterns,
            *((f"{label}/*.js", rules) for label in labels),
        )
        super().__init__(*args, **kwargs)
