"""Is every language understood, and is it spoken as fast as English? Printed as JSON.

    pip install -e '.[bench,languages]'
    python bench/languages.py [--voices 2] [--languages es zh]

Sentences of bench/languages.toml are spoken by the first voices of each language and heard by Whisper base.
`cer_percent` counts the characters that are heard differently, after both texts are written in plain Latin letters
(anyascii): Whisper writes Hindi in Urdu letters, and Chinese in traditional ones. Japanese is compared by its reading
in kana (Open JTalk), Hindi by its consonants. `rtf` is seconds of work for a second of sound, in processor time.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import tomllib
from pathlib import Path

import jiwer
import numpy as np
from faster_whisper import WhisperModel

from talkshow.cast.choosing import load_all_voices
from talkshow.cast.types import Character, Voice
from talkshow.cloning.wording import consonants, letters
from talkshow.engines.registry import load
from talkshow.languages.registry import primary
from talkshow.script.model import Line, Say
from talkshow.sound.waveform import Waveform
from talkshow.speech.speak import speak_line
from talkshow.transcribe.whisper import MODEL, _bundled_files

SENTENCES = Path(__file__).with_name("languages.toml")
RATE = 16_000
PROMPTS = {"zh": "以下是普通话的句子。"}  # Whisper writes simplified letters after simplified ones


def spelled(text: str, language: str) -> str:
    """A text as it is compared."""
    if language == "ja":
        import pyopenjtalk

        return re.sub(r"[^ァ-ヴー]", "", pyopenjtalk.g2p(text, kana=True))
    if language == "hi":
        return consonants(text)
    return letters(text)


def measured(tag: str, voice: Voice, texts: list[str], hearing: WhisperModel) -> dict[str, float]:
    language, engine = primary(tag), load("voice_engines", "kokoro")
    character = Character("A", voice)
    speak_line(Line("A", (Say(texts[0]),)), character, engine, {}, 0)  # loads
    errors, num, seconds, work = 0.0, 0, 0.0, 0.0
    for text in texts:
        begin = time.process_time()
        said = speak_line(Line("A", (Say(text),)), character, engine, {}, 0).waveform
        work += time.process_time() - begin
        seconds += said.duration_s
        sound = Waveform(said.samples, said.sample_rate).resampled(RATE).samples
        segments, _ = hearing.transcribe(
            np.pad(sound, RATE // 2), language=language, beam_size=5, initial_prompt=PROMPTS.get(language)
        )
        heard = "".join(segment.text for segment in segments)
        expected, found = spelled(text, language), spelled(heard, language)
        errors += jiwer.cer(expected, found or " ") * len(expected)
        num += len(expected)
    return {"cer_percent": round(100 * errors / num, 1), "rtf": round(work / seconds, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=int, default=2, help="of each language")
    parser.add_argument("--languages", nargs="*", help="tags; all by default")
    options = parser.parse_args()
    hearing = WhisperModel(MODEL.name, files=_bundled_files(), device="cpu", compute_type="int8")
    results = {}
    for tag, texts in tomllib.loads(SENTENCES.read_text(encoding="utf-8")).items():
        if options.languages and tag not in options.languages:
            continue
        spoken = load_all_voices().values()
        voices = [voice for voice in spoken if primary(voice.language) == primary(tag) and not voice.last]
        results[tag] = {voice.name: measured(tag, voice, texts, hearing) for voice in voices[: options.voices]}
        print(json.dumps({tag: results[tag]}), flush=True)
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
