"""Notifications: what Onque itself tells members by mail.

It owns the words of invitations and of mails for a new password. It does not own invitations or
people (identity), or how a mail gets out (mail).
"""
