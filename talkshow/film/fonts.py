"""Fonts in which captions are drawn: which font has which characters.

In this order: Rubik (Latin, Cyrillic, Hebrew) and DejaVu Sans (Greek, Armenian, Georgian, Arabic), which come with the
program; fonts of installed `fontpkg-...` packages; fonts of the system; the CJK font inside OpenCV.
"""

from __future__ import annotations

import itertools
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from talkshow.engines.resources import asset
from talkshow.store.digests import digest, file_digest

_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
_UNFIT = ("italic", "oblique", "emoji", "mono", "lastresort", "symbol", "-black", "-thin", "-light", "extralight")
_MOST_FILES = 5000
_PROBE_PIXELS = 24
_SHAPED = (  # blocks whose letters change with their neighbours, change places, or run from right to left
    (0x0590, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x18AF), (0x1900, 0x1CFF), (0xA800, 0xABFF), (0xFB1D, 0xFDFF),
    (0xFE70, 0xFEFF), (0x10800, 0x11FFF), (0x1E800, 0x1EFFF),
)  # fmt: skip
_CJK = ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))


@dataclass(frozen=True)
class Face:
    """A font.  path: of its file, None for the one inside OpenCV.  bold: of the heavier weight, where it is another."""

    path: Path | None
    bold: Path | None = None

    @property
    def identity(self) -> str:
        """A digest of the font, for keys."""
        if self.path is None:
            import cv2

            return f"opencv {cv2.__version__}"
        return digest(*(file_digest(path) for path in (self.path, self.bold) if path))

    def has(self, character: str) -> bool:
        """Whether the font draws a character as something else than the box for what it does not have."""
        if self.path is None:
            return _within(character, _CJK)
        return bool(self._drawn(character)) and self._drawn(character) != self._box

    @cached_property
    def _box(self) -> bytes:
        return self._drawn("\uffff")  # never a character

    @cached_property
    def _probe(self) -> Any:
        from PIL import ImageFont

        try:
            return ImageFont.truetype(str(self.path), _PROBE_PIXELS, layout_engine=ImageFont.Layout.BASIC)
        except OSError:  # damaged, or of pictures of one size
            return None

    def _drawn(self, character: str) -> bytes:
        if self._probe is None:
            return b""
        try:
            mask = self._probe.getmask(character)
        except (OSError, ValueError):
            return b""
        return bytes(f"{mask.size}", "ascii") + bytes(mask)


BUNDLED = (Face(asset("fonts/Rubik.ttf")), Face(asset("fonts/DejaVuSans.ttf"), asset("fonts/DejaVuSans-Bold.ttf")))
_INSIDE_OPENCV = Face(None)


@cache
def face_of(character: str) -> Face | None:
    """The first font that has a character; None where none has."""
    return next((face for face in (*BUNDLED, *_others(), _INSIDE_OPENCV) if face.has(character)), None)


@cache
def runs(text: str) -> tuple[tuple[str, Face], ...]:
    """A text in pieces of one font each, from the first to be read to the last.

    One font for all of it where one has it all; what no font has is left to one that draws a box for it.
    """
    wanted = [character for character in text if _is_drawn(character)]
    faces = dict.fromkeys([*BUNDLED, *filter(None, map(face_of, wanted))])
    for face in faces:
        if all(face.has(character) for character in wanted):
            return ((text, face),)
    chosen: list[Face] = []
    for character in text:
        before = chosen[-1] if chosen else None
        if before and (not _is_drawn(character) or before.has(character)):
            chosen.append(before)
        else:
            chosen.append((face_of(character) if _is_drawn(character) else None) or before or BUNDLED[0])
    pieces = itertools.groupby(zip(text, chosen, strict=True), key=lambda pair: pair[1])
    return tuple(("".join(character for character, _ in group), face) for face, group in pieces)


def warnings_about(texts: Sequence[str]) -> list[str]:
    """What cannot be drawn as it is written: characters in no font, letters that need FriBiDi to be joined."""
    characters = dict.fromkeys(character for text in texts for character in text if _is_drawn(character))
    told = []
    missing = [character for character in characters if face_of(character) is None]
    if missing:
        names = ", ".join(f"{c} (U+{ord(c):04X} {unicodedata.name(c, 'without a name').lower()})" for c in missing[:6])
        more = f" and {len(missing) - 6} more" if len(missing) > 6 else ""
        told.append(
            f"no font here has {names}{more}: captions and title show empty boxes instead. Install a font that has "
            "them, such as Noto Sans for this script, on the system or with pip (talkshow[fonts])"
        )
    if not can_shape() and any(_within(character, _SHAPED) for character in characters):
        told.append(
            "captions in scripts that run from right to left or join their letters are drawn letter by letter from "
            "left to right: the library FriBiDi is missing. Install it (Debian: libfribidi0, Homebrew: fribidi)"
        )
    return told


@cache
def can_shape() -> bool:
    """Whether Pillow has Raqm, which loads FriBiDi where the system has it."""
    from PIL import features

    return bool(features.check("raqm") and features.check("fribidi"))


def runs_from_the_right(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"


def _is_drawn(character: str) -> bool:
    """Whether a character leaves ink: no space, no mark of order or joining."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp") and not (
        0xFE00 <= ord(character) <= 0xFE0F
    )


def _within(character: str, blocks: Sequence[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in blocks)


@cache
def _others() -> tuple[Face, ...]:
    """Fonts of packages and of the system, the fittest first."""
    found = [*_of_packages(), *itertools.islice(_of_the_system(), _MOST_FILES)]
    fit = [path for path in found if not any(word in path.stem.casefold() for word in _UNFIT)]
    return tuple(Face(path) for path in sorted(dict.fromkeys(fit), key=_fitness))


def _fitness(path: Path) -> tuple[int, bool, bool, str]:
    name = path.stem.casefold()
    kind = 0 if name.startswith("notosans") else 1 if "sans" in name else 2 if "serif" not in name else 3
    return kind, "bold" in name, "condensed" in name, str(path)


def _of_packages() -> Iterator[Path]:
    """Font files of installed distributions that are called `fontpkg-...`."""
    for distribution in metadata.distributions():
        if str(distribution.metadata["Name"]).startswith("fontpkg-"):
            for file in distribution.files or ():
                if file.suffix in _ENDINGS:
                    yield Path(str(distribution.locate_file(file)))


def _of_the_system() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        folders = [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
        folders += [Path(os.environ.get("LOCALAPPDATA", str(home))) / "Microsoft/Windows/Fonts"]
    elif sys.platform == "darwin":
        folders = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    else:
        data = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
        folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path(data) / "fonts", home / ".fonts"]
    for folder in folders:
        for parent, _, names in os.walk(folder):
            yield from (Path(parent) / name for name in sorted(names) if name.casefold().endswith(_ENDINGS))
