"""HTML that others wrote, made safe to show. Python and nh3 alone.

`sanitise` makes two forms of it: one for our own pages, which allow no inline style and load
nothing from elsewhere, and one for a sandboxed document, which keeps the sender's layout. What was
stored by an older `VERSION` is to be sanitised again before it is shown.
"""

from onque.kernel.markup.cleaning import VERSION, SafeHtml, sanitise, sanitise_for_preview
from onque.kernel.markup.pictures import place_pictures, proven_image, show_remote

__all__ = [
    "VERSION",
    "SafeHtml",
    "place_pictures",
    "proven_image",
    "sanitise",
    "sanitise_for_preview",
    "show_remote",
]
