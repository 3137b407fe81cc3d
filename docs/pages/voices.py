"""The table of bundled voices in voices.md."""

from __future__ import annotations

from pages.markdown import between, code, prose, table
from talkshow.cast.catalogue import load_all_voices


def page(present: str) -> str:
    """The page with the table of today."""
    rows = (
        (code(voice.name), voice.language, voice.gender, prose(voice.description), voice.engine, voice.licence)
        for voice in load_all_voices().values()
    )
    return between(present, "voices", table(("voice", "language", "gender", "character", "engine", "licence"), rows))
