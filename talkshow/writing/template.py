"""A writer that needs no endpoint: fixed patterns around a topic, for demos and tests. It says what it is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from talkshow.errors import WriterError
from talkshow.languages.registry import primary
from talkshow.script.model import CharacterHint, Line, Scene, Script
from talkshow.script.reader import parse_script
from talkshow.writing.base import Brief, Desk, WrittenScript
from talkshow.writing.checking import settle, wanted

MADE_BY = "a fixed pattern (--writer template), no language model"
_CAST = (
    ("MAYA", "woman, black bun, round glasses, green cardigan", "warm and quick"),
    ("LEO", "man, short brown hair, beard, navy jumper", "dry and slow"),
    ("NORA", "old woman, grey bob, burgundy jacket", "British, precise"),
    ("SAM", "young man, curly black hair, mustard hoodie", "lively, energetic"),
    ("IRIS", "woman, ginger curls, freckles, blue dungarees", "soft and calm"),
    ("OTTO", "old man, bald, white moustache, grey waistcoat", "deep and serious"),
)
# (turn of which speaker, line); {topic} is what was asked for
_OPENING = (
    (0, "(warm): So. Today: {topic}. Who wants to begin?"),
    (1, "(deadpan, pause 0.8): I had hoped that you would."),
    (0, "(amused): I always begin. Go on. What do you think of when you hear it?"),
    (1, "(thoughtful): Honestly? (beat) The first time I got it completely wrong."),
)
_MIDDLE = (
    (0, "(curious): Wrong how?"),
    (1, ": I thought that there was a rule. There is no rule. There are only people who are very sure of --"),
    (2, "(excited): Of themselves! Yes. I have met them."),
    (1, "(overlap 0.4): Everybody has met them."),
    (0, "(backchannel): Mm-hm."),
    (2, "(skeptical): But there is a part that no one mentions. Someone has to do the work."),
    (0, "(surprised): Now that is a different question."),
    (1, "(quietly): It is the only question."),
    (2, "(laughs): Listen to the two of you. It is smaller than that. You try it once, and then you know."),
    (0, "(pause 1s): And if you try it, and you still do not know?"),
    (1, ": Then you try it again, (beat) and you complain less."),
    (0, "(backchannel): Right."),
)
_CLOSING = (
    (2, "(thoughtful): Ask me again in a year."),
    (0, "(amused): I will write that down."),
    (1, "(deadpan): In pencil, please."),
    (0, "(warm): Then we leave it there, for today."),
)
_NOT_SPOKEN = re.compile(r"[^\w\s.,'’-]+")


class TemplateWriter:
    """The writer called `template`."""

    summary = "a fake that fits a topic into a fixed dialogue, for demos and tests"
    pretends = True

    def write(self, brief: Brief, desk: Desk) -> WrittenScript:
        """Raises WriterError for what a fixed pattern cannot do."""
        if brief.revision or brief.so_far:
            raise WriterError(
                "--writer template only begins scripts; to continue or revise one, a language model is "
                "needed: give its address with --base-url."
            )
        if primary(brief.language) != "en":
            raise WriterError("--writer template writes English only; for other languages a language model is needed.")
        from talkshow.render.cartoon.looks.reader import look_problems

        cast = _cast(brief)
        rows = _rows(brief, [hint.name for hint in cast], desk.endpoint.seed or 0)
        spoken = parse_script("\n".join(rows), "plain")
        lines = tuple(replace(line, source_line=0) for line in spoken.lines)
        topic = _topic(brief)
        script = Script(
            topic[:1].upper() + topic[1:], (Scene("", _mended(lines)),), tuple(cast), language=brief.language
        )
        cast = [hint for hint in cast if hint.name in script.speakers]
        want = replace(wanted(brief, desk.voices), cast=tuple(cast))
        script, notes = settle(replace(script, cast=tuple(cast)), want, look_problems, desk.endpoint.seed or 0)
        for line in script.lines:
            desk.report(f"{line.speaker}: {line.text}")
        return WrittenScript(script, MADE_BY, (f"this script was made by {MADE_BY}", *notes))

    def preview(self, brief: Brief, desk: Desk) -> list[dict[str, str]]:
        """There is no prompt."""
        del brief, desk
        return []


def _topic(brief: Brief) -> str:
    """The idea as words that fit into a sentence."""
    said = " ".join(_NOT_SPOKEN.sub(" ", brief.idea or brief.source).split()).strip(" .,-")
    return " ".join(said.split()[:16]).rstrip(" .,-") or "something that no one has named"


def _cast(brief: Brief) -> list[CharacterHint]:
    if brief.cast:
        return list(brief.cast)
    number = min(brief.num_characters or 2, len(_CAST))
    if (brief.num_characters or 0) > len(_CAST):
        raise WriterError(f"--writer template knows {len(_CAST)} characters at most.")
    return [CharacterHint(name, look=look, description=said) for name, look, said in _CAST[:number]]


def _rows(brief: Brief, names: list[str], seed: int) -> list[str]:
    """As many lines as were asked for: opening, as much of the middle as fits, closing; everybody gets to speak."""
    wanted_ = max(brief.num_lines, 2)
    middle = [_MIDDLE[index % len(_MIDDLE)] for index in range(max(0, wanted_ - len(_OPENING) - len(_CLOSING)))]
    rows = [*_OPENING, *middle, *_CLOSING]
    if len(rows) > wanted_:
        rows = [*rows[: wanted_ - 1], rows[-1]] if wanted_ > 1 else rows[:1]
    start = int(hashlib.sha256(f"{seed}\0{brief.idea}".encode()).hexdigest(), 16) % len(names)
    written: list[str] = []
    last = -1
    for index, (role, text) in enumerate(rows):
        part = 2 + index % (len(names) - 2) if role == 2 and len(names) > 2 else role
        speaker = (start + part) % len(names)
        speaker = (speaker + 1) % len(names) if speaker == last else speaker  # no one speaks twice in a row
        who, last = names[speaker], speaker
        written.append(f"{who} {text}".replace(" :", ":", 1).replace("{topic}", _topic(brief)))
    return written


def _mended(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines in which no one cuts themselves off or murmurs under their own turn."""
    mended = []
    for index, line in enumerate(lines):
        before, after = lines[index - 1 : index], lines[index + 1 : index + 2]
        timing = line.timing
        if timing.cut_off and not (after and after[0].speaker != line.speaker):
            timing = replace(timing, cut_off=False)
        if before and before[0].speaker == line.speaker:
            timing = replace(timing, backchannel=False, overlap_s=None)
        mended.append(replace(line, timing=timing))
    return tuple(mended)
