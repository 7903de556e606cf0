"""Desk: tickets, their messages, notes, tags and views, and the agents' screens.

It owns what is said and decided on a ticket; mail, portal and talk only carry it in and out.
"""
