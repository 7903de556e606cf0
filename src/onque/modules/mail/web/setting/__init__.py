"""Pages on which mailboxes, forwarding and webhooks are set up."""
