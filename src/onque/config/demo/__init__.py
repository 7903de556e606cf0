"""The demo workspaces: one Korean, one English, filled once, the same on every machine."""
