"""Says the sentences by which voices are compared."""

from __future__ import annotations

from functools import cache

from talkshow.cloning.blending import Styles
from talkshow.sound.waveform import Samples
from talkshow.speech.engines.kokoro import Kokoro
from talkshow.speech.reading import read

# Two sentences with most sounds of English. The same ones for every voice and sample: what is said must not decide.
SENTENCES = (
    "The old captain poured us three small cups of tea and told a long story about the fog.",
    "Why would anyone choose to measure the whole garden in shoes, just to be sure of it?",
)


def say(styles: Styles, number: int) -> Samples:
    """A sentence at 24 kHz, with style vectors (510, 256). May be called from several threads."""
    return engine().say(read(SENTENCES[number], {}, "en-US").tokens, styles)


@cache
def engine() -> Kokoro:
    """The engine that says them, with its weights loaded once."""
    return Kokoro()
