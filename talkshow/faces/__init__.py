"""Faces in pictures: finding them, fitting them, seating characters."""
