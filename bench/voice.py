"""What a voice's voice.toml notes of it: the digest of its data and how loud its engine speaks it. Prints TOML.

    python bench/voice.py FOLDER [--text "Two or three sentences in the voice's language."]

FOLDER holds the voice.toml (docs/contributing/voice.md). Loudness is integrated over all sentences, in LUFS.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from speech import SENTENCES

from talkshow.cast.catalogue import load_voices
from talkshow.engines.registry import load
from talkshow.languages.registry import find
from talkshow.sound.loudness import LoudnessMeter
from talkshow.speech.base import SpeechRequest
from talkshow.speech.clauses import clauses
from talkshow.store.digests import file_digest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--text", default=" ".join(SENTENCES))
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    voice = replace(load_voices([folder.parent])[folder.name], loudness=None, sha256="")
    engine, meter = load("voice_engines", voice.engine), LoudnessMeter()
    for text in clauses(arguments.text, find(voice.language)):
        meter.add(engine.speak(SpeechRequest(text, voice)).waveform.resampled(48_000).samples)
    if voice.data:
        print(f'sha256 = "{file_digest(folder / voice.data)}"')
    print(f"loudness = {meter.loudness():.1f}")


if __name__ == "__main__":
    main()
