"""The colour palettes, chosen so that any combination of parts looks consistent."""

from __future__ import annotations

from functools import lru_cache

Color = tuple[int, int, int]  # RGB, 0..255


def rgb(code: str) -> Color:
    """'#f2c6a0' as (242, 198, 160)."""
    value = int(code.lstrip("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


@lru_cache(maxsize=4096)
def mix(first: Color, second: Color, share: float) -> Color:
    """`share` of the second colour in the first, 0..1."""
    r, g, b = (round(a * (1 - share) + z * share) for a, z in zip(first, second, strict=True))
    return r, g, b


def lighter(color: Color, share: float) -> Color:
    """Towards a warm white."""
    return mix(color, (255, 246, 232), share)


def darker(color: Color, share: float) -> Color:
    """Towards a deep violet, because black shadows look dirty."""
    return mix(color, (34, 20, 48), share)


SKIN: dict[str, Color] = {
    name: rgb(code)
    for name, code in {
        "porcelain": "#fbdcc6",
        "fair": "#f5c9a6",
        "peach": "#eeb48c",
        "tan": "#dfa577",
        "olive": "#c99566",
        "brown": "#a56f48",
        "dark": "#7b4c31",
        "deep": "#573425",
        # not natural: used only on request
        "green": "#8fb878",
        "blue": "#8fb0d4",
        "violet": "#b49ccf",
        "grey": "#b3b3b9",
    }.items()
}

HAIR: dict[str, Color] = {
    name: rgb(code)
    for name, code in {
        "black": "#26222b",
        "dark brown": "#3f2820",
        "brown": "#5a3826",
        "light brown": "#8a5e3d",
        "chestnut": "#7d4527",
        "auburn": "#963f25",
        "ginger": "#cf6a2a",
        "dark blonde": "#b98a45",
        "strawberry blonde": "#dd9a5c",
        "blonde": "#e4b75c",
        "platinum": "#efdcae",
        "salt-and-pepper": "#75727c",
        "grey": "#a9a8b0",
        "white": "#e9e6e4",
        "blue": "#3f6fb5",
        "pink": "#dd6f9c",
        "purple": "#7a539f",
        "green": "#4d9a6a",
        "red": "#b8322e",
        "teal": "#2f8f92",
        "orange": "#e0762f",
        "lavender": "#a99bcb",
        "turquoise": "#45a9a5",
    }.items()
}

_CLOTH: dict[str, Color] = {
    name: rgb(code)
    for name, code in {
        "red": "#c8453f",
        "orange": "#df8139",
        "yellow": "#e8b840",
        "green": "#4d8d5b",
        "teal": "#2e8587",
        "blue": "#3d6fb2",
        "navy": "#2d3a66",
        "purple": "#7a559f",
        "pink": "#e088a2",
        "brown": "#855a3f",
        "beige": "#d9c3a0",
        "cream": "#efe3c8",
        "white": "#eeece8",
        "grey": "#8a8d98",
        "black": "#33313d",
        "burgundy": "#7c2f45",
        "olive": "#7d7f45",
        "turquoise": "#45a9a5",
        "mustard": "#cf9a34",
        "lavender": "#a99bcb",
        "mint": "#92c9aa",
        "coral": "#e7735f",
        "peach": "#f0b48c",
        "rust": "#a9502e",
        "gold": "#d9ab3f",
        "silver": "#b9bcc4",
        "charcoal": "#4a4a55",
        "khaki": "#a89a6b",
        "plum": "#5f2f5c",
        "magenta": "#b8407f",
        "lime": "#9dbb45",
        "sky blue": "#7fb4dc",
        "indigo": "#443f8a",
    }.items()
}

CLOTH: dict[str, Color] = {
    **_CLOTH,
    **{f"light {name}": lighter(color, 0.38) for name, color in _CLOTH.items()},
    **{f"dark {name}": darker(color, 0.38) for name, color in _CLOTH.items()},
}
PLAIN_CLOTH = tuple(_CLOTH)  # without the shades

EYES: dict[str, Color] = {
    name: rgb(code)
    for name, code in {
        "brown": "#5b3a22",
        "dark brown": "#3d2619",
        "light brown": "#87592f",
        "hazel": "#7d6132",
        "amber": "#a8722a",
        "green": "#4a7d52",
        "blue": "#3f78ad",
        "light blue": "#6aa5cf",
        "grey": "#6d7d8c",
        "black": "#2c211d",
        "violet": "#76589e",
    }.items()
}

INK: Color = rgb("#2a2230")  # glasses, lashes, pupils
MOUTH: Color = rgb("#3a1016")  # the dark inside of a mouth
TEETH: Color = rgb("#f8f4ec")
TONGUE: Color = rgb("#c4535c")
EYE_WHITE: Color = rgb("#fbf8f2")
METAL: Color = rgb("#e5b94f")  # earrings, buckles, badges
