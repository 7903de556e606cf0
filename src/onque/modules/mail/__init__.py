"""Mail in and mail out.

Owns the brands' support addresses and mailboxes, the ledger of every message received, parsing,
threading, quarantine, and the delivery of every message sent. It does not own tickets (desk) or
customers (customers); it hands both what it read.
"""
