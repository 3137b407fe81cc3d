"""What characters are drawn from: a `Look` to shapes in space."""
