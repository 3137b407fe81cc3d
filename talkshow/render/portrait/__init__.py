"""The portrait renderer: animates the faces of a still picture on the CPU.

view      opens a stage: picture, seats, crop; yields frames
actor     one face: the values computed once, and one frame
ground    the part of the frame that moves with a person, and the person's matte in it
grid      a coarse grid, and the mesh rasterised on it
shapes    mouth and brow shapes of the canonical mesh, in centimetres
head      rotation of the head, breath and sway
matte     separates the person from the background, which does not move
field     all of these as dense displacement bases
warp      turns bases and weights into pixels
eyes      blinks and glances
teeth     two dental arches
tongue    the tongue behind them
skin      the skin colour of a face
mouth     the inside of the mouth and the lips over it
corner    the end of the opening of a turned mouth
"""

from talkshow.render.portrait.view import Portrait, PortraitView

__all__ = ["Portrait", "PortraitView"]
