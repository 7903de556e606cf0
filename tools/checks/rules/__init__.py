"""The rules, each a function from a source to its findings."""

from collections.abc import Callable, Iterable

from tools.checks.rules import (
    borders,
    docstrings,
    migrations,
    models,
    sizes,
    templates,
    words,
)
from tools.checks.source import Finding, Source

Rule = Callable[[Source], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    borders.http_at_doors,
    borders.tasks_in_kernel,
    borders.rows_in_repositories,
    borders.no_signals,
    borders.one_clock,
    borders.no_querysets_out,
    models.foreign_keys,
    sizes.files,
    sizes.functions,
    docstrings.required,
    templates.strict_content_policy,
    words.no_machine_words,
    words.locks_without_hosts,
    migrations.additive,
)
