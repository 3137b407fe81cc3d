"""Finds faces in pictures, fits landmarks to them, and seats characters on them.

load_picture -> find_faces -> seat_characters -> draw_seat_plan
"""

from talkshow.faces.find import Face, find_faces
from talkshow.faces.picture import Picture, load_picture
from talkshow.faces.seats import draw_seat_plan, seat_characters

__all__ = ["Face", "Picture", "draw_seat_plan", "find_faces", "load_picture", "seat_characters"]
