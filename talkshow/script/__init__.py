"""Scripts: formats, parsing, writing and checking."""
