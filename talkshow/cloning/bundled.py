"""What the bundled voices sound like, worked out beforehand: speaking with all of them takes minutes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from talkshow.cast.types import Voice
from talkshow.clock import ANALYSIS_RATE, SPEECH_RATE
from talkshow.cloning.likeness import embedding_of
from talkshow.cloning.sentences import SENTENCES, say
from talkshow.diarize.networks import EMBEDDING
from talkshow.engines.resources import asset
from talkshow.sound.waveform import Waveform
from talkshow.speech.engines.kokoro import load_style
from talkshow.timeline.turns import Embedding

FILE = asset("speech/voices.embeddings.npz")


def known_embeddings(voices: Mapping[str, Voice]) -> dict[str, Embedding]:
    """The embedding of each bundled voice whose data have not changed; those of others are left out."""
    with np.load(FILE, allow_pickle=False) as kept:
        if str(kept["network"]) != EMBEDDING.sha256:
            return {name: spoken_embedding(voice) for name, voice in voices.items()}
        rows = zip(kept["names"].tolist(), kept["sha256"].tolist(), kept["embeddings"], strict=True)
        found = {name: (digest, row.astype(np.float32)) for name, digest, row in rows}
    return {name: found[name][1] for name, voice in voices.items() if name in found and found[name][0] == voice.sha256}


def spoken_embedding(voice: Voice) -> Embedding:
    """What a Kokoro voice sounds like, by the sentences that all are compared with."""
    styles = load_style(voice)
    speech = np.concatenate([say(styles, number) for number in range(len(SENTENCES))])
    return embedding_of(Waveform(speech, SPEECH_RATE).resampled(ANALYSIS_RATE).samples)
