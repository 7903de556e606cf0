"""Run every rule; print what is broken and leave with 1 if anything is."""

import sys

from tools.checks.runner import run

if __name__ == "__main__":
    problems = run()
    for problem in problems:
        print(problem.line_of_text())
    print(f"checks: {len(problems)} problem(s)" if problems else "checks: clean")
    sys.exit(1 if problems else 0)
