"""Casting: who speaks with which voice. Pure: the same script, voices and seed give the same cast.

Voices that are asked for are given. Everybody else gets one of their own by what the script says about them
(gender, age, accent, words such as `deep` or `bright`), chosen by name and seed and not by the order of anything.
Voices are shared only where there are more characters than voices; then pace and pitch keep them apart.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from talkshow.cast.catalogue import as_draft, find_voice, load_all_voices, load_voices
from talkshow.cast.firstnames import FEMALE_NAMES, MALE_NAMES
from talkshow.cast.languages import able, pretends
from talkshow.cast.types import Cast, Character, Voice
from talkshow.errors import CastError, choose
from talkshow.languages.registry import accents
from talkshow.script.languages import Spoken, spoken_lines
from talkshow.script.model import CharacterHint, Script
from talkshow.script.seats import Seat, seat_of

__all__ = [
    "Casting",
    "Wish",
    "cast_script",
    "choose_voices",
    "find_voice",
    "load_all_voices",
    "load_voices",
    "offered",
    "wish_of",
]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FEMALE = _set("""
    woman women girl lady female she her mother mum mom grandmother grandma granny nan aunt auntie daughter sister wife
    queen actress hostess waitress madam mrs ms miss niece widow witch nun princess businesswoman policewoman
""")
_MALE = _set("""
    man men boy guy gentleman male he his father dad daddy grandfather grandpa grandad uncle son brother husband king
    actor sir mr nephew widower wizard monk prince lad bloke chap beard bearded moustache mustache businessman policeman
    fisherman
""")
_OLD = _set("""
    old elderly aged senior retired white-haired grandmother grandma granny grandfather grandpa grandad wise wrinkled
    professor mature
""")
_YOUNG = _set("""
    young girl boy child kid teen teenager teenage student daughter son little niece nephew lad trainee intern
""")
# grey hair, no grey coat
_GREY = re.compile(r"(?:gr[ae]y|white)(?:[- ]\w+)?[- ](?:hair|bun|beard|moustache|curls|ponytail|bob)")
_OLD_SOUND = _set("deep low dark mature old sonorous slow gravelly middle-aged professor narrator")
_YOUNG_SOUND = _set("young bright light lively clear high energetic")
# words for the same quality, in descriptions of characters and of voices
_QUALITIES = tuple(
    _set(group)
    for group in (
        "energetic lively loud cheerful excited eager quick fast enthusiastic rough argue",
        "deep low dark slow gravelly bass booming",
        "calm soft quiet gentle breathy whispering whispers shy intimate sleepy",
        "bright clear light high squeaky crisp precise",
        "warm friendly kind sweet even neighbour",
        "serious stern sonorous wise learned professor narrator doctor mature",
        "clever well-spoken posh elegant organised impatient",
    )
)
_Given = TypeVar("_Given")
_PACES = (1.0, 0.92, 1.08, 0.88, 1.13)
_SHIFTS = (1.0, 0.88, 1.13, 0.8, 1.24)


@dataclass(frozen=True)
class Wish:
    """What the script says of how a character sounds. Empty: it does not say."""

    gender: str = ""  # "female" or "male"
    age: str = ""  # "old" or "young"
    accent: str = ""  # BCP 47 with a region: "en-GB"
    words: frozenset[str] = frozenset()  # everything else it says


@dataclass(frozen=True)
class Casting:
    """A cast, and what the writer should know about it."""

    cast: Cast
    warnings: tuple[str, ...] = ()


def wish_of(hint: CharacterHint) -> Wish:
    """What description, look and, where they are silent, the name say about a voice."""
    said = f"{hint.description or ''} {hint.look or ''}".casefold()
    words = _words(said)
    gender = _vote(words, _FEMALE, _MALE) or _vote(_words(hint.name), _FEMALE | FEMALE_NAMES, _MALE | MALE_NAMES)
    old, young = words & _OLD or _GREY.search(said), words & _YOUNG
    accent = next((accents()[word] for word in sorted(words) if word in accents()), "")
    # "old" wins: an old lady is not twenty because her cat is young
    return Wish(gender, "old" if old else "young" if young else "", accent, words)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold()))


def _vote(words: frozenset[str], female: frozenset[str], male: frozenset[str]) -> str:
    votes = len(words & female) - len(words & male)
    return "female" if votes > 0 else "male" if votes < 0 else ""


def fitness(wish: Wish, voice: Voice, language: str) -> float:
    """How well a voice suits a wish; gender outweighs everything."""
    about = _words(voice.description)
    score = 0.0
    if wish.gender and voice.gender:
        score += 8 if wish.gender == voice.gender else -8
    wanted_accent = wish.accent or (language if "-" in language else "")
    if wanted_accent:
        score += 4 if voice.language == wanted_accent else -1
    score += 2 * bool(wish.age == "old" and about & _OLD_SOUND) + 2 * bool(wish.age == "young" and about & _YOUNG_SOUND)
    score -= 2 * bool(wish.age == "old" and about & _YOUNG_SOUND) + 2 * bool(wish.age == "young" and about & _OLD_SOUND)
    return score + sum(1 for quality in _QUALITIES if wish.words & quality and about & quality)


def _chance(seed: int, *things: str) -> str:
    return hashlib.sha256("\0".join([str(seed), *things]).encode("utf-8")).hexdigest()


def choose_voices(
    wishes: Mapping[str, Wish], voices: Mapping[str, Voice], used: Counter[str], language: str, seed: int
) -> dict[str, str]:
    """A voice's name for each character in `wishes`; `used` counts the voices that are already given away.

    Those who know best what they want choose first, then chance by name and seed decides. A voice is taken again
    only when no other is left.
    """
    used = Counter(used)
    chosen: dict[str, str] = {}

    def eagerness(name: str) -> tuple[int, str]:
        wish = wishes[name]
        return -(4 * bool(wish.gender) + 2 * bool(wish.accent) + bool(wish.age)), _chance(seed, name)

    for name in sorted(wishes, key=eagerness):

        def rank(voice: str, name: str = name) -> tuple[float, float, str]:
            return (
                used[voice] + 0.5 * voices[voice].last,
                -fitness(wishes[name], voices[voice], language),
                _chance(seed, name, voice),
            )

        if min(used[voice] for voice in voices):  # all are taken: rather the right gender than the least used

            def rank(voice: str, name: str = name) -> tuple[float, float, str]:
                wish = wishes[name]
                wrong = bool(wish.gender and voices[voice].gender and wish.gender != voices[voice].gender)
                return 10 * wrong + used[voice], -fitness(wish, voices[voice], language), _chance(seed, name, voice)

        chosen[name] = min(voices, key=rank)
        used[chosen[name]] += 1
    return chosen


def cast_script(
    script: Script,
    voices: Mapping[str, Voice],
    overrides: Mapping[str, str] | None = None,
    seat_overrides: Mapping[str, object] | None = None,
    *,
    draft: bool = False,
    seed: int = 0,
) -> Casting:
    """Give everybody who speaks in `script` a voice and a seat.

    `overrides` (name -> voice) and `seat_overrides` (name -> seat) win over the script. With `draft` everybody keeps
    their voice's character, spoken by the quick draft engine. Raises CastError for an unknown voice, seat or name.
    """
    asked = {
        **{hint.name: hint.voice for hint in script.cast if hint.voice},
        **by_speaker(overrides or {}, script, "voice"),
    }
    seats = _seats(script, by_speaker(seat_overrides or {}, script, "seat"))
    speakers = script.speakers
    given = {name: find_voice(asked[name], voices).name for name in speakers if name in asked}
    pool = offered(voices)
    if len(given) < len(speakers) and not pool:
        raise CastError("no voices are installed; give a folder of voices with --voices")
    wishes = {name: wish_of(script.hint(name)) for name in speakers if name not in given}
    chosen = given | _chosen(script, wishes, pool, Counter(given.values()), seed)
    warnings = [*_shared(chosen, speakers, given), *_against_wish(chosen, wishes, voices), *_pretended(chosen, voices)]
    spread = _spread(chosen, given, seed)
    characters = []
    for name in speakers:
        hint, step = script.hint(name), spread.get(name, 0)
        voice = as_draft(voices[chosen[name]]) if draft else voices[chosen[name]]
        voice = replace(voice, shift=_SHIFTS[step % len(_SHIFTS)])
        characters.append(
            Character(
                name,
                voice,
                seats.get(name),
                hint.look or "",
                (hint.speed or 1.0) * _PACES[step % len(_PACES)],
                hint.gain or 0.0,
                hint.description or "",
            )
        )
    return Casting(Cast(tuple(characters)), tuple(warnings))


def _chosen(
    script: Script, wishes: Mapping[str, Wish], pool: Mapping[str, Voice], used: Counter[str], seed: int
) -> dict[str, str]:
    """A voice for each wish, of those that speak the character's lines."""
    languages: dict[str, list[Spoken]] = {name: [] for name in wishes}
    for line, spoken in spoken_lines(script):
        if line.speaker in languages:
            languages[line.speaker].append(spoken)
    groups: dict[frozenset[str], dict[str, Wish]] = {}
    for name, wish in wishes.items():
        groups.setdefault(frozenset(able(pool, languages[name])), {})[name] = wish
    chosen: dict[str, str] = {}
    for names, alike in groups.items():
        voices = {name: voice for name, voice in pool.items() if name in names}
        chosen |= choose_voices(alike, voices, used + Counter(chosen.values()), script.language, seed)
    return chosen


def _seats(script: Script, overrides: Mapping[str, object]) -> dict[str, Seat]:
    """The seats of those who have one."""
    seats = {name: seat_of(name, seat) for name, seat in overrides.items()}
    for hint in script.cast:
        if hint.seat is not None and hint.name not in seats:
            place = f"{script.path or 'script'}:{hint.source_line}: " if hint.source_line else ""
            seats[hint.name] = seat_of(hint.name, hint.seat, place)
    return seats


def offered(voices: Mapping[str, Voice]) -> dict[str, Voice]:
    """The voices that a character may get unasked: all but the fakes, or those where there are no others."""
    return {name: voice for name, voice in voices.items() if not pretends(voice.engine)} or dict(voices)


def by_speaker(given: Mapping[str, _Given], script: Script, what: str) -> dict[str, _Given]:
    """What the command line gives to characters, with their names as the script writes them."""
    known = {name.casefold(): name for name in (*(hint.name for hint in script.cast), *script.speakers)}
    for name in given:
        if name.casefold() not in known:
            raise CastError(f"a {what} is given to '{name}', who says nothing. {choose(name, known.values())}")
    return {known[name.casefold()]: value for name, value in given.items()}


def _spread(chosen: Mapping[str, str], given: Mapping[str, str], seed: int) -> dict[str, int]:
    """How far each of those who share a voice moves away from it; who asked for the voice has it unchanged."""
    groups: dict[str, list[str]] = {}
    for name, voice in chosen.items():
        groups.setdefault(voice, []).append(name)
    steps: dict[str, int] = {}
    for names in groups.values():
        first = [name for name in names if name in given]
        others = sorted((name for name in names if name not in given), key=lambda name: _chance(seed, name))
        steps |= dict.fromkeys(first, 0) | {name: index + bool(first) for index, name in enumerate(others)}
    return steps


def _shared(chosen: Mapping[str, str], speakers: tuple[str, ...], given: Mapping[str, str]) -> list[str]:
    warnings = []
    for voice, count in Counter(chosen.values()).items():
        if count > 1:
            names = [name for name in speakers if chosen[name] == voice]
            why = (
                "as the script asks"
                if all(name in given for name in names)
                else "because there are more characters than voices; pace and pitch differ"
            )
            warnings.append(f"{', '.join(names)} share the voice {voice}, {why}")
    return warnings


def _pretended(chosen: Mapping[str, str], voices: Mapping[str, Voice]) -> list[str]:
    """One warning per engine that is a stand-in for speech."""
    silent: dict[str, list[str]] = {}
    for name, voice in chosen.items():
        if pretends(engine := voices[voice].engine):
            silent.setdefault(engine, []).append(name)
    return [
        f"no words are heard from {', '.join(names)}: the engine {engine} is a stand-in for speech"
        for engine, names in silent.items()
    ]


def _against_wish(chosen: Mapping[str, str], wishes: Mapping[str, Wish], voices: Mapping[str, Voice]) -> list[str]:
    return [
        f"{name} is {wish.gender}, but every {wish.gender} voice is taken; {chosen[name]} speaks. "
        f"Share one with  voice=  in the cast"
        for name, wish in wishes.items()
        if wish.gender and voices[chosen[name]].gender not in ("", wish.gender)
    ]
