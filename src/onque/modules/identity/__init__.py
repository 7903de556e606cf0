"""People and workspaces: users, tenants, brands, members, groups, roles, sign-in, audit trail.

Owns who may enter and what they may do. Does not own customers, who never get an account here,
nor what members work on.
"""
