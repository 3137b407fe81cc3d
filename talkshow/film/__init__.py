"""Frames to segments, captions on frames, segments and sound to one file."""
