"""The text of one line: words, rests and directions. The same syntax in every format.

    Pure power (beat) or (laughs) boredom --

`(...)` and `[...]` are directions where `vocabulary.reads_as_direction` says so and prose otherwise, `{...}`
is never spoken, `*emphasis*` loses its stars, `--` at the end means cut off, and a backslash takes the
meaning from the mark that follows. A camera tag among the words is not spoken either, and does nothing there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from talkshow.script.directions import Direction
from talkshow.script.marks import without_marks
from talkshow.script.model import BEAT_S, PAUSE_S, Piece, Rest, Say
from talkshow.script.vocabulary import is_camera, near_direction, reads_as_direction, rest_seconds

_SPECIAL = re.compile(r"[\\()\[\]{}*_]")
_TOKEN = re.compile(
    r"\\(?P<escaped>[^\w\s]|_)"
    r"|\((?P<round>(?:\\.|[^()\\])*)\)"
    r"|\[(?P<square>(?:\\.|[^\[\]\\])*)\]"
    r"|\{(?P<brace>(?:\\.|[^{}\\])*)\}"
)
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3}|_{1,3})(?=[^\s*_])([^*_]*[^\s*_\\])\1(?![\w*])")
_BANG = re.compile(r"(?<!\S)!!\s*([^\\(){}\[\]]+)$")
_CUT_OFF = re.compile(r"(?<![\\\-])(?:-{2,}|—)\s*([\"'”’]?)$")
_MARK = re.compile(r"[.,;:!?…]+(?=\s|$)")
_CLOCK = re.compile(r"\s*\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,6})?\s*")
_STAGE = re.compile(r"[A-Z][\w' -]{2,60}[.!]?")  # [Door slams]
_ESCAPED = re.compile(r"\\([^\w\s]|_)")
_HARD = re.compile(r"([^\w\s]|_)")


@dataclass(frozen=True)
class LineText:
    """A text, read. `problems` are (message, the words it is about)."""

    pieces: tuple[Piece, ...]
    cut_off: bool = False
    problems: tuple[tuple[str, str], ...] = ()


def unescape(text: str) -> str:
    r"""`text` without the backslashes that take the meaning from a mark: `\(` is `(`."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def parts_of(content: str) -> list[str]:
    """The tags and directions that commas part inside brackets, each without its backslashes."""
    return [unescape(part).strip() for part in content.split(",")]


def escape(text: str) -> str:
    """`text` with a backslash before every mark, so that it is read as words in every format."""
    return _HARD.sub(r"\\\1", text)


def number(value: float) -> str:
    """The shortest way to write a number that is read back as the same one."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def write_rest(seconds: float) -> str:
    """`beat`, `pause` or `pause 1.5s`."""
    return {BEAT_S: "beat", PAUSE_S: "pause"}.get(seconds, f"pause {number(seconds)}s")


def direction_problem(direction: str) -> tuple[str, str] | None:
    """The warning about an unknown direction: (message, the words); None for a known one."""
    meaning = Direction(direction).meaning
    if meaning.known:
        return None
    near = near_direction(direction)
    guess = f"did you mean ({near})? " if near else ""
    if meaning.negated:
        guess = "it says how not to speak, which changes nothing; say how instead. "
    return (
        f"unknown direction ({direction}): {guess}It is kept and not spoken; to have it spoken, write \\({direction})",
        direction,
    )


def _in_brackets(match: re.Match[str]) -> str:
    # "!!WIDE" at the end of a line's words
    return f"[{match[1].strip()}]" if is_camera(match[1].strip()) else match[0]


def _emphasised(match: re.Match[str]) -> str:
    # "*laughs*" is how chat models write a sound; any other emphasis is words
    return f"{{{match[2]}}}" if Direction(match[2]).meaning.is_sound else match[2]


def _emphases_read(raw: str) -> str:
    """Without marks of emphasis, those inside others included."""
    for _ in range(3):
        read = _EMPHASIS.sub(_emphasised, raw)
        if read == raw:
            break
        raw = read
    return raw


def _read_group(content: str, camera: bool) -> tuple[list[Piece], list[tuple[str, str]]]:
    pieces: list[Piece] = []
    problems: list[tuple[str, str]] = []
    if camera:
        tag = unescape(content).strip()
        return [Direction(tag)], [
            (
                f"[{tag}] does nothing here and is not spoken: a camera tag stands alone on a line, "
                "above the line that it rules",
                tag,
            )
        ]
    for part in parts_of(content):
        seconds = rest_seconds(part)
        if seconds is not None:
            pieces.append(Rest(seconds))
        elif part:
            pieces.append(Direction(part))
            problem = direction_problem(part)
            problems += [problem] if problem else []
    return pieces, problems


_OUTER = re.compile(
    r"\s*(?:\"(?P<plain>(?:\\.|[^\"\\])*)\"|“(?P<curly>[^“”]*)”|„(?P<low>[^„“”]*)[“”]|«(?P<angle>[^«»]*)»"
    r"|「(?P<corner>[^「」]*)」|'(?P<single>(?:\\.|[^'\\]|(?<=\w)'(?=\w))*)'|‘(?P<raised>(?:[^‘’]|(?<=\w)’(?=\w))*)’)\s*,?\s*"
)


def without_quotes(text: str) -> str:
    """A text without the quotes around the whole of it; quotes inside stay."""
    match = _OUTER.fullmatch(text)
    return next(inside for inside in match.groups() if inside is not None) if match else text


def read_text(text: str) -> LineText:
    """Words, rests and directions of one line's text; white space is collapsed."""
    raw = " ".join(text.split())
    cut = _CUT_OFF.search(raw)
    if cut:
        raw = raw[: cut.start()].rstrip() + cut[1]
    raw = _BANG.sub(_in_brackets, raw)
    raw, problems = without_marks(raw)
    if not _SPECIAL.search(raw):
        said = " ".join(raw.split())
        return LineText((Say(said),) if said else (), bool(cut), tuple(problems))
    raw = _emphases_read(raw)
    pieces: list[Piece] = []
    words = ""
    end = 0
    for token in _TOKEN.finditer(raw):
        words += raw[end : token.start()]
        end = token.end()
        if token["escaped"]:
            words += token["escaped"]
            continue
        content = next(token[kind] for kind in ("round", "square", "brace") if token[kind] is not None)
        attached = token.start() > 0 and raw[token.start() - 1].isalnum()  # cat(s)
        camera = token["square"] is not None and is_camera(unescape(content).strip())
        is_tag = token["brace"] is not None or camera or (not attached and reads_as_direction(unescape(content)))
        if (
            token["brace"] is None
            and _CLOCK.fullmatch(content)
            and (token["square"] is not None or content.count(":") > 1)
        ):
            problems.append((f"the time {token[0]} is not spoken", content))
            words += " "
            continue
        if not is_tag or not content.strip():
            words += unescape(token[0])
            if token["brace"] is None and Direction(" ".join(content.split()[:1])).meaning.known:
                problems.append(
                    (f"{token[0]} is long for a direction and is spoken; write {{...}} around a direction", content)
                )
            elif token["square"] is not None and not attached and _STAGE.fullmatch(content):
                problems.append((f"{token[0]} is spoken; if it says what happens, write {{{content}}}", content))
            continue
        found, doubts = _read_group(content, camera)
        pieces += _said(words)
        words = ""
        mark = _MARK.match(raw, end)
        if mark and pieces and _append_mark(pieces, mark[0]):
            end = mark.end()
        pieces += found
        problems += doubts
    pieces += _said(words + raw[end:])
    return LineText(tuple(pieces), bool(cut), tuple(problems))


def _append_mark(pieces: list[Piece], mark: str) -> bool:
    """In `Yes (laughs).` the full stop belongs to the words before the direction."""
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if isinstance(piece, Say):
            pieces[index] = Say(piece.text + mark)
            return True
    return False


def _said(words: str) -> list[Piece]:
    clean = " ".join(words.split())
    return [Say(clean)] if clean else []


def write_text(pieces: tuple[Piece, ...], cut_off: bool = False) -> str:
    """The plainest text that `read_text` reads as these pieces.

    Raises ValueError for pieces that no text has (two `Say` side by side, words that are only spaces).
    """
    for hard, brackets in ((False, "()"), (False, "{}"), (True, "()"), (True, "{}")):
        text = " ".join(_write_piece(piece, hard, brackets) for piece in pieces)
        text += " --" if cut_off else ""
        read = read_text(text)
        if read.pieces == pieces and read.cut_off == cut_off:
            return text
    raise ValueError(f"no text is read as {pieces}")


def _write_piece(piece: Piece, hard: bool, brackets: str) -> str:
    if isinstance(piece, Say):
        return escape(piece.text) if hard else piece.text
    if isinstance(piece, Rest):
        return f"({write_rest(piece.seconds)})"
    name = escape(piece.name) if hard else piece.name
    return brackets[0] + name + brackets[1]
