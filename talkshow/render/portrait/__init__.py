"""The portrait renderer: animates the faces of a still picture on the CPU.

view      opens a stage: picture, seats, crop; yields frames
actor     one face: what is computed once, and one frame of it
ground    the part of the frame that moves with a person, and where in it the person is
grid      a coarse grid, the mesh drawn on it
shapes    mouth and brow shapes of the canonical mesh, in centimetres
head      rotation of the head, breath and sway
matte     where the person is, so that walls stand still
field     all of these as dense displacement bases
warp      bases and weights to pixels
eyes      blinks and glances
teeth     two dental arches
tongue    behind them
mouth     the inside of the mouth and the lips over it
corner    where the opening of a turned mouth ends
"""

from talkshow.render.portrait.view import Portrait, PortraitView

__all__ = ["Portrait", "PortraitView"]
