"""What the desk's things are called in the search index."""

TICKET = "ticket"
MESSAGE = "message"
