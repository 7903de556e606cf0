"""Fields: extra facts that a workspace keeps of tickets and customers, by its own definition.

It owns what may be kept and what is; it does not own the things themselves, and asks nobody for
permission to write a value: whoever owns the thing does.
"""
