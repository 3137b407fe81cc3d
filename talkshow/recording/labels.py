"""What files say of their own sounds: titles and languages of streams, names of the tracks of field recorders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from talkshow.errors import AudioError, printable
from talkshow.media.opening import open_media
from talkshow.store.inputs import open_file

_LONGEST_CHUNK, _MOST_CHUNKS = 1 << 20, 1000  # bytes; chunks of a WAV
_LONGEST_NAME = 40
_NO_NAMES = {
    "audio", "track", "stream", "sound", "mono", "stereo", "surround", "channel", "chan", "ch", "tr", "trk", "mic",
    "mics", "microphone", "input", "in", "line", "lav", "boom", "mix", "mixdown", "desktop", "default", "main",
    "left", "right", "l", "r", "commentary", "description", "handler", "soundhandler", "media", "core",
}  # fmt: skip
_ASIDE = re.compile(r"comment|descri|karaoke|dub", re.IGNORECASE)
_ASIDE_DISPOSITIONS = ("comment", "dub", "hearing_impaired", "visual_impaired", "karaoke", "descriptions")


@dataclass(frozen=True)
class StreamLabel:
    """A stream of sound.  title: a name, or ""; language: "" if not told.  aside: commentary, description, dubbing."""

    title: str
    name: str
    language: str
    aside: bool


def stream_labels(path: Path) -> list[StreamLabel]:
    """What a file says of its streams of sound, in order. Raises AudioError for a file that cannot be opened."""
    with open_media(path, AudioError) as container:
        return [_label(stream) for stream in container.streams.audio]


def _label(stream: Any) -> StreamLabel:
    told = {key.casefold(): str(value) for key, value in stream.metadata.items()}
    title = clean_name(told.get("title", "") or told.get("name", ""))
    language = told.get("language", "").casefold()
    dispositions = getattr(stream, "disposition", None)
    aside = _ASIDE.search(title) is not None or any(
        bool(getattr(type(dispositions), name, 0) & dispositions) if dispositions is not None else False
        for name in _ASIDE_DISPOSITIONS
    )
    return StreamLabel(title, person(title), "" if language in ("und", "mis", "zxx") else language, aside)


def clean_name(text: str) -> str:
    """Printable characters of one line, shortened."""
    return " ".join(printable(" ".join(text.split())).split())[:_LONGEST_NAME].strip()


def person(title: str) -> str:
    """The title if it can be the name of a person; "" for `Track 1` or `Stereo`."""
    words = re.findall(r"[^\W\d_]+", title.casefold())
    return title if any(word not in _NO_NAMES for word in words) else ""


def track_names(path: Path) -> dict[int, str]:
    """Channel (from 0) -> name, of a WAV file of a field recorder that has iXML or bext notes. Empty for others."""
    names: dict[int, str] = {}
    try:
        for kind, content in _notes(path):
            found = _ixml(content) if kind == b"iXML" else _bext(content)
            names |= {channel: name for channel, text in found if (name := person(clean_name(text)))}
    except OSError:
        return {}
    return names


def _notes(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """The iXML and bext chunks of a WAV file."""
    with open_file(path) as file:
        head = file.read(12) or b""
        if head[:4] not in (b"RIFF", b"RF64", b"BW64") or head[8:12] != b"WAVE":
            return
        for _ in range(_MOST_CHUNKS):
            header = file.read(8) or b""
            if len(header) < 8:
                return
            size = int.from_bytes(header[4:], "little")
            if header[:4] in (b"iXML", b"bext") and size <= _LONGEST_CHUNK:
                yield header[:4], file.read(size) or b""
                file.seek(size % 2, 1)
            elif size == 0xFFFFFFFF:
                return
            else:
                file.seek(size + size % 2, 1)


def _ixml(content: bytes) -> Iterator[tuple[int, str]]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content.rstrip(b"\0 \r\n"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return
    for track in root.iter("TRACK"):
        index = track.findtext("INTERLEAVE_INDEX") or track.findtext("CHANNEL_INDEX") or ""
        if index.strip().isdecimal() and len(index) < 6:
            yield int(index) - 1, track.findtext("NAME") or ""


def _bext(content: bytes) -> Iterator[tuple[int, str]]:
    """Names such as sTRK1=Ines in the description of broadcast notes."""
    text = content[:256].decode("latin-1") + "\n" + content[602:].decode("latin-1")
    for match in re.finditer(r"\w?TRK(\d{1,3})=([^\r\n\0]*)", text):
        yield int(match[1]) - 1, match[2]
