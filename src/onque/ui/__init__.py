"""The look shared by every page: tokens, components, base templates, time and number words.

It knows no domain words; modules put their own templates on top of `ui/desk.html` and
`ui/plain.html`, and hand panels to each other's pages through `ui.slots`.
"""
