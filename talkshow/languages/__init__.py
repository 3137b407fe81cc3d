"""Languages: what is known of each, found by its tag. Nothing here knows of sound."""
