"""Borders that an import graph cannot see."""

import ast
from collections.abc import Iterator

from tools.checks.source import Finding, Source

DOORS = {"web", "api", "kernel", "config", "ui"}
SIGNALS = (
    "django.dispatch",
    "django.db.models.signals",
    "django.core.signals",
    "django.contrib.auth.signals",
    "allauth.account.signals",
    "allauth.mfa.signals",
)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("timezone", "now"), ("time", "time")}


def _imports(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def http_at_doors(source: Source) -> Iterator[Finding]:
    """`django.http` belongs to doors: web, api, kernel, config, ui."""
    if not source.is_product or source.place() in DOORS:
        return
    lines = {line for line, name in _imports(source) if name.startswith("django.http")}
    for line in sorted(lines):
        yield source.finding(line, "http", "django.http only in web, api, kernel, config, ui")


def tasks_in_kernel(source: Source) -> Iterator[Finding]:
    """Only the kernel sends task messages; everybody else publishes an event."""
    if not source.is_product or source.place() == "kernel":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"delay", "apply_async"}:
            yield source.finding(node.lineno, "tasks", f".{node.attr} only in the kernel: publish")


def rows_in_repositories(source: Source) -> Iterator[Finding]:
    """Only repositories and the kernel run queries."""
    if not source.is_product or source.place() in {"repositories", "kernel"}:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            yield source.finding(node.lineno, "orm", f".{node.attr} only in repositories")


def no_signals(source: Source) -> Iterator[Finding]:
    """Signals hide who calls whom; subscribe to an event instead."""
    if not source.is_product:
        return
    lines = {line for line, name in _imports(source) if name.startswith(SIGNALS)}
    for line in sorted(lines):
        yield source.finding(line, "signals", "no signals: publish an event and subscribe to it")


def one_clock(source: Source) -> Iterator[Finding]:
    """The time comes from `kernel.clock`, which tests can hold."""
    if not source.is_product or source.place() == "config":
        return
    if source.path.endswith("kernel/clock.py"):
        return
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            continue
        if (node.value.id, node.attr) in CLOCKS:
            yield source.finding(node.lineno, "clock", "ask kernel.clock for the time")


def no_querysets_out(source: Source) -> Iterator[Finding]:
    """A public method of a repository returns rows, lists or pages, never a QuerySet."""
    if source.place() != "repositories" or not source.is_product:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if node.returns and "QuerySet" in ast.unparse(node.returns):
            yield source.finding(node.lineno, "queryset", f"{node.name} returns a QuerySet")
