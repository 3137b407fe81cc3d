"""Who speaks with which voice, and who sits where."""
