"""Voices like a person's own: made from a sample of speech, with consent that is checked."""
