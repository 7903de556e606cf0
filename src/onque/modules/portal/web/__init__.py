"""The door of the portal."""
