"""Doors for people: sign-in, one's own account, members; and the middleware of the desk."""
