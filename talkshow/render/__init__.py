"""Renderers: motion to frames."""
