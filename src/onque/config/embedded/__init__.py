"""The stores Onque brings along for one machine: PostgreSQL with a replica, and Valkey.

Owns starting, stopping and repairing them below a data folder. What the product stores in them
is none of its business.
"""
