"""Mail's pages inside a workspace."""
