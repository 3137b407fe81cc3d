"""What a character looks like, and how words or a seed decide it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from talkshow.errors import nearest
from talkshow.render.base import StagedCharacter
from talkshow.render.cartoon.palette import CLOTH, EYES, HAIR, SKIN

FACES = ("oval", "round", "square", "long", "heart")
HAIRSTYLES = ("bald", "buzz", "short", "parted", "quiff", "spiky", "curly", "afro", "bob", "fringe", "long", "wavy",
              "ponytail", "bun", "braids", "mohawk", "receding")
GLASSES = ("round", "square")
BEARDS = ("beard", "moustache", "stubble", "goatee")
HEADWEAR = ("hat", "cap", "beanie", "headscarf", "headphones")
CLOTHES = ("cardigan", "jumper", "shirt", "jacket", "suit", "dress", "hoodie", "tshirt", "turtleneck")

_DEEP = ("brown", "dark", "deep")
_DARK_EYES = ("brown", "hazel", "black")
_HER_SIGNS = ("bun", "bob", "braids")
_HER_HAIR = ("bob", "fringe", "long", "wavy", "ponytail", "bun", "braids", "afro", "curly", "parted")
_HIS_HAIR = ("short", "parted", "quiff", "spiky", "curly", "buzz", "bald", "afro", "fringe", "receding")


@dataclass(frozen=True)
class Look:
    """All parts of one character. Colours are names of the palettes; "" is a part that is not there."""

    skin: str = "fair"
    face: str = "oval"
    hair: str = "short"
    hair_color: str = "brown"
    eyes: str = "brown"
    glasses: str = ""
    glasses_color: str = "black"
    beard: str = ""
    headwear: str = ""
    headwear_color: str = "navy"
    clothes: str = "jumper"
    clothes_color: str = "blue"
    scarf: str = ""                   # its colour
    earrings: bool = False
    freckles: bool = False
    striped: bool = False
    old: bool = False
    feminine: bool = False


# words that name a part: word -> (field of Look, value)
_PARTS: dict[str, tuple[str, object]] = {
    "woman": ("feminine", True), "girl": ("feminine", True), "lady": ("feminine", True),
    "grandmother": ("feminine", True), "female": ("feminine", True),
    "man": ("feminine", False), "boy": ("feminine", False), "gentleman": ("feminine", False),
    "grandfather": ("feminine", False), "male": ("feminine", False), "guy": ("feminine", False),
    "old": ("old", True), "elderly": ("old", True), "older": ("old", True), "young": ("old", False),
    "freckles": ("freckles", True), "freckled": ("freckles", True), "striped": ("striped", True),
    "stripes": ("striped", True), "earrings": ("earrings", True), "earring": ("earrings", True),
    "blond": ("hair_color", "blonde"), "blonde": ("hair_color", "blonde"), "redhead": ("hair_color", "ginger"),
    "redhaired": ("hair_color", "ginger"), "ginger": ("hair_color", "ginger"), "brunette": ("hair_color", "brown"),
    "scarf": ("scarf", "red"),
    **{word: ("hair", word) for word in HAIRSTYLES},
    "shaved": ("hair", "buzz"), "cropped": ("hair", "buzz"), "curls": ("hair", "curly"), "waves": ("hair", "wavy"),
    "bangs": ("hair", "fringe"), "plaits": ("hair", "braids"), "pigtails": ("hair", "braids"),
    "balding": ("hair", "receding"), "parting": ("hair", "parted"), "straight": ("hair", "long"),
    "glasses": ("glasses", "round"), "spectacles": ("glasses", "round"),
    **{word: ("beard", word) for word in BEARDS},
    "bearded": ("beard", "beard"), "mustache": ("beard", "moustache"), "unshaven": ("beard", "stubble"),
    **{word: ("headwear", word) for word in HEADWEAR},
    "hijab": ("headwear", "headscarf"), "headset": ("headwear", "headphones"), "fedora": ("headwear", "hat"),
    **{word: ("clothes", word) for word in CLOTHES},
    "sweater": ("clothes", "jumper"), "pullover": ("clothes", "jumper"), "blazer": ("clothes", "jacket"),
    "coat": ("clothes", "jacket"), "blouse": ("clothes", "shirt"), "tee": ("clothes", "tshirt"),
    "tie": ("clothes", "suit"), "hooded": ("clothes", "hoodie"), "polo": ("clothes", "turtleneck"),
}
_NOUNS = ("hair", "skin", "face", "eyes")             # take their word from what stands before them
_COLORED = {"hair": ("hair_color", HAIR), "skin": ("skin", SKIN), "eyes": ("eyes", EYES),
            "glasses": ("glasses_color", CLOTH), "beard": ("hair_color", HAIR),
            "headwear": ("headwear_color", CLOTH), "clothes": ("clothes_color", CLOTH), "scarf": ("scarf", CLOTH)}
_SHADES = {"gray": "grey", "silver": "grey", "golden": "blonde", "gold": "yellow", "violet": "purple",
           "light": "fair", "pale": "porcelain", "tanned": "tan", "medium": "tan", "crimson": "red", "maroon":
           "burgundy", "charcoal": "black", "khaki": "olive", "rose": "pink", "sand": "beige", "darkbrown": "brown"}
_SHAPES = {"rectangular": "square", "oblong": "long", "angular": "square"}
_FILLERS = frozenset(("a", "an", "the", "and", "with", "in", "of", "her", "his", "their", "wearing", "wears", "has",
                      "who", "is", "person", "character", "pair"))
_COLORS = frozenset({*SKIN, *HAIR, *CLOTH, *EYES, *_SHADES})
_KNOWN = sorted({*_PARTS, *_NOUNS, *_COLORS, *FACES, *_SHAPES})


def read_look(words: str, name: str = "") -> tuple[dict[str, object], list[str]]:
    """The parts that `words` decide, as fields of Look, and a warning for each word that means nothing here.

    Phrases are parted by commas, "and" or "with"; a colour belongs to the part its phrase names:
    "woman, grey bun, round glasses, green cardigan".
    """
    chosen: dict[str, object] = {}
    warnings: list[str] = []
    text = words.casefold().replace("t-shirt", "tshirt").replace("red-haired", "redhaired")
    for phrase in re.split(r"[,;/.]|\band\b|\bwith\b|\bin an?\b", text):
        tokens = [token for token in re.findall(r"[^\W\d_]+", phrase) if token not in _FILLERS]
        for field_name, value in _read_phrase(tokens, name, warnings).items():
            if field_name in chosen and chosen[field_name] != value:
                warnings.append(f"{name}: the look names two kinds of {field_name.replace('_', ' ')} "
                                f"({chosen[field_name]}, {value}); the last is drawn.")
            chosen[field_name] = value
    return chosen, warnings


def _read_phrase(tokens: Sequence[str], name: str, warnings: list[str]) -> dict[str, object]:
    """One phrase: its parts first, then the colours and shapes that describe them."""
    found: dict[str, object] = {}
    nouns = [token for token in tokens if token in _NOUNS]
    rest = []
    for token in tokens:
        if token in _NOUNS:
            continue
        # 'round' and 'square' are glasses, 'long' is hair, unless the phrase speaks of a face
        if "face" in nouns and _SHAPES.get(token, token) in FACES:
            found["face"] = _SHAPES.get(token, token)
        elif "glasses" in tokens and _SHAPES.get(token, token) in GLASSES:
            found["glasses"] = _SHAPES.get(token, token)
        elif token in _PARTS and not (token == "ginger" and nouns) and not (token in ("short",) and "beard" in tokens):
            field_name, value = _PARTS[token]
            found.setdefault(field_name, value)
        else:
            rest.append(token)
    for token in rest:
        place = _place_of_color(token, found, nouns)
        if place is None:
            guess = nearest(token, _KNOWN)
            hint = f"did you mean '{guess}'?" if guess and guess != token else f"known are for example {_examples()}."
            warnings.append(f"{name}: the look's word '{token}' means nothing here and is not drawn; {hint}")
        else:
            found[place[0]] = place[1]
    return found


def _place_of_color(token: str, found: dict[str, object], nouns: Iterable[str]) -> tuple[str, str] | None:
    """Which field a colour word sets in its phrase, or None if it does not fit any part named there."""
    candidates = [*nouns, *(part for part in ("clothes", "headwear", "glasses", "scarf", "beard", "hair")
                            if part in found)]
    if not candidates and not (set(found) - {"feminine", "old"}):
        candidates = ["skin", "hair"]                  # "a dark man", "a grey lady"
    for part in candidates:
        field_name, palette = _COLORED.get(part, ("", {}))
        for color in (token, _SHADES.get(token, token), {"red": "ginger"}.get(token, token)):
            if color in palette:
                return field_name, color
        if part in ("hair", "beard") and token in ("dark", "light"):
            return field_name, "black" if token == "dark" else "blonde"
    return None


def _examples() -> str:
    return ", ".join((*HAIRSTYLES[4:8], *GLASSES, "glasses", BEARDS[0], *CLOTHES[:3], *HEADWEAR[:2]))


def _draw_look(key: str) -> Look:
    """A look from a digest of `key`: the same key, the same look, on every machine."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))

    def pick(choices: Sequence[str], weights: Sequence[float] | None = None) -> str:
        p = None if weights is None else np.asarray(weights, float) / np.sum(weights)
        return str(choices[int(rng.choice(len(choices), p=p))])

    her = bool(rng.random() < 0.5)
    old = bool(rng.random() < 0.18)
    skin = pick(tuple(SKIN), (1.0, 1.6, 1.3, 1.1, 1.0, 0.9, 0.7))
    deep = skin in _DEEP
    natural = ("black", "brown", "chestnut") if deep else ("black", "brown", "chestnut", "auburn", "ginger", "blonde")
    bright = rng.random() < 0.10 and not old
    color = pick(("grey", "white")) if old else pick(("teal", "pink", "purple", "blue") if bright else natural)
    style = pick(_HER_HAIR if her else _HIS_HAIR)
    clothes = pick([c for c in CLOTHES if her or c != "dress"])
    shades = ("navy", "grey", "black", "burgundy", "teal") if clothes == "suit" else \
        tuple(c for c in CLOTH if c not in ("black", "white", "brown", "grey"))
    return Look(
        skin=skin, face=pick(("oval", "round", "heart", "oval") if her else FACES), hair=style, hair_color=color,
        eyes=pick(_DARK_EYES) if deep else pick(tuple(EYES)),
        glasses=pick(("", "round", "square"), (0.62, 0.2, 0.18)), glasses_color=pick(("black", "burgundy", "brown",
                                                                                     "navy", "teal")),
        beard="" if her else pick(("", *BEARDS), (0.42, 0.2, 0.12, 0.14, 0.12)),
        headwear=pick(("", *HEADWEAR), (0.80, 0.04, 0.04, 0.05, 0.02 if her else 0.0, 0.05)),
        headwear_color=pick(("navy", "burgundy", "mustard", "teal", "coral", "lavender")),
        clothes=clothes, clothes_color=pick(shades), scarf="",
        earrings=her and bool(rng.random() < 0.5), freckles=bool(rng.random() < 0.12) and not deep,
        striped=bool(rng.random() < 0.2) and clothes in ("jumper", "tshirt"), old=old, feminine=her)


def _says_gender(words: dict[str, object]) -> bool:
    """Whether a look names a woman or a man, or a part that `_agree` takes for one."""
    return ("feminine" in words or bool(words.get("beard")) or words.get("hair") in _HER_SIGNS
            or words.get("clothes") == "dress")


def _agree(look: Look, words: dict[str, object]) -> Look:
    """Lay what was said over what was drawn, and let what was not said follow it."""
    drawn = look
    if "feminine" in words and bool(words["feminine"]) != drawn.feminine:
        drawn = replace(drawn, feminine=bool(words["feminine"]), beard="", earrings=False)
        if "hair" not in words:
            styles = _HER_HAIR if drawn.feminine else _HIS_HAIR
            drawn = replace(drawn, hair=styles[_digest(look) % len(styles)])
        if not drawn.feminine and drawn.clothes == "dress":
            drawn = replace(drawn, clothes="shirt")
    if words.get("beard") and "feminine" not in words:
        drawn = replace(drawn, feminine=False)
    if "feminine" not in words and (words.get("hair") in _HER_SIGNS or words.get("clothes") == "dress"):
        drawn = replace(drawn, feminine=True, beard="")
    if words.get("skin") in _DEEP and drawn.eyes not in _DARK_EYES:
        drawn = replace(drawn, eyes=_DARK_EYES[_digest(look) % len(_DARK_EYES)])
    if "old" in words and "hair_color" not in words:
        drawn = replace(drawn, hair_color="grey" if words["old"] else
                        ("brown" if drawn.hair_color in ("grey", "white") else drawn.hair_color))
    if words.get("hair_color") not in (None, "grey", "white") and "old" not in words:
        drawn = replace(drawn, old=False)
    if set(words) - {"feminine", "old"}:               # somebody described wears nothing that was not said
        drawn = replace(drawn, headwear="", glasses="", beard="", striped=False, freckles=False)
    known = {f.name for f in fields(Look)}
    return replace(drawn, **{key: value for key, value in words.items() if key in known})  # type: ignore[arg-type]


def _digest(look: Look) -> int:
    return int.from_bytes(hashlib.sha256(repr(look).encode()).digest()[:4], "big")


# how much a difference in one part helps to tell two people apart from across a room
_WEIGHTS = {"hair": 2.0, "hair_color": 2.0, "skin": 1.5, "clothes_color": 2.0, "clothes": 1.0, "glasses": 1.0,
            "beard": 1.5, "headwear": 2.0, "feminine": 1.0, "old": 0.5}
ENOUGH = 5.0                          # of the sum of weights, 14.5


def difference(first: Look, second: Look) -> float:
    """How well two looks can be told apart, 0 (alike) to 14.5."""
    return sum(weight for part, weight in _WEIGHTS.items() if getattr(first, part) != getattr(second, part))


def choose_looks(characters: Sequence[StagedCharacter], seed: int) -> tuple[dict[str, Look], list[str]]:
    """A look for everybody: what the words say, the rest by (seed, name), no two alike at one table.

    Where the words do not say whether a woman or a man is meant, the voice decides.
    A character's look does not depend on who else is there unless somebody too like them is; then the one
    whose name sorts later gives way, in the parts their words leave open.
    """
    looks: dict[str, Look] = {}
    warnings: list[str] = []
    said = {}
    for character in characters:
        said[character.name], problems = read_look(character.look, character.name)
        warnings += problems
        if character.gender and not _says_gender(said[character.name]):
            said[character.name]["feminine"] = character.gender == "female"
    for character in sorted(characters, key=lambda c: (-len(said[c.name]), c.name)):
        tries = [_agree(_draw_look(f"{seed}/{character.name}/{attempt}"), said[character.name])
                 for attempt in range(40)]
        apart = [min((difference(look, other) for other in looks.values()), default=99.0) for look in tries]
        fit = next((index for index, value in enumerate(apart) if value >= ENOUGH), int(np.argmax(apart)))
        looks[character.name] = tries[fit]
        if apart[fit] < 2.0:
            twin = min(looks, key=lambda n: difference(tries[fit], looks[n]) if n != character.name else 99)
            warnings.append(f"{character.name} and {twin} look alike: give one of them other words in `look`.")
    return looks, warnings
