"""Notifications: what Onque itself tells members, in their notifications centre and by mail.

It owns notices, the words of invitations, of mails for a new password and of mails about alarms,
and to whom these go. It does not own invitations or people (identity), or how a mail gets out and
what is wrong with it (mail).
"""
