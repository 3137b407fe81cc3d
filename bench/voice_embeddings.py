"""Work out what the bundled voices sound like, for `talkshow voices add` and `voices compare`.

    python bench/voice_embeddings.py            compare with what is stored: JSON, and exit code 1 if it is out of date
    python bench/voice_embeddings.py --write    store it in talkshow/assets/speech/voices.embeddings.npz

Needed again when a bundled voice, the Kokoro weights, the speaker network or the sentences change. Takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np

from talkshow.cast.choosing import load_all_voices
from talkshow.cloning.bundled import FILE, known_embeddings, spoken_embedding
from talkshow.cloning.likeness import likeness
from talkshow.diarize.networks import EMBEDDING

LEAST = 0.99  # of the stored and a new embedding of the same voice


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="store them")
    options = parser.parse_args()
    voices = {name: voice for name, voice in load_all_voices().items() if voice.engine == "kokoro"}
    found = {name: spoken_embedding(voice) for name, voice in voices.items()}
    if options.write:
        np.savez_compressed(
            FILE,
            network=EMBEDDING.sha256,
            names=list(found),
            sha256=[voices[name].sha256 for name in found],
            embeddings=np.stack(list(found.values())).astype(np.float16),
        )
    stored = known_embeddings(voices)
    lowest = min((likeness(stored[name], found[name]) for name in stored), default=0.0)
    print(json.dumps({"voices": len(found), "stored": len(stored), "lowest_likeness": round(lowest, 4)}, indent=1))
    return 0 if stored.keys() == found.keys() and lowest >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
