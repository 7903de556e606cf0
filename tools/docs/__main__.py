"""Write every generated page."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onque.config.settings.test")

import django

if __name__ == "__main__":
    django.setup(set_prefix=False)
    from tools.docs.pages import write

    for path in write():
        print(f"wrote {path}")
