"""Reads a look: turns words into fields of `Look`, and warns about every word without effect."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import cache

from talkshow.errors import nearest
from talkshow.render.cartoon.looks.words import (
    ALSO,
    COLORS,
    DEPTHS,
    FILLERS,
    JOINED,
    LEFT_OUT,
    LONG_STYLES,
    PARTS,
    SHADES,
    SHORT_STYLES,
    SPELLINGS,
    STRAIGHT_STYLES,
    TOGETHER,
    WITHOUT,
    Part,
)

_JOINS = re.compile(
    r"\b(" + "|".join(sorted((words.replace(" ", r"[\s-]+") for words in JOINED), key=len, reverse=True)) + r")\b"
)
# "45 years old", "in her 40s"
_YEARS = re.compile(r"\b(\d{1,2})[\s-]*(?:years?|yrs?)[\s-]*old\b|\b(\d0)s\b")
_AGES = ((62, "old"), (45, "middle-aged"), (28, "adult"), (13, "young"))
_UNDER = re.compile(r"\bover (?:(?:an?|the|his|her|their) )?([^,;]+)")
_PHRASES = re.compile(r"[,;/.&+]|(?<![\w-])(?:and|with|in an?)(?![\w-])")
_ALIKE = 0.7  # share of letters that a misspelling has in common with the intended word
_WHOLE = ("feminine", "age", "build")  # words for the whole person, not for a part
_UNNATURAL = ("green", "blue", "violet", "grey")  # skin colours used only for words such as "green skin"


_NAMES = {
    "hair_color": "hair colour",
    "eyes": "eye colour",
    "eye_shape": "eyes",
    **{f"{part}_color": f"colour of {part}" for part in ("clothes", "headwear", "neckwear", "glasses")},
}


@cache
def _anchors() -> dict[str, tuple[Part, ...]]:
    """Words that name the part."""
    found: dict[str, tuple[Part, ...]] = {}
    for part in PARTS:
        for word in (*part.alone, *part.names):
            found[word] = (*found.get(word, ()), part)
    return found


@cache
def known_words() -> frozenset[str]:
    """Every word that can have an effect."""
    kinds = {word for part in PARTS for word in (*part.kinds, *part.loose)}
    return frozenset({*_anchors(), *kinds, *COLORS, *SPELLINGS})


_Place = tuple[str, object, str]  # field, value, what the word was: "shade", "color" or "kind"


def read_look(words: str, name: str = "") -> tuple[dict[str, object], list[str]]:
    """The fields of `Look` that `words` set, and a warning for each word without a meaning here.

    Phrases are separated by commas, "and" or "with". A colour or a kind belongs to the part that its phrase names
    after it, else before it: "woman, grey bun, round glasses, green cardigan". "no glasses" removes a part.
    """
    said: dict[str, list[object]] = {}
    warnings: list[str] = []
    implied: dict[str, object] = {}
    joined = _joined(words)
    for under in _UNDER.findall(joined):
        warnings.append(f"{name}: clothes under other clothes are not drawn ('{under.strip()}').")
    for phrase in _PHRASES.split(_UNDER.sub("", joined)):
        tokens = [token for token in _tokens(phrase) if token not in FILLERS]
        for field_name, value in _read_phrase(tokens, name, warnings):
            said.setdefault(field_name, []).append(value)
        for token in tokens:
            implied |= ALSO.get(token, {})
    chosen = {field_name: _one_of(field_name, values, name, warnings) for field_name, values in said.items()}
    return {**implied, **chosen}, warnings


def look_problems(words: str, name: str) -> list[str]:
    """The warnings of `read_look`."""
    return read_look(words, name)[1]


def _joined(words: str) -> str:
    """Lower case, with hyphens in names of several words."""
    text = words.casefold().replace("’", "'").replace("'s ", " ")
    text = _YEARS.sub(lambda found: f" {_age_word(int(found[1]) if found[1] else int(found[2]) + 5)} ", text)
    return _JOINS.sub(lambda found: re.sub(r"[\s-]+", "-", found[0]), text)


def _age_word(years: int) -> str:
    """The word for an age in years."""
    return next((word for least, word in _AGES if years >= least), "child")


def _tokens(phrase: str) -> list[str]:
    """The words of a phrase in their usual spelling; unknown compounds are split."""
    tokens = []
    for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", phrase):
        spelled = SPELLINGS.get(word, word)
        tokens += [spelled] if spelled in known_words() else [SPELLINGS.get(part, part) for part in spelled.split("-")]
    return tokens


def _read_phrase(tokens: Sequence[str], name: str, warnings: list[str]) -> list[tuple[str, object]]:
    """What one phrase sets: (field, value), first from the words that describe its nouns, then from the nouns."""
    nouns = [index for index, token in enumerate(tokens) if token in _anchors() and not _is_kind(tokens, index)]
    found: list[tuple[str, object]] = []
    of_a_kind: set[int] = set()  # nouns with a kind next to them
    index = 0
    while index < len(tokens):
        token, place, noun = tokens[index], None, -1
        if index in nouns or token in WITHOUT:
            index += 1
            continue
        depth = DEPTHS.get(token) if index + 1 < len(tokens) and tokens[index + 1] in COLORS else None
        shade = f"{depth} {tokens[index + 1]}" if depth else None
        for noun in sorted(nouns, key=lambda at: (at < index, abs(at - index))):
            place = _fits(token, shade, _anchors()[tokens[noun]])
            if place is not None:
                of_a_kind.update([noun] if place[2] == "kind" and place[1] is not None else [])
                break
        things = any(part.field not in _WHOLE for at in nouns for part in _anchors()[tokens[at]])
        place = place or _fits_nobody(token, shade, things, tokens[index + 1 : index + 2])
        if place is None:
            warnings.append(f"{name}: the word '{token}' of the look is unknown here and is not drawn; {_hint(token)}")
        else:
            found += [place[:2]] if place[1] is not None else []
        index += 2 if place and place[2] == "shade" else 1
    for noun in nouns:
        if any(token in WITHOUT for token in tokens[:noun]):
            found += _leave_out(tokens[noun], name, warnings)
        else:
            found += _read_noun(tokens[noun], noun in of_a_kind)
    return found


def _is_kind(tokens: Sequence[str], index: int) -> bool:
    """Whether a word that can stand alone describes the next noun here: a strong jaw, chubby cheeks, a ginger beard."""
    after = next((_anchors()[token] for token in tokens[index + 1 :] if token in _anchors()), ())
    own = [part.field for part in _anchors()[tokens[index]]]
    return any(_fits(tokens[index], None, [part]) for part in after if part.field not in own)


def _read_noun(token: str, has_kind: bool) -> Iterable[tuple[str, object]]:
    """What a noun sets by itself."""
    for part in _anchors()[token]:
        if token in part.alone:
            yield part.field, part.alone[token]
        elif not has_kind and part.names[token] is not None:
            yield part.field, part.names[token]


def _leave_out(token: str, name: str, warnings: list[str]) -> Iterable[tuple[str, object]]:
    """What "no beard" sets."""
    fields = [part.field for part in _anchors()[token] if part.field in LEFT_OUT]
    if not fields:
        warnings.append(f"{name}: a character cannot be drawn without '{token}'; remove these words.")
    for field_name in fields:
        yield field_name, LEFT_OUT[field_name]


def _fits(token: str, shade: str | None, parts: Sequence[Part]) -> _Place | None:
    """The field and value that a word next to a noun sets: its kind, a shade of two words, or its colour."""
    for part in parts:
        for color in (shade, token) if part.color else ():
            if color and (value := _color_in(part, color)) is not None:
                return part.color, value, "shade" if color == shade else "color"
    for part in parts:
        for kinds in (part.kinds, part.loose):
            if token in kinds:
                return part.field, kinds[token], "kind"
    return None


def _color_in(part: Part, color: str) -> str | None:
    """The name of a colour in the palette of a part."""
    first, _, second = color.partition(" ")
    tried = [color, *(f"{first} {name}" for name in SHADES.get(second, ()) if second), *SHADES.get(color, ())]
    return next((name for name in tried if name in part.palette), None)


def _fits_nobody(token: str, shade: str | None, has_noun: bool, after: Sequence[str]) -> _Place | None:
    """A word without a matching noun: loose kinds, and colours of a whole person ("a dark man")."""
    of_person = any(part.field in _WHOLE for word in after for part in _anchors().get(word, ()))
    for part in PARTS:
        if token in part.loose and not (token == "short" and of_person):  # a short man may have any hair
            return part.field, part.loose[token], "kind"
    for part in PARTS:
        for color in (shade, token) if part.field in ("skin", "hair") and not has_noun else ():
            value = _color_in(part, color) if color else None
            if value is not None and value not in (_UNNATURAL if part.field == "skin" else ()):
                return part.color, value, "shade" if color == shade else "color"
    return None


def _one_of(field_name: str, values: Sequence[object], name: str, warnings: list[str]) -> object:
    """One value from several: their combination, else the last, with a warning."""
    said = list(dict.fromkeys(values))
    while len(said) > 1:
        pair = frozenset(map(str, said[:2]))
        together = TOGETHER.get(pair) or _of_length(pair)
        if together is None:
            warnings.append(
                f"{name}: the look names two kinds of {_NAMES.get(field_name, field_name)} "
                f"({said[0]}, {said[1]}); the last is drawn."
            )
            together = str(said[1]) if isinstance(said[1], str) else said[1]  # type: ignore[assignment]
        said = list(dict.fromkeys([together, *said[2:]]))
    return said[0]


def _of_length(pair: frozenset[str]) -> str | None:
    """A hair style with a redundant length or straightness."""
    for length, styles in (("short", SHORT_STYLES), ("long", LONG_STYLES), ("straight", STRAIGHT_STYLES)):
        rest = pair - {length}
        if length in pair and rest & styles:
            return next(iter(rest))
    return None


def _hint(token: str) -> str:
    guess = nearest(token, sorted(known_words()))
    alike = guess is not None and difflib.SequenceMatcher(None, token, guess).ratio() >= _ALIKE
    return f"did you mean '{guess}'?" if alike and guess != token else "docs/look.md lists the known words."
