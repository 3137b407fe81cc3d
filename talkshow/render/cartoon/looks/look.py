"""The look of a character, and the difference between two looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """All parts of one character. Colours are names in the palettes; "" means that a part is absent.

    looks/words.py lists the values of each part. `variety` is a number that determines details without a word: the
    distance of the eyes, the position of the hands.
    """

    skin: str = "fair"
    face: str = "oval"
    eyes: str = "brown"  # their colour
    eye_shape: str = ""
    nose: str = "straight"
    brows: str = ""
    ears: str = ""
    lips: str = ""
    hair: str = "short"
    hair_color: str = "brown"
    glasses: str = ""
    glasses_color: str = "black"
    beard: str = ""
    beard_color: str = ""  # the hair colour by default
    headwear: str = ""
    headwear_color: str = "navy"
    clothes: str = "jumper"
    clothes_color: str = "blue"
    pattern: str = ""  # on the clothes
    neckwear: str = ""
    neckwear_color: str = "red"
    earrings: str = ""
    freckles: bool = False
    mole: bool = False
    lipstick: bool = False
    rosy: bool = False
    scar: bool = False
    age: str = "adult"
    build: str = "average"
    feminine: bool = False
    variety: int = 0

    @property
    def old(self) -> bool:
        """Whether the face has lines."""
        return self.age == "old"


# how much a difference in one part helps to distinguish two people at a distance
_WEIGHTS = {
    "hair": 2.0,
    "hair_color": 2.0,
    "skin": 1.5,
    "clothes_color": 2.0,
    "clothes": 1.0,
    "glasses": 1.0,
    "beard": 1.5,
    "headwear": 2.0,
    "feminine": 1.0,
    "age": 0.5,
    "build": 0.5,
    "neckwear": 0.5,
    "pattern": 0.5,
}
ENOUGH = 5.0  # of the sum of weights, 16
ALIKE = 3.0  # below this, viewers confuse the two


def difference(first: Look, second: Look) -> float:
    """How different two looks are, 0 (alike) to 16."""
    return sum(weight for part, weight in _WEIGHTS.items() if getattr(first, part) != getattr(second, part))
