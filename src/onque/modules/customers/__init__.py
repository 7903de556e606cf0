"""Customers: the end users who write, their identities, rating and blocking.

It owns who somebody is; it does not own what they wrote (desk) or how they sign in (portal).
"""
