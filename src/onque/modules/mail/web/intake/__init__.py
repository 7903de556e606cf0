"""The door for providers' webhooks: reads what they post, in each one's own shape."""
