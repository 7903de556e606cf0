"""How brands send: the list, the page of one, its DKIM key, and one's own signature."""
