"""Puts this checkout on its virtual environment's path and makes the `onque` command.

The same as an editable install, without a build and without fetching build tools.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = """#!{python}
import sys
from onque.config.cli import main
sys.exit(main())
"""


def link() -> None:
    """Write the path file and the command; safe to repeat."""
    packages = Path(sysconfig.get_path("purelib"))
    (packages / "onque.pth").write_text(f"{ROOT / 'src'}\n")
    command = Path(sys.executable).with_name("onque")
    command.write_text(COMMAND.format(python=sys.executable))
    command.chmod(0o755)


link()
