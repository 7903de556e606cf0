"""HTML and names that try to run, to load or to deceive; what must come of them: nothing."""
