"""Notifications: what Onque itself tells members by mail.

It owns the words of invitations, of mails for a new password and of mails about alarms, and to whom
these go. It does not own invitations or people (identity), or how a mail gets out and what is wrong
with it (mail).
"""
