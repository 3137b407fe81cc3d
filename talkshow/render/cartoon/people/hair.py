"""Hair: every style has shapes behind the head and shapes in front of the forehead.

Each style is one small function that returns (behind, before): hair_short.py and hair_long.py. Contours outside
the skull have depth 0, and a hairline has the depth of the skull, so a turn of the head shows more of one temple.
"""

from __future__ import annotations

from talkshow.render.cartoon.canvas import Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.people.features import hair_color
from talkshow.render.cartoon.people.hair_long import LONG
from talkshow.render.cartoon.people.hair_short import SHORT

HAIRSTYLES = (*SHORT, *LONG)


def hair(look: Look) -> tuple[list[Shape], list[Shape]]:
    """Shapes behind the body and head, and shapes over the forehead."""
    return {**SHORT, **LONG}[look.hair](hair_color(look), look)
