"""Completes the looks of the cast: fields without words are drawn by seed, so that no two people look alike."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from talkshow.cast.types import StagedCharacter
from talkshow.render.cartoon.looks.look import ALIKE, ENOUGH, Look, difference
from talkshow.render.cartoon.looks.reader import read_look
from talkshow.render.cartoon.palette import CLOTH, SKIN

_TRIES = 60
_CLASH = 0.5 * (ALIKE + ENOUGH)  # the largest difference of people who wear the same
_DEEP = ("brown", "dark", "deep")
_DARK_EYES = ("brown", "dark brown", "hazel", "black")
_HER_SIGNS = ("bun", "low bun", "space buns", "bob", "curly bob", "pigtails", "braids", "pixie", "puff")
_GREY = ("grey", "white", "salt-and-pepper")

_STYLE_OF = {"wavy": ("messy", "waves"), "straight": ("short", "shoulder")}  # for men and women, if no length is given

# styles with their weights
_HER_HAIR = {
    "bob": 3,
    "curly bob": 2,
    "long": 2,
    "long fringe": 3,
    "waves": 3,
    "curls": 3,
    "shoulder": 3,
    "ponytail": 3,
    "bun": 2,
    "low bun": 2,
    "space buns": 1,
    "braids": 2,
    "plait": 2,
    "pixie": 2,
    "fringe": 1,
    "curly": 1,
}
_HIS_HAIR = {
    "short": 3,
    "parted": 3,
    "slick": 2,
    "quiff": 3,
    "spiky": 2,
    "messy": 3,
    "curly": 3,
    "buzz": 2,
    "bald": 2,
    "receding": 1,
    "undercut": 2,
    "fringe": 2,
    "bowl cut": 1,
    "topknot": 1,
    "mullet": 1,
    "mohawk": 0.5,
    "shoulder": 1,
}
_HER_COILS = {"afro": 3, "puff": 3, "locs": 2, "cornrows": 2, "braids": 2, "curls": 2, "bun": 1, "bob": 1, "pixie": 1}
_HIS_COILS = {"afro": 2, "flat top": 3, "locs": 2, "cornrows": 2, "buzz": 3, "bald": 2, "short": 2, "curly": 2}
_HER_OLD = {"bun": 2, "bob": 2, "low bun": 2, "curly": 2, "pixie": 1, "curly bob": 2, "shoulder": 1}
_HIS_OLD = {"receding": 3, "bald": 2, "short": 2, "parted": 2, "slick": 1, "messy": 1}
_CHILD_HAIR = (
    {"short": 2, "messy": 3, "bowl cut": 2, "curly": 2, "spiky": 1, "fringe": 2},
    {"pigtails": 3, "bob": 2, "ponytail": 2, "space buns": 2, "long fringe": 2, "curls": 1},
)

# natural colours of hair by skin
_NATURAL: tuple[tuple[tuple[str, ...], dict[str, float]], ...] = (
    (("dark", "deep"), {"black": 3, "dark brown": 2}),
    (("brown",), {"black": 2, "dark brown": 2, "brown": 1}),
    (
        tuple(SKIN),
        {
            "black": 1.2,
            "dark brown": 1,
            "brown": 1.2,
            "light brown": 0.7,
            "chestnut": 1,
            "auburn": 1,
            "ginger": 1,
            "strawberry blonde": 0.5,
            "dark blonde": 0.6,
            "blonde": 1.2,
            "platinum": 0.3,
        },
    ),
)

_CLOTHES = {
    "jumper": 3,
    "cardigan": 3,
    "shirt": 3,
    "jacket": 2,
    "suit": 2,
    "hoodie": 2,
    "t-shirt": 3,
    "turtleneck": 2,
    "polo": 1,
    "waistcoat": 1.5,
    "denim jacket": 1.5,
    "leather jacket": 1,
    "coat": 0.5,
    "dungarees": 1,
}
_HER_CLOTHES = {"dress": 3, "blouse": 3}
_CHILD_CLOTHES = {"t-shirt": 3, "hoodie": 2, "jumper": 2, "dungarees": 3}
_SOBER = ("navy", "grey", "charcoal", "burgundy", "teal", "dark green", "plum")
_COLORS_OF = {
    "suit": _SOBER,
    "coat": ("beige", "navy", "grey", "dark green", "burgundy"),
    "leather jacket": ("black", "brown", "burgundy"),
    "denim jacket": ("blue", "light blue", "dark blue"),
    "uniform": ("navy", "charcoal"),
    "lab coat": ("white",),
    "apron": ("olive", "navy", "burgundy"),
}
_GAY = (
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "navy",
    "purple",
    "pink",
    "burgundy",
    "olive",
    "turquoise",
    "mustard",
    "lavender",
    "mint",
    "coral",
    "peach",
    "rust",
    "plum",
    "magenta",
    "sky blue",
    "cream",
)
_PRINTED = ("jumper", "t-shirt", "hoodie", "shirt")
_OPTIONAL = {
    "headwear": "",
    "glasses": "",
    "beard": "",
    "neckwear": "",
    "earrings": "",
    "pattern": "",
    "freckles": False,
    "mole": False,
    "scar": False,
    "ears": "",
}


class _Dice:
    """Random choices from a digest of `key`: the same key gives the same choices on every machine."""

    def __init__(self, key: str) -> None:
        self._rng = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))

    def pick(self, choices: Sequence[str] | Mapping[str, float]) -> str:
        """One of the choices, by their weights, if any."""
        names = list(choices)
        weights = np.array(list(choices.values()) if isinstance(choices, Mapping) else np.ones(len(names)), float)
        return str(names[int(self._rng.choice(len(names), p=weights / weights.sum()))])

    def chance(self, share: float) -> bool:
        """True with the probability `share`."""
        return bool(self._rng.random() < share)

    def number(self) -> int:
        """A random number of 30 bits."""
        return int(self._rng.integers(1 << 30))


def draw_look(key: str) -> Look:
    """A random look from a digest of `key`."""
    dice = _Dice(key)
    her = dice.chance(0.5)
    age = dice.pick({"young": 0.15, "adult": 0.5, "middle-aged": 0.2, "old": 0.15})
    skin = dice.pick(
        {"porcelain": 1, "fair": 1.5, "peach": 1, "tan": 1.2, "olive": 1, "brown": 1.2, "dark": 1, "deep": 0.8}
    )
    deep = skin in _DEEP
    look = Look(
        skin=skin,
        face=dice.pick(
            {"oval": 2, "round": 1.5, "heart": 1.5, "long": 0.7, "diamond": 1}
            if her
            else {"oval": 1, "round": 1, "square": 2, "long": 1, "pear": 1, "diamond": 0.7}
        ),
        eyes=dice.pick(_DARK_EYES if deep else ("brown", "dark brown", "hazel", "green", "blue", "light blue", "grey")),
        eye_shape=dice.pick({"": 2, "round": 1.2, "almond": 1.2, "narrow": 0.6, "sleepy": 0.5}),
        nose=dice.pick({"straight": 2, "button": 2 if her else 1, "wide": 1.2, "long": 1, "hooked": 0.7, "pointed": 1}),
        brows=dice.pick(
            {"": 2, "thin": 1, "arched": 2, "straight": 1}
            if her
            else {"": 2, "thick": 2, "bushy": 0.8, "straight": 1.2}
        ),
        ears=dice.pick({"": 3, "big": 1, "small": 1}),
        lips=dice.pick({"": 2, "full": 1.4 if deep else 0.8, "thin": 0.6}),
        age=age,
        build=dice.pick({"average": 2, "slim": 1, "broad": 0.4 if her else 1, "heavy": 0.8}),
        freckles=dice.chance(0.14) and not deep,
        mole=dice.chance(0.08),
        rosy=dice.chance(0.25),
        lipstick=her and dice.chance(0.35),
        feminine=her,
        variety=dice.number(),
    )
    return _clothed(_with_hair(look, dice), dice)


def _with_hair(look: Look, dice: _Dice) -> Look:
    """Hair and beard that suit the person."""
    her, deep = look.feminine, look.skin in _DEEP
    coils = deep and dice.chance(0.7)
    if look.age == "old":
        styles: Mapping[str, float] = _HER_OLD if her else _HIS_OLD
        color = dice.pick(("grey", "white"))
    else:
        styles = (_HER_COILS if her else _HIS_COILS) if coils else (_HER_HAIR if her else _HIS_HAIR)
        natural = next(colors for skins, colors in _NATURAL if look.skin in skins)
        bright = {"teal": 1, "pink": 1, "purple": 1, "blue": 1, "turquoise": 0.5}
        color = dice.pick(bright if dice.chance(0.09) else natural)
        if look.age == "middle-aged" and dice.chance(0.45):
            color = "salt-and-pepper"
    beard = (
        ""
        if her
        else dice.pick(
            {
                "": 5,
                "beard": 1.5,
                "short beard": 1.5,
                "long beard": 0.6,
                "moustache": 1,
                "stubble": 1.2,
                "goatee": 1,
                "handlebar": 0.5,
                "walrus": 0.6,
                "sideburns": 0.4,
                "chinstrap": 0.4,
                "van dyke": 0.6,
            }
        )
    )
    return replace(look, hair=dice.pick(styles), hair_color=color, beard=beard)


def _clothed(look: Look, dice: _Dice) -> Look:
    """The clothes."""
    her = look.feminine
    clothes = dice.pick({**_CLOTHES, **(_HER_CLOTHES if her else {})})
    pattern = (
        dice.pick(
            {
                "": 5,
                "striped": 2,
                "checked": 1,
                "dotted": 1 if her else 0.3,
                "argyle": 0.5,
                "star": 0.5,
                "bolt": 0.3,
                "heart": 0.4 if her else 0.1,
            }
        )
        if clothes in _PRINTED
        else ""
    )
    neckwear = dice.pick(
        {
            "": 8,
            "scarf": 1,
            "necklace": 1.5 if her else 0.1,
            "pearls": 0.5 if her else 0,
            "bow tie": 0.3 if clothes in ("shirt", "cardigan", "waistcoat") else 0,
        }
    )
    if clothes in ("suit", "waistcoat") and not her:
        neckwear = dice.pick({"tie": 4, "bow tie": 1, "": 1})
    return replace(
        look,
        clothes=clothes,
        clothes_color=dice.pick(_COLORS_OF.get(clothes, _GAY)),
        pattern=pattern,
        neckwear=neckwear,
        neckwear_color=dice.pick(("red", "mustard", "teal", "burgundy", "navy", "coral", "purple")),
        glasses=dice.pick(
            {
                "": 6,
                "round": 1.5,
                "square": 1.2,
                "cat-eye": 0.9 if her else 0,
                "aviator": 0 if her else 0.6,
                "rimless": 0.5,
                "oversized": 0.5,
                "half-moon": 0.8 if look.age == "old" else 0,
            }
        ),
        glasses_color=dice.pick(("black", "burgundy", "brown", "navy", "teal", "gold")),
        headwear=dice.pick(
            {
                "": 13,
                "hat": 0.4,
                "cap": 0.5,
                "beanie": 0.6,
                "beret": 0.5,
                "flat cap": 0 if her else 0.5,
                "headscarf": 0.5 if her else 0,
                "turban": 0 if her else 0.3,
                "headphones": 0.35,
                "headband": 0.5 if her else 0,
                "bandana": 0.3,
                "flower": 0.4 if her else 0,
                "bow": 0.2 if her else 0,
            }
        ),
        headwear_color=dice.pick(("navy", "burgundy", "mustard", "teal", "coral", "lavender", "olive", "rust")),
        earrings=dice.pick({"": 3, "studs": 1, "hoops": 1, "drops": 1, "pearls": 0.6})
        if her
        else dice.pick({"": 15, "studs": 1}),
    )


def _says_gender(words: Mapping[str, object]) -> bool:
    """Whether a look names a woman or a man, or a part that `_agree` takes for one."""
    return (
        "feminine" in words
        or bool(words.get("beard"))
        or words.get("hair") in _HER_SIGNS
        or words.get("clothes") in ("dress", "blouse")
    )


def _agree(drawn: Look, words: Mapping[str, object], spare: bool) -> Look:
    """Apply the described fields over the random ones, and adapt the random ones to them.

    spare: whether a described person may also wear things that were not described, which distinguishes twins.
    """
    dice = _Dice(repr(drawn))
    her = words.get("feminine")
    if her is None and words.get("beard"):
        her = False
    elif her is None and (words.get("hair") in _HER_SIGNS or words.get("clothes") in ("dress", "blouse")):
        her = True
    changed = {key: words[key] for key in ("skin", "age") if key in words}
    if (her is not None and bool(her) != drawn.feminine) or changed:
        base = replace(drawn, feminine=drawn.feminine if her is None else bool(her), **changed)  # type: ignore[arg-type]
        if base.feminine != drawn.feminine:
            base = replace(base, lipstick=False, brows="" if base.feminine else base.brows)
        drawn = _clothed(_with_hair(base, dice), dice)
    if drawn.age == "child":
        drawn = replace(
            drawn,
            hair=dice.pick(_CHILD_HAIR[drawn.feminine]),
            beard="",
            lipstick=False,
            brows="",
            mole=False,
            hair_color="brown" if drawn.hair_color in _GREY else drawn.hair_color,
            clothes=dice.pick(_CHILD_CLOTHES),
            clothes_color=dice.pick(_GAY),
            neckwear="",
            headwear="",
        )
    if drawn.skin in _DEEP and drawn.eyes not in _DARK_EYES:
        drawn = replace(drawn, eyes=dice.pick(_DARK_EYES))
    if words.get("hair_color") not in (None, *_GREY) and "age" not in words and drawn.age == "old":
        drawn = replace(drawn, age="adult")
    if set(words) - {"feminine", "age"} and not spare:  # a described person wears nothing that was not described
        drawn = replace(drawn, **_OPTIONAL)  # type: ignore[arg-type]
    if words.get("clothes") in _COLORS_OF and "clothes_color" not in words:  # leather is not teal
        drawn = replace(drawn, clothes_color=dice.pick(_COLORS_OF[str(words["clothes"])]))
    if words.get("clothes") == "suit" and not drawn.feminine and "neckwear" not in words:
        drawn = replace(drawn, neckwear="tie")
    if words.get("headwear") and "hair" not in words and drawn.hair in ("bald",) and drawn.feminine:
        drawn = replace(drawn, hair="bob")
    if words.get("beard_color") and "hair_color" not in words:
        words = {**words, "hair_color": words["beard_color"]}
    if words.get("hair") in _STYLE_OF:
        words = {**words, "hair": _STYLE_OF[str(words["hair"])][drawn.feminine]}
    return replace(drawn, **words)  # type: ignore[arg-type]


def choose_looks(
    characters: Sequence[StagedCharacter], seed: int, company: Sequence[StagedCharacter] = ()
) -> tuple[dict[str, Look], list[str]]:
    """A look for each person: from their words, the rest by (seed, name), no two alike.

    If the words do not say whether a person is a woman or a man, the voice decides. A look does not depend on the other
    people, unless one of them is too similar; then the one whose name sorts later changes, in the parts that their
    words leave open. company: all people of the episode; with it, people look the same in all scenes.
    """
    looks: dict[str, Look] = {}
    warnings: list[str] = []
    seen = {character.name for character in characters}
    everybody = {character.name: character for character in (*company, *characters)}
    said = {}
    for character in everybody.values():
        said[character.name], problems = read_look(character.look, character.name)
        warnings += problems if character.name in seen else []
        if character.gender and not _says_gender(said[character.name]):
            said[character.name]["feminine"] = character.gender == "female"
    for name in sorted(everybody, key=lambda name: (-len(said[name]), name)):
        look, apart = _find_look(f"{seed}/{name}", said[name], list(looks.values()))
        twin = min(looks, key=lambda other: difference(look, looks[other]), default="")
        if apart < ALIKE and {name, twin} <= seen:
            warnings.append(f"{name} and {twin} look alike: give one of them other words in `look`.")
        looks[name] = look
    return {name: looks[name] for name in everybody if name in seen}, warnings


def _clash(first: Look, second: Look, words: Mapping[str, object]) -> bool:
    """Whether two people wear about the same colour or the same hat, the most visible parts, without words for it."""
    pair = zip(CLOTH[first.clothes_color], CLOTH[second.clothes_color], strict=True)
    if "clothes_color" not in words and sum(abs(a - b) for a, b in pair) < 75:
        return True
    return "headwear" not in words and bool(first.headwear) and first.headwear == second.headwear


def _find_look(key: str, words: Mapping[str, object], others: Sequence[Look]) -> tuple[Look, float]:
    """The first draw that differs enough from all others, else the most different one; and how different it is."""
    best, farthest = Look(), -1.0
    for spare in (False, True):
        for attempt in range(_TRIES):
            look = _agree(draw_look(f"{key}/{attempt}"), words, spare)
            apart = min((difference(look, other) for other in others), default=99.0)
            if any(_clash(look, other, words) for other in others):
                apart = min(apart, _CLASH)
            if apart > farthest:
                best, farthest = look, apart
            if farthest >= ENOUGH:
                return best, farthest
        if farthest >= ALIKE:
            break
    return best, farthest
