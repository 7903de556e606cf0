"""What `onque up` does between the stores and the services, in one process."""

import hashlib
import subprocess
import sys
from pathlib import Path

from onque.config import migrating

NOT_SHOWN = ["django_htmx/ext/*"]  # nothing loads them, and their comments look like imports


def prepare(*, demo: bool) -> None:
    """Compile words, migrate, collect static files and fill the demo: each only when needed."""
    import django

    from onque.ui.i18n import compile_all

    compile_all()
    django.setup(set_prefix=False)
    if migrating.missing():
        command = [sys.executable, "-m", "onque.config", "migrate", "--patient"]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
    collect_static()
    if demo:
        from onque.config.demo import seeding

        seeding.seed()


def collect_static() -> None:
    """Hash and compress static files when any of them changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    if not settings.STATIC_ROOT:
        return
    mark = Path(settings.STATIC_ROOT) / ".collected"
    now = fingerprint()
    if mark.exists() and mark.read_text() == now:
        return
    call_command(
        "collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=NOT_SHOWN
    )
    mark.write_text(now)


def fingerprint() -> str:
    """Changes when a static file is added, removed or written."""
    from django.contrib.staticfiles.finders import get_finders

    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            at = Path(storage.path(name)).stat()
            found.update(f"{name} {at.st_size} {at.st_mtime_ns}\n".encode())
    return found.hexdigest()
