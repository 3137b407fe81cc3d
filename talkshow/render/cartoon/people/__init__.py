"""The parts of characters: turns a `Look` into shapes in space."""
