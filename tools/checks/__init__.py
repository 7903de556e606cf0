"""Our own rules over the source: what linters of the shelf cannot know about this project.

Run `python -m tools.checks` in the repository. Each rule has a passing and a failing sample in
tests/architecture/test_checks.py, so that a rule that stopped finding anything fails a test.
"""
