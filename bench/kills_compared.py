"""What is the same in two folders of one command: decoded pictures and sound, texts, files of others, leftovers."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

import av
import soundfile

# Names that a program might take for its own. `script.txt` is what the user had before: `write` sets it aside.
EPISODE = (
    "notes.txt",
    "seats-2.png",
    "poster.png.new",
    "episode.mp4.new",
    "episode.partial.txt",
    "mix.partial.wav",
    "tracks/GUEST.wav",
    "tracks/take 2.wav",
    "tracks/readme.txt",
    "parts/intro.mp4",
    ".hidden",
)
WRITTEN = (
    "notes.txt",
    "script.txt",
    "script.txt.new",
    "script.partial.txt",
    "script.txt.previous",
    "script.answer.txt",
    "other.txt",
)
BESIDE = ("letter.txt", "episode.txt", "episode.new/keep.txt", "in/mine.txt")
SET_ASIDE = {"episode/script.txt": "script.previous*.txt"}
TEXTS = (".json", ".srt", ".vtt", ".rttm", ".txt", ".toml", ".png")
TIMED = ("manifest.json",)  # tells when and how long


@dataclass(frozen=True)
class Difference:
    """what: pictures, sound, texts, foreign or left_over."""

    what: str
    where: str


def seed_foreign_files(folder: Path, kind: str, rng: random.Random) -> dict[str, bytes]:
    """Lay somebody's files everywhere.  Returns path (from the folder) -> content; inputs are among them."""
    names = [f"episode/{name}" for name in (WRITTEN if kind == "write" else EPISODE)] + list(BESIDE)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(rng.randbytes(rng.randrange(1, 2000)))
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differences(folder: Path, whole: Path, foreign: dict[str, bytes]) -> list[Difference]:
    """Where a folder differs from the undisturbed one and from what others had in it."""
    found = [
        Difference("foreign", str(folder / name))
        for name, content in foreign.items()
        if not _is_kept(folder, name, content)
    ]
    made = {
        str(path.relative_to(whole)): path
        for path in whole.rglob("*")
        if path.is_file() and path.relative_to(whole).parts[0] != "in" and ".work" not in path.parts
    }
    for name, path in made.items():
        if what := _difference(folder / name, path):
            found.append(Difference(what, str(folder / name)))
    expected = set(made) | set(foreign) | {f"episode/{name}" for name in _names_set_aside(folder)}
    found += [
        Difference("left_over", str(path))
        for path in folder.rglob("*")
        if path.is_file() and _is_left_over(str(path.relative_to(folder)), expected)
    ]
    return found


def _is_kept(folder: Path, name: str, content: bytes) -> bool:
    places = (
        [folder / name, *(folder / "episode").glob(SET_ASIDE.get(name, ""))] if name in SET_ASIDE else [folder / name]
    )
    return any(path.is_file() and path.read_bytes() == content for path in places)


def _names_set_aside(folder: Path) -> set[str]:
    return {path.name for pattern in SET_ASIDE.values() for path in (folder / "episode").glob(pattern)}


def _is_left_over(name: str, expected: set[str]) -> bool:
    """Whether nobody wants it: in `.work`, what is only half written."""
    if "/.work/" in f"/{name}":
        last = name.rsplit("/", 1)[-1]
        return name not in expected and (last.startswith(".") or last.endswith((".part", ".tmp", ".new")))
    return name not in expected


def _difference(path: Path, whole: Path) -> str:
    """ "" where two results say the same."""
    if path.name in TIMED:
        return "" if path.is_file() else "texts"
    if whole.suffix == ".mp4":
        if not path.is_file() or _decoded(path, "video") != _decoded(whole, "video"):
            return "pictures"
        return "" if _decoded(path, "audio") == _decoded(whole, "audio") else "sound"
    if whole.suffix == ".wav":
        return "" if path.is_file() and _sound(path) == _sound(whole) else "sound"
    if whole.suffix in TEXTS and not (path.is_file() and path.read_bytes() == whole.read_bytes()):
        return "texts"
    return ""


def _decoded(path: Path, stream: str) -> str:
    """A digest of all frames of a video's pictures or sound."""
    sha = hashlib.sha256()
    with av.open(str(path)) as container:
        for frame in container.decode(**{stream: 0}):
            sha.update(str(frame.pts).encode() + frame.to_ndarray().tobytes())
    return sha.hexdigest()


def _sound(path: Path) -> str:
    samples, rate = soundfile.read(path, dtype="float32")
    return hashlib.sha256(str(rate).encode() + samples.tobytes()).hexdigest()
