"""Describes the keys of user files and the matching flags once, and checks the values wherever they come from."""
