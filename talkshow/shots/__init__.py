"""Who is on screen when, and through which crop."""
