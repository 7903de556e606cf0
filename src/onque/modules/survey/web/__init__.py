"""The door of customers: the page behind the signed link."""
