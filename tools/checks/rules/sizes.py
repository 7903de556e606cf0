"""Sizes: what outgrew one reader's head is split."""

import ast
from collections.abc import Iterator

from tools.checks.source import Finding, Source

FILE_LINES = 400
TEST_FILE_LINES = 600
TEMPLATE_LINES = 120
FUNCTION_LINES = 60
VIEW_LINES = 15
SUBSCRIBER_LINES = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(source: Source) -> Iterator[Finding]:
    """No file above its limit."""
    lines = source.text.count("\n")
    limit = 0
    if source.is_python and "migrations" not in source.parts:
        limit = TEST_FILE_LINES if "tests" in source.parts else FILE_LINES
    elif "templates" in source.parts and source.path.endswith(".html"):
        limit = TEMPLATE_LINES
    if limit and lines > limit:
        yield source.finding(1, "size", f"{lines} lines, at most {limit}")


def functions(source: Source) -> Iterator[Finding]:
    """No function above its limit: code lines without signature, docstring, blanks, comments."""
    if not source.is_python or {"tests", "migrations"} & set(source.parts):
        return
    top = set(source.tree.body)
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            limit = _limit(source, node, is_top=node in top)
            if (lines := code_lines(source, node)) > limit:
                yield source.finding(
                    node.lineno, "size", f"{node.name}: {lines} lines, at most {limit}"
                )


def code_lines(source: Source, node: Function) -> int:
    """Lines of a function's body that hold code."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body:
        return 0
    lines = source.text.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def _limit(source: Source, node: Function, *, is_top: bool) -> int:
    arguments = [argument.arg for argument in node.args.args]
    answers = node.returns is None or "Response" in ast.unparse(node.returns)
    is_view = is_top and arguments[:1] == ["request"] and not node.name.startswith("_")
    if is_view and answers and source.place() == "web":
        return VIEW_LINES
    if is_top and source.place() in {"subscribers", "tasks"} and source.module:
        return SUBSCRIBER_LINES
    return FUNCTION_LINES
