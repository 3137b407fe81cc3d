"""The places where people talk: backdrops, furniture and props. `sets.py` puts them together.

A backdrop is painted once and fills the frame it is given. It takes that frame, `unit` (1 pixel of a 1280x720 frame)
and the row where the furniture begins. Decoration is placed from the edges and the middle, so that it suits any
shape of frame. Furniture is drawn in head units from the seats, so that it fits the people.
"""
