"""Speaks the lines of `lines.json` anew: python tests/data/speech/make.py"""

from __future__ import annotations

import json
from pathlib import Path

import soundfile

from talkshow.cast.catalogue import find_voice, load_voices
from talkshow.cast.types import Character
from talkshow.engines.resources import data_folder
from talkshow.script.model import Line, Say
from talkshow.speech.base import SpeechRequest
from talkshow.speech.engines.kokoro import Kokoro
from talkshow.speech.speak import speak_line

HERE = Path(__file__).parent


def main() -> None:
    """Write a sound file each, and when which word and speech sound is heard in it."""
    engine, voices = Kokoro(), load_voices([data_folder("voices")])
    rows = json.loads((HERE / "lines.json").read_text(encoding="utf-8"))
    for row in rows:
        voice = find_voice(row["voice"], voices)
        if row["untrimmed"]:
            said = engine.speak(SpeechRequest(row["text"], voice))
        else:
            said = speak_line(Line("A", (Say(row["text"]),)), Character("A", voice), engine, {}, 0)
        soundfile.write(HERE / row["file"], said.waveform.samples, said.waveform.sample_rate, subtype="VORBIS")
        row["words"] = [(word.text, round(word.span.start_s, 4), round(word.span.end_s, 4)) for word in said.words]
        row["phonemes"] = [
            (each.symbol, round(each.span.start_s, 4), round(each.span.end_s, 4)) for each in said.phonemes
        ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (HERE / "lines.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
