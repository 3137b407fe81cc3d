"""Which streams of sound of a file are used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from talkshow.errors import SettingsError
from talkshow.recording.labels import StreamLabel


def chosen_streams(path: Path, labels: Sequence[StreamLabel], wanted: str | None) -> tuple[list[int], list[str]]:
    """(indices of the streams that are used, from 0; warnings about the others).

    wanted: as in `Source.stream`. Without it, commentary, dubbing and all languages but the first are left out.
    Raises SettingsError for a stream that the file does not have.
    """
    if wanted is not None:
        return [_index(path, labels, each.strip()) for each in dict.fromkeys(wanted.split(",")) if each.strip()], []
    kept = [index for index, label in enumerate(labels) if not label.aside] or list(range(len(labels)))
    first = next((labels[index].language for index in kept if labels[index].language), "")
    kept = [index for index in kept if labels[index].language in ("", first)]
    others = [stream_name(labels, index) for index in range(len(labels)) if index not in kept]
    if not others:
        return kept or [0], []
    used = ", ".join(stream_name(labels, index) for index in kept)
    return kept, [
        f"{{f0}}: of its {len(labels)} audio streams {used} {_are(kept)} used; {', '.join(others)} {_are(others)} left "
        "out as another version (language or commentary). To choose: --stream N"
    ]


def _are(found: Sequence[object]) -> str:
    return "is" if len(found) == 1 else "are"


def stream_name(labels: Sequence[StreamLabel], index: int) -> str:
    """What a stream is called in messages."""
    about = labels[index].title or labels[index].language
    return f"stream {index + 1}" + (f" ({about})" if about else "")


def _index(path: Path, labels: Sequence[StreamLabel], wanted: str) -> int:
    if wanted.isdecimal() and 1 <= int(wanted) <= len(labels):
        return int(wanted) - 1
    titles = [label.title.casefold() for label in labels]
    if titles.count(wanted.casefold()) == 1:
        return titles.index(wanted.casefold())
    names = ", ".join(stream_name(labels, index) for index in range(len(labels)))
    raise SettingsError(f"--stream {wanted}: {path} has no such audio stream. It has {names or 'none'}.")
