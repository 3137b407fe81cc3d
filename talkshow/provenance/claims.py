"""What an episode's files say about how they were made. Pure: values in, a C2PA manifest out.

Digital source types are those of IPTC (http://cv.iptc.org/newscodes/digitalsourcetype/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from talkshow.store.digests import digest
from talkshow.version import __version__

PRODUCTION = "org.talkshow.production"  # the label of our own assertion
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SYNTHETIC = f"{_IPTC}trainedAlgorithmicMedia"  # made by a trained model
DRAWN = f"{_IPTC}algorithmicMedia"  # made by an algorithm without training
PARTLY_SYNTHETIC = f"{_IPTC}compositeSynthetic"  # put together from parts, some of them synthetic
PUT_TOGETHER = f"{_IPTC}composite"  # put together from parts, of which the program cannot tell
SOUND, VIDEO = "audio/wav", "video/mp4"
_REVISION = 1  # raise when the same episode would claim something else


@dataclass(frozen=True)
class ClaimedVoice:
    """A voice that is heard.  consent: the record of the agreement, or what the voice's file says."""

    character: str
    voice: str
    engine: str
    licence: str
    consent: str
    watermarked: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a file: what it is, and its IPTC digital source type."""

    part: str  # "voices", "faces"
    digital_source_type: str


@dataclass(frozen=True)
class ClaimedInput:
    """A file that the episode was made from."""

    name: str
    role: str
    sha256: str


@dataclass(frozen=True)
class Claims:
    """What is claimed of the mix and of the video of an episode.

    sound, picture: the parts of each.  Inputs take no part in `identity`: a changed comment in a script changes its
    digest, and the finished file still tells the truth about the script that it was made from.
    """

    title: str
    sound: tuple[Part, ...]
    picture: tuple[Part, ...]
    voices: tuple[ClaimedVoice, ...]
    inputs: tuple[ClaimedInput, ...] = ()

    def identity(self, media_type: str) -> str:
        """A digest of what decides whether a finished file must be signed again."""
        about = self._title(media_type), self._parts(media_type), self.voices
        return digest(_REVISION, about[0], *([asdict(each) for each in rows] for rows in about[1:]))

    def _title(self, media_type: str) -> str:
        """The mix stays as it is when the title changes."""
        return self.title if media_type == VIDEO else ""

    def _parts(self, media_type: str) -> tuple[Part, ...]:
        return (*self.sound, *(self.picture if media_type == VIDEO else ()))

    def manifest(self, media_type: str) -> dict[str, Any]:
        """The definition of a C2PA manifest.  media_type: `SOUND`, or `VIDEO`, which also has the picture."""
        parts = self._parts(media_type)
        agent = {"name": "talkshow", "version": __version__}
        created = {"action": "c2pa.created", "softwareAgent": agent, "digitalSourceType": _source_type(parts)}
        production = {
            "tool": agent,
            "parts": [asdict(part) for part in parts],
            "voices": [asdict(voice) for voice in self.voices],
            "inputs": [asdict(each) for each in self.inputs],
        }
        return {
            "claim_generator_info": [agent],
            "title": self._title(media_type),
            "format": media_type,
            "assertions": [
                {"label": "c2pa.actions.v2", "data": {"actions": [created]}},
                {"label": PRODUCTION, "data": production},
            ],
        }


def _source_type(parts: Sequence[Part]) -> str:
    """That of the whole file."""
    types = {part.digital_source_type for part in parts}
    if len(types) == 1:
        return types.pop()
    return PARTLY_SYNTHETIC
