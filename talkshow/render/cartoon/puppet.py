"""A character of the cast, moved by the motion channels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from talkshow.render.cartoon.canvas import Drawing, Pixels, View
from talkshow.render.cartoon.layout import Place
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.people.arms import Arm
from talkshow.render.cartoon.people.beard import beard
from talkshow.render.cartoon.people.clothes import body
from talkshow.render.cartoon.people.eyes import draw_brows, draw_eyes
from talkshow.render.cartoon.people.glasses import glasses
from talkshow.render.cartoon.people.hair import hair
from talkshow.render.cartoon.people.head import JAW_DROP, NECK, SINK, ears, face, nose
from talkshow.render.cartoon.people.headwear import headwear, under_headwear
from talkshow.render.cartoon.people.legs import legs
from talkshow.render.cartoon.people.mouth import chin_drop, draw_mouth
from talkshow.render.cartoon.sketch import Sketch
from talkshow.render.cartoon.sprite import sprite_of

_TURN = 1.5  # heads turn a little more than the motion says: a drawing needs it
_MOST = {"yaw": 30.0, "pitch": 18.0, "roll": 16.0}  # degrees beyond which the drawing would not hold


class Puppet:
    """A character in a seat. Made once; `draw` changes nothing and may run in several threads."""

    def __init__(self, look: Look, seat: Place) -> None:
        styled = under_headwear(look)
        self.look, self.seat = styled, seat
        behind, before = hair(styled)
        hat_behind, hat = headwear(styled)
        self._behind = Drawing([*behind, *hat_behind], seat.scale)
        bows, lenses = glasses(styled)
        self._body = Drawing(body(styled), seat.scale)
        self._face = Drawing([*ears(styled), *face(styled), *beard(styled)], seat.scale)
        self._nose = Drawing(nose(styled), seat.scale)
        self._front = Drawing([*bows, *before, *hat], seat.scale)
        self._glasses = Drawing(lenses, seat.scale)
        still = View.flat(seat.x, seat.y, seat.scale)
        at_table = seat.seating == "table"
        self._legs = None if at_table else sprite_of(legs(styled, seat.seating), still)
        self._left_arm, self._right_arm = (Arm(styled, still, side, at_table, seat.room) for side in (-1, 1))

    def draw(self, pixels: Pixels, pose: Mapping[str, float]) -> None:
        """Paint the whole character over a frame.  pose: all CHANNELS of one frame."""
        seat = self.seat
        body = self._body_view(pose)
        head = self._head_view(pose, body)
        over_table = pixels[: max(0, min(seat.table_row, pixels.shape[0]))]
        drop = JAW_DROP * chin_drop(pose)
        self._behind.draw(over_table, head)
        self._body.draw(over_table, body)
        if self._legs is not None:
            self._legs.draw(over_table)
        self._face.draw(pixels, head, drop)
        features, brows = Sketch(), Sketch()
        draw_mouth(features, self.look, pose)
        draw_eyes(features, self.look, pose)
        draw_brows(brows, self.look, pose)
        features.draw(pixels, head)
        self._nose.draw(pixels, head)
        self._front.draw(pixels, head)
        brows.draw(pixels, head)
        self._glasses.draw(pixels, head)
        self._left_arm.draw(pixels, body, pose["gesture_left"])
        self._right_arm.draw(pixels, body, pose["gesture_right"])

    def _body_view(self, pose: Mapping[str, float]) -> View:
        """The body sways about its seat and rises with the breath."""
        seat = self.seat
        angle = np.radians(2.4 * pose["lean"])
        rise = 1 + 0.010 * pose["breath"]
        foot = np.array([0.0, 240.0])
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1.0, rise])
        offset = (foot - turn @ foot + (6.0 * pose["lean"], 0.0)) * seat.scale + (seat.x, seat.y)
        return View(np.column_stack([turn * seat.scale, np.zeros(2)]), offset)

    def _head_view(self, pose: Mapping[str, float], body: View) -> View:
        """Yaw, pitch and roll about the neck, which the body carries."""
        yaw, pitch, roll = (np.radians(np.clip(_TURN * pose[name], -most, most)) for name, most in _MOST.items())
        yaw = yaw + np.radians(self.seat.turn)
        cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
        # yaw about the vertical, then pitch about the ears' axis (chin up lifts what is in front), then roll
        space = np.array([[cy, 0, sy], [sp * sy, cp, -sp * cy]])
        matrix = np.array([[cr, -sr], [sr, cr]]) @ space * self.seat.scale
        neck = np.array([*NECK, 0.0])
        anchor = body.project(neck[None] + (0.0, SINK, 0.0))[0]
        return View(matrix, anchor - matrix @ neck)
