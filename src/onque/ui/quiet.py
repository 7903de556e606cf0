"""Templates get rows already loaded: a query while rendering is a mistake, refused in tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections
from jinja2 import Template
from typing_extensions import override


class QueryWhileRenderingError(RuntimeError):
    """A template asked the database; load it in a service and pass a contract."""


def _refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:  # noqa: ARG001
    raise QueryWhileRenderingError(sql)


@contextmanager
def quiet() -> Iterator[None]:
    """Refuse every query of this thread inside the block."""
    with ExitStack() as stack:
        for connection in connections.all(initialized_only=True):
            stack.enter_context(connection.execute_wrapper(_refuse))
        yield


class QuietTemplate(Template):
    """A template that refuses queries while it renders."""

    @override
    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render without the database."""
        with quiet():
            return super().render(*args, **kwargs)
