"""Waveforms, tracks, loudness and mastering."""
