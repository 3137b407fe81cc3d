"""Readers of captions and transcripts that exist already: who says what, and when. Recordings and scripts use them."""
