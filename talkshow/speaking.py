"""The speaking stage: every line of a script to sound, each kept by what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from talkshow import registry
from talkshow.audio import Waveform
from talkshow.cast import Cast
from talkshow.errors import AudioError
from talkshow.progress import Hook
from talkshow.script.model import Line, Script
from talkshow.speech.base import Phoneme, Synthesizer, Utterance, Word
from talkshow.workspace import Workspace


@dataclass(frozen=True)
class SpokenLine:
    """An utterance whose sound stays on disk, so that an episode of hours fits in memory."""

    duration_s: float
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    warnings: tuple[str, ...]
    path: Path
    fresh: bool                       # whether it was spoken in this run

    def sound(self) -> Waveform:
        """Read the sound back."""
        from talkshow.speech.speak import load_utterance

        return load_utterance(self.path).waveform


def speak_lines(lines: Sequence[Line], script: Script, cast: Cast, seed: int, workspace: Workspace,
                hook: Hook) -> list[SpokenLine]:
    """Speak what is not kept yet, in order, and report ("speak", lines done, lines in all)."""
    engines: dict[str, Synthesizer] = {}
    spoken = []
    hook("speak", 0, len(lines))
    for done, line in enumerate(lines, start=1):
        spoken.append(_speak(line, script, cast, seed, workspace, engines))
        hook("speak", done, len(lines))
    return spoken


def _speak(line: Line, script: Script, cast: Cast, seed: int, workspace: Workspace,
           engines: dict[str, Synthesizer]) -> SpokenLine:
    """One line: from the folder where it is kept, else from its engine."""
    from talkshow.speech.speak import line_key, save_utterance, speak_line

    character = cast[line.speaker]
    name = character.voice.engine
    if name not in engines:
        engines[name] = registry.load("voice_engines", name)
    path = workspace.kept("speech", line_key(line, character, engines[name].identity, script.pronunciations, seed),
                          ".npz")
    utterance = _kept(path)
    fresh = utterance is None
    if utterance is None:
        utterance = speak_line(line, character, engines[name], script.pronunciations, seed)
        with workspace.writing(path) as temporary:
            save_utterance(temporary, utterance)
    return SpokenLine(utterance.waveform.duration_s, utterance.words, utterance.phonemes, utterance.warnings, path,
                      fresh)


def _kept(path: Path) -> Utterance | None:
    """What an earlier run kept; None if there is nothing, or nothing that can be read."""
    from talkshow.speech.speak import load_utterance

    if not path.exists():
        return None
    try:
        return load_utterance(path)
    except AudioError:
        return None
