"""Rules on tables."""

import ast
from collections.abc import Iterator

from tools.checks.source import Finding, Source

NEIGHBOURS = {"identity", "customers"}
RELATIONS = {"ForeignKey", "OneToOneField"}


def foreign_keys(source: Source) -> Iterator[Finding]:
    """Keys stay inside the module, or go by string to identity and customers; no way back."""
    if not source.is_product or source.place() not in {"models", "kernel"}:
        return
    own = source.module or "kernel"
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called == "ManyToManyField":
            yield source.finding(node.lineno, "keys", "no ManyToManyField: the rows need a tenant")
        if called in RELATIONS:
            yield from _relation(source, node, own)


def _relation(source: Source, node: ast.Call, own: str) -> Iterator[Finding]:
    target = node.args[0] if node.args else None
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        label = target.value.partition(".")[0] if "." in target.value else own
        if label not in NEIGHBOURS | {own}:
            yield source.finding(
                node.lineno, "keys", f"no foreign key to {target.value}: keep a plain <noun>_id"
            )
    names = {word.arg: word.value for word in node.keywords}
    related = names.get("related_name")
    if not (isinstance(related, ast.Constant) and related.value == "+"):
        yield source.finding(node.lineno, "keys", 'a foreign key needs related_name="+"')
