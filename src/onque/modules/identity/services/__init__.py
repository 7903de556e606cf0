"""Use cases of people and workspaces."""
