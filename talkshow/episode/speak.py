"""Speaks every line of a script. Each line is cached by what decides its sound."""

from __future__ import annotations

import concurrent.futures
import logging
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from talkshow.cast.languages import as_speaking
from talkshow.cast.types import Character, Voice
from talkshow.errors import AudioError
from talkshow.machine.workers import SPEAKING_MB, worker_count
from talkshow.provenance.watermark import REVISION as MARK_REVISION
from talkshow.provenance.watermark import mark
from talkshow.script.languages import spoken_lines
from talkshow.script.model import Line
from talkshow.settings import EpisodeSettings
from talkshow.sound.waveform import Waveform
from talkshow.speech.base import Synthesizer, Utterance
from talkshow.speech.speak import line_key, load_utterance, save_utterance, speak_line
from talkshow.store.digests import digest, identity
from talkshow.timeline.types import Cue
from talkshow.words import Phoneme, Word

if TYPE_CHECKING:
    from talkshow.episode.run import Run
    from talkshow.episode.types import Preparation

STAGE = "speech"  # under which lines are kept

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptUtterance:
    """An utterance whose sound stays on disk, so that an episode of hours fits in memory: a `Sound` of the timeline."""

    duration_s: float
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    warnings: tuple[str, ...]
    path: Path
    fresh: bool  # whether it was spoken in this run

    def sound(self) -> Waveform:
        """Read the sound back."""
        return load_utterance(self.path).waveform


def kept_sound(cue: Cue) -> KeptUtterance:
    """What a cue of a spoken script was placed with."""
    if not isinstance(cue.source, KeptUtterance):
        raise TypeError(f"line {cue.index + 1} ({cue.speaker}) was placed without a cached sound")
    return cue.source


def speak_lines(preparation: Preparation, run: Run) -> list[KeptUtterance]:
    """Speak every line that is not cached, in order, and report ("speak", lines done, lines in all).

    Lines are spoken side by side where their engine allows it: that uses the cores better than one line on all of
    them.
    """
    script, cast, seed, studio = preparation.script, preparation.cast, preparation.settings.seed, preparation.studio
    lines, workspace, hook = list(script.lines), run.workspace, run.hook
    tags = {id(line): spoken.tags for line, spoken in spoken_lines(script)}
    engines: dict[str, Synthesizer] = {
        name: studio.engine("voice_engines", name)
        for name in dict.fromkeys(cast[line.speaker].speaking_voice.engine for line in lines)
    }
    for engine in engines.values():
        if hasattr(engine, "licence_accepted"):
            engine.licence_accepted = preparation.settings.coqui_licence is not None
    # Two equal lines have one place to be kept at: the second waits for the first.
    same: dict[Path, threading.Lock] = {}

    def speak(line: Line) -> KeptUtterance:
        character = _speaking(cast[line.speaker], tags.get(id(line), ()))
        engine = engines[character.speaking_voice.engine]
        directed = bool(getattr(engine, "hears_directions", False))
        key = line_key(line, character, engine.identity, script.pronunciations, seed, hears_directions=directed)
        marked = is_marked(character.speaking_voice, preparation.settings)
        path = workspace.kept(STAGE, digest(key, identity("mark", MARK_REVISION)) if marked else key, ".npz")
        with same.setdefault(path, threading.Lock()):
            utterance = _kept(path)
            fresh = utterance is None
            if utterance is None:
                with studio.turn(engine):
                    utterance = speak_line(line, character, engine, script.pronunciations, seed)
                if marked:
                    utterance = replace(utterance, waveform=mark(utterance.waveform))
                save_utterance(path, utterance)
        warnings = tuple(f"{line.speaker}: {warning}" for warning in utterance.warnings)
        return KeptUtterance(utterance.waveform.duration_s, utterance.words, utterance.phonemes, warnings, path, fresh)

    (workspace.work / STAGE).mkdir(parents=True, exist_ok=True)
    hook("speak", 0, len(lines))
    with concurrent.futures.ThreadPoolExecutor(max_workers=worker_count(SPEAKING_MB)) as pool:
        jobs = [pool.submit(speak, line) for line in lines]
        try:
            for done, job in enumerate(concurrent.futures.as_completed(jobs), start=1):
                job.result()
                hook("speak", done, len(lines))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    spoken = [job.result() for job in jobs]
    _LOG.info("speak: %d lines, %d of them cached", len(spoken), sum(not line.fresh for line in spoken))
    return spoken


def _speaking(character: Character, tags: tuple[str, ...]) -> Character:
    """A character who says a line in one of some languages."""
    return replace(character, voice=as_speaking(character.speaking_voice, *tags)) if tags else character


def is_marked(voice: Voice, settings: EpisodeSettings) -> bool:
    """Whether the speech of a voice gets the watermark: always where the voice was made from a person's speech."""
    return voice.needs_consent or settings.watermark


def _kept(path: Path) -> Utterance | None:
    """What an earlier run kept; None if there is nothing, or nothing that can be read."""
    try:
        return load_utterance(path)
    except AudioError:
        return None
