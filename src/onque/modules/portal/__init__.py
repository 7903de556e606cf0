"""Portal: what a brand's customers see on the web.

So far a brand's page with the address to write to. It owns no table; brands belong to identity.
"""
