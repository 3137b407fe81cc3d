"""A recording, spoken again by voices like its own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from talkshow.cast.catalogue import load_all_voices
from talkshow.clock import ANALYSIS_RATE
from talkshow.cloning.making import VoiceRequest, make_voice
from talkshow.cloning.sample import MOST_S
from talkshow.diarize.embedding import heard_alone
from talkshow.episode.make import make_episode
from talkshow.episode.types import Episode, Preparation
from talkshow.errors import CastError
from talkshow.languages.registry import name_of, primary, spoken_by
from talkshow.progress import Hook, quiet
from talkshow.recording.types import ConversionAnalysis
from talkshow.sound.waveform import Samples, TrackReader, Waveform, save_wave
from talkshow.store.naming import safe_name


@dataclass(frozen=True)
class Consents:
    """By speaker, the recording in which they agree; or one statement for all of them."""

    spoken: Mapping[str, Path]
    statement: Path | None = None


def revoice(
    analysis: ConversionAnalysis, preparation: Preparation, consents: Consents, out: Path, name: str, hook: Hook = quiet
) -> Episode:
    """Make a voice like each speaker's in `out`/NAME.voices/, and speak the recording's words in `out`/NAME.revoiced/.

    A voice that is there already is used again. Raises CastError where a speaker's consent is missing, or where no
    bundled voice speaks the language; AudioError for a speaker who is heard for too short a time.
    """
    script, folder = preparation.script, out / f"{name}.voices"
    tag = _tag(script.language)
    _require_consents(script.speakers, consents, folder)
    chosen = {}
    for speaker in script.speakers:
        chosen[speaker] = voice = safe_name(speaker)
        if (folder / voice / "voice.toml").is_file():
            continue
        with tempfile.TemporaryDirectory() as temporary:
            sample = Path(temporary) / "sample.wav"
            save_wave(sample, Waveform(_heard(analysis, speaker), ANALYSIS_RATE))
            spoken = consents.spoken.get(speaker)
            statement = None if spoken else consents.statement
            make_voice(VoiceRequest(voice, speaker, sample, spoken, statement, language=tag), folder, hook)
    seats = {each.name: str(each.seat) for each in preparation.cast.characters if each.seat is not None}
    settings = replace(preparation.settings, voices=chosen, seats={**seats, **preparation.settings.seats})
    return make_episode(script, settings, out=out, name=f"{name}.revoiced", voices=[folder], hook=hook)


def _require_consents(speakers: tuple[str, ...], consents: Consents, folder: Path) -> None:
    """Find out before the work begins."""
    if strange := [name for name in consents.spoken if name not in speakers]:
        raise CastError(
            f"--consent {strange[0]}: no speaker of that name is heard. The speakers are {', '.join(speakers)}."
        )
    missing = [
        name
        for name in speakers
        if name not in consents.spoken and not (folder / safe_name(name) / "voice.toml").is_file()
    ]
    if missing and consents.statement is None:
        raise CastError(
            f"a voice like {missing[0]}'s needs their consent: --consent {missing[0]}=FILE, or --consent-statement "
            "FILE for rights that are held otherwise (talkshow voices add --help)."
        )


def _tag(language: str) -> str:
    """The tag of the bundled voices of a language."""
    for voice in load_all_voices().values():
        if voice.engine == "kokoro" and primary(voice.language) == primary(language):
            return voice.language
    known = ", ".join(name_of(tag) for tag in spoken_by("kokoro"))
    raise CastError(f"no bundled voice speaks {name_of(language)}, so it cannot be spoken again. They speak {known}.")


def _heard(analysis: ConversionAnalysis, speaker: str) -> Samples:
    """What is heard of a speaker while no one else speaks, the longest stretches first, 16 kHz."""
    alone = [(begin, end) for name, begin, end in heard_alone(analysis.speakers.diarization.turns) if name == speaker]
    alone.sort(key=lambda span: span[0] - span[1])
    pieces, heard_s = [], 0.0
    with TrackReader(analysis.recording.listened) as track:
        for begin, end in alone:
            if heard_s >= MOST_S:
                break
            pieces.append(track.read(round(begin * ANALYSIS_RATE), round((end - begin) * ANALYSIS_RATE)))
            heard_s += end - begin
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
