"""A recording, taken in: its own samples in `mix.wav`, and a mono copy at 16 kHz for analysis.

Files may be hours long: nothing here holds more than a block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS, TRACK_RATE, clock_text
from talkshow.errors import AudioError
from talkshow.recording.apart import signs_of, sounds_apart
from talkshow.recording.decode import DecodedSound, Native, as_float, open_sound
from talkshow.recording.labels import StreamLabel, stream_labels, track_names
from talkshow.recording.source import Source, SpeakerFile
from talkshow.recording.streams import chosen_streams, stream_name
from talkshow.recording.writers import ListenedWriter, SoundWriter, frames_to_samples
from talkshow.sound.waveform import Samples, TrackReader, sound_blocks
from talkshow.store.digests import digest, identity
from talkshow.store.workspace import Workspace

REVISION = 3  # raise when the same files would be read differently
STAGE = "recording"
Progress = Callable[[int, int], None]
_BLOCK = TRACK_RATE  # samples that are written at once
_MARGIN_S = 0.5  # lengths of the speakers' files that differ by more are reported


@dataclass(frozen=True)
class Part:
    """The sound of one microphone: a channel of the recording, or a file of its own.

    sound:    a file in full quality, and `channel`, which of its channels it is
    listened: the same, mono at 16 kHz
    name:     whose it is, where that is known
    """

    sound: Path
    channel: int
    listened: Path
    name: str = ""


@dataclass(frozen=True)
class Recording:
    """What was read.  Sounds are files of the workspace.

    sound:     the recording's own samples, rate and channels, padded to whole frames of video
    listened:  the same, mono at 16 kHz
    parts:     its channels, its streams, or the speakers' files; empty for a recording in mono
    own:       whether each part is one speaker's for certain
    signs:     1 or -1 for each channel of `sound`, with which they are added; empty: all 1
    """

    sound: Path
    listened: Path
    parts: tuple[Part, ...]
    num_frames: int  # of video
    warnings: tuple[str, ...]
    own: bool = False
    signs: tuple[int, ...] = ()

    @property
    def duration_s(self) -> float:
        """Whole frames."""
        return self.num_frames / FPS

    @property
    def files(self) -> tuple[Path, ...]:
        """All sounds, each once."""
        sounds = (self.sound, self.listened, *(path for part in self.parts for path in (part.sound, part.listened)))
        return tuple(dict.fromkeys(sounds))


def read_recording(source: Source, workspace: Workspace, progress: Progress) -> Recording:
    """Read the files of a source, or find what an earlier run has read. Reports (seconds done, in all).

    Raises AudioError when nothing can be read.
    """
    key = digest(identity("read", REVISION), [workspace.digests.of(path) for path in source.files], source.key())
    recording = workspace.kept_json(STAGE, key, lambda note: _found(note, source, workspace))
    if recording is None:
        folder = workspace.work / STAGE
        folder.mkdir(parents=True, exist_ok=True)
        recording = _read(source, folder / key[:16], progress)
        workspace.keep_json(STAGE, key, _note(recording, workspace))
    workspace.use(STAGE, *recording.files)
    names = [speaker.name for speaker in source.speakers] or [part.name for part in recording.parts]
    return replace(
        recording,
        warnings=tuple(_with_names(warning, source) for warning in recording.warnings),
        parts=tuple(replace(part, name=name) for part, name in zip(recording.parts, names, strict=True)),
    )


def _note(recording: Recording, workspace: Workspace) -> dict[str, Any]:
    """What is kept of a recording beside its sounds. Names are those of the next source that has the same content."""
    return {
        "sound": recording.sound.name,
        "listened": recording.listened.name,
        "num_frames": recording.num_frames,
        "parts": [[part.sound.name, part.channel, part.listened.name, part.name] for part in recording.parts],
        "warnings": recording.warnings,
        "own": recording.own,
        "signs": list(recording.signs),
        "contents": {path.name: workspace.digests.of(path) for path in recording.files},
    }


def _found(note: Any, source: Source, workspace: Workspace) -> Recording:
    """The recording of a note, if its sounds are still what they were.

    Raises ValueError and others for a note of another shape, OSError for a sound that is not there.
    """
    folder = workspace.work / STAGE
    parts = tuple(
        Part(folder / sound, int(channel), folder / listened, str(name))
        for sound, channel, listened, name in note["parts"]
    )
    found = Recording(
        folder / note["sound"],
        folder / note["listened"],
        parts,
        int(note["num_frames"]),
        tuple(str(warning) for warning in note["warnings"]),
        bool(note["own"]),
        tuple(int(sign) for sign in note["signs"]),
    )
    if found.num_frames < 1 or (source.speakers and len(parts) != len(source.speakers)):
        raise ValueError("not what was read of these files")
    if any(workspace.digests.of(path) != note["contents"][path.name] for path in found.files):
        raise ValueError("a sound is not what it was")
    return found


def _with_names(warning: str, source: Source) -> str:
    """A warning with the names of files for {f0}, {f1}, ... and of speakers for {s0}, {s1}, ...: they may change."""
    names = {f"f{index}": path.name for index, path in enumerate(source.files)}
    names |= {f"s{index}": speaker.name for index, speaker in enumerate(source.speakers)}
    return re.sub(r"\{([fs]\d+)\}", lambda match: names.get(match[1], ""), warning)


def _read(source: Source, stem: Path, progress: Progress) -> Recording:
    """One file, its streams, or one file per speaker."""
    if source.file is None:
        return _read_takes(source.speakers, source, stem, progress)
    labels = stream_labels(source.file)
    chosen, told = chosen_streams(source.file, labels, source.stream)
    if len(chosen) > 1:
        return _read_streams(source, labels, chosen, told, stem, progress)
    return _with_warnings(_read_file(source, chosen[0], stem, progress), told)


def _with_warnings(recording: Recording, told: Sequence[str]) -> Recording:
    return replace(recording, warnings=(*recording.warnings, *told))


def _read_streams(
    source: Source,
    labels: Sequence[StreamLabel],
    chosen: Sequence[int],
    told: list[str],
    stem: Path,
    progress: Progress,
) -> Recording:
    """A file with several streams of sound, one per speaker; copies of others and their sums are left out."""
    assert source.file
    names: dict[int, str] = {}
    for index in chosen:
        name = labels[index].name
        names[index] = f"{name} {index + 1}" if name and name in names.values() else name
    takes = [SpeakerFile(names[index], source.file, 0.0, index) for index in chosen]
    read = _read_takes(takes, source, stem, progress)
    apart = sounds_apart([part.listened for part in read.parts], [stream_name(labels, index) for index in chosen])
    told += [
        f"{{f0}}: {stream_name(labels, chosen[index])} is {reason}, and no speaker"
        for index, reason in apart.reasons.items()
    ]
    own = [chosen[index] for index in apart.own]
    if 0 < len(own) < len(chosen):
        if len(own) == 1:
            return _with_warnings(_read_file(source, own[0], stem, progress), told)
        read = _read_takes([take for take in takes if take.stream in own], source, stem, progress)
    parts = () if source.channels == "mix" else read.parts
    return _with_warnings(replace(read, parts=parts, own=bool(parts)), told)


def _read_file(source: Source, stream: int, stem: Path, progress: Progress) -> Recording:
    """One stream with everybody in it; with a part for each channel that is a microphone of its own."""
    assert source.file
    with ExitStack() as opened:
        decoded = opened.enter_context(open_sound(source.file, stream))
        rate, channels = decoded.sample_rate, decoded.num_channels
        sound, listened = stem.with_suffix(".wav"), stem.with_suffix(".mono.wav")
        split = channels > 1 and source.channels != "mix"
        parts = tuple(
            Part(sound, index, stem.with_suffix(f".channel{index + 1}.wav"))
            for index in range(channels if split else 0)
        )
        whole = opened.enter_context(SoundWriter(sound, rate, channels, decoded.wav_format, decoded.expected_s))
        mono = opened.enter_context(ListenedWriter(listened, rate, decoded.expected_s))
        singles = [opened.enter_context(ListenedWriter(part.listened, rate, decoded.expected_s)) for part in parts]
        num, products = 0, np.zeros((channels, channels))
        for block in _part_of(decoded, source.part, progress):
            samples = as_float(block)
            products += samples.T.astype(np.float64) @ samples
            whole.write(block)
            mono.write(samples.mean(axis=1))
            for index, single in enumerate(singles):
                single.write(samples[:, index])
            num += len(block)
        if not num:
            raise AudioError(
                f"{source.file}: the part begins at {clock_text(source.part[0] or 0)}, but the recording "
                f"is only {clock_text(decoded.num_samples / rate)} long."
            )
        num_frames = -(-num * FPS // rate)
        whole.pad(frames_to_samples(num_frames, rate) - num)
        for listener in (mono, *singles):
            listener.finish(num_frames)
    recording = Recording(sound, listened, parts, num_frames, _damage(decoded, source.part[1], "{f0}"))
    return _without_mixes(_turned_over(recording, rate, products), source.file)


def _turned_over(recording: Recording, rate: int, products: NDArray[np.float64]) -> Recording:
    """The recording with inverted channels turned over where they are added to one.  products: of all channels."""
    signs = signs_of(products)
    if (signs > 0).all():
        return recording
    with ListenedWriter(recording.listened, rate, recording.duration_s) as mono:
        for block in sound_blocks(recording.sound, rate):
            mono.write(block @ signs / np.float32(len(signs)))
        mono.finish(recording.num_frames)
    inverted = ", ".join(str(index + 1) for index in np.flatnonzero(signs < 0))
    told = (
        f"{{f0}}: its channels cancel each other out: channel {inverted} is inverted. It is turned over for "
        "listening and for the tracks; in the video's sound it stays as it is"
    )
    return replace(_with_warnings(recording, [told]), signs=tuple(int(sign) for sign in signs))


def _without_mixes(recording: Recording, file: Path) -> Recording:
    """The recording with the channels that are microphones of their own, and their names, as parts."""
    if not recording.parts:
        return recording
    channels = [f"channel {part.channel + 1}" for part in recording.parts]
    apart = sounds_apart([part.listened for part in recording.parts], channels)
    names = track_names(file)
    parts = [recording.parts[index] for index in apart.own]
    parts = [replace(part, name=names.get(part.channel, "")) for part in parts] if len(parts) > 1 else []
    told = [
        f"{{f0}}: {channels[index]} is {reason}, and no speaker"
        for index, reason in apart.reasons.items()
        if len(channels) > 2 and reason != "silent"
    ]
    return _with_warnings(replace(recording, parts=tuple(parts)), told)


def _part_of(decoded: DecodedSound, part: tuple[float | None, float | None], progress: Progress) -> Iterator[Native]:
    """The blocks between two times, cut at the nearest sample."""
    rate = decoded.sample_rate
    first = round((part[0] or 0.0) * rate)
    last = round(part[1] * rate) if part[1] is not None else None
    total_s = round(min(part[1] or float("inf"), decoded.expected_s or part[1] or 0.0))
    at = 0
    for block in decoded.blocks():
        begin, at = at, at + len(block)
        progress(min(round(at / rate), total_s), total_s)
        if at > first:
            yield block[max(0, first - begin) : None if last is None else max(0, last - begin)]
        if last is not None and at >= last:
            return


def _damage(decoded: DecodedSound, until_s: float | None, name: str) -> tuple[str, ...]:
    """What could not be read, in words. Raises AudioError when that is most of it."""
    if decoded.num_strange > decoded.num_samples / 2:
        raise AudioError(
            f"{decoded.path}: most samples of this file are not finite or absurdly large. Export the "
            "sound again, as WAV with 16 or 24 bits."
        )
    told = []
    if decoded.broken_s:
        told.append(f"{name}: {decoded.broken_s:.1f} s are damaged and silent")
    if decoded.num_holes:
        places = "a place" if decoded.num_holes == 1 else f"{decoded.num_holes} places"
        told.append(f"{name}: its clock skips {decoded.hole_s:.1f} s in {places}, which are silent")
    if decoded.changes:
        told.append(
            f"{name}: the sound changes on the way ({decoded.changes[0]}) and is converted to what it was before"
        )
    if decoded.num_strange:
        count = f"{decoded.num_strange} samples are" if decoded.num_strange > 1 else "1 sample is"
        told.append(f"{name}: {count} not finite or absurdly large, and silent")
    if decoded.truncated_s and (until_s is None or decoded.num_samples < until_s * decoded.sample_rate):
        told.append(
            f"{name}: the file should last {clock_text(decoded.expected_s or 0)}, but only "
            f"{clock_text(decoded.num_samples / decoded.sample_rate)} of it can be read"
        )
    return tuple(told)


def _read_takes(takes: Sequence[SpeakerFile], source: Source, stem: Path, progress: Progress) -> Recording:
    """A file or stream per speaker: each at 48 kHz mono from its start on; the recording is their sum."""
    lengths: list[float] = []
    warnings: list[str] = []
    parts: list[Part] = []
    for index, speaker in enumerate(takes):
        track = stem.with_suffix(f".track{index + 1}.wav")
        with ExitStack() as opened:
            decoded = opened.enter_context(open_sound(speaker.path, speaker.stream))
            expected_s = speaker.start_s + decoded.expected_s if decoded.expected_s else None
            writer = opened.enter_context(ListenedWriter(track, decoded.sample_rate, expected_s, TRACK_RATE))
            _lay(speaker, decoded, source.part, writer, progress)
            warnings += _damage(decoded, source.part[1], f"{{f{index}}}" if source.speakers else "{f0}")
            lengths.append(speaker.start_s + decoded.num_samples / decoded.sample_rate)
        parts.append(Part(track, 0, track.with_suffix(".mono.wav"), "" if source.speakers else speaker.name))
    if source.speakers and max(lengths) - min(lengths) > _MARGIN_S:
        ends = ", ".join(f"{{s{index}}} {clock_text(length)}" for index, length in enumerate(lengths))
        warnings.append(
            f"the speakers' files end at different times ({ends}): the shorter ones are silent from there "
            "on. If they were recorded together, one of them drifts or begins later: NAME=FILE@SECONDS"
        )
    begin_s, end_s = source.part[0] or 0.0, min(source.part[1] or float("inf"), max(lengths))
    if end_s <= begin_s:
        raise AudioError(
            f"the part begins at {clock_text(begin_s)}, but the recording is only {clock_text(max(lengths))} long."
        )
    num_frames = -(-round((end_s - begin_s) * TRACK_RATE) * FPS // TRACK_RATE)
    sound, listened = stem.with_suffix(".wav"), stem.with_suffix(".mono.wav")
    with ExitStack() as opened:
        readers = [opened.enter_context(TrackReader(part.sound)) for part in parts]
        gain = _gain_that_fits(readers, num_frames)
        if gain < 1:
            warnings.append(
                f"the sum of the speakers' files is too loud: it is lowered by {-20 * np.log10(gain):.1f} dB"
            )
        length_s = end_s - begin_s
        whole = opened.enter_context(SoundWriter(sound, TRACK_RATE, 1, "FLOAT", length_s))
        mono = opened.enter_context(ListenedWriter(listened, TRACK_RATE, length_s))
        singles = [opened.enter_context(ListenedWriter(part.listened, TRACK_RATE, length_s)) for part in parts]
        for blocks in _side_by_side(readers, num_frames):
            total = np.sum(blocks, axis=0) * np.float32(gain)
            whole.write(total[:, None])
            mono.write(total)
            for single, block in zip(singles, blocks, strict=True):
                single.write(block)
        for listener in (mono, *singles):
            listener.finish(num_frames)
    return Recording(sound, listened, tuple(parts), num_frames, tuple(warnings), own=True)


def _lay(
    speaker: SpeakerFile,
    decoded: DecodedSound,
    part: tuple[float | None, float | None],
    writer: ListenedWriter,
    progress: Progress,
) -> None:
    """A speaker's file, mono, from the beginning of the part on: later by its start, or without what comes before."""
    rate = decoded.sample_rate
    shift_s = speaker.start_s - (part[0] or 0.0)
    writer.write(np.zeros(max(0, round(shift_s * rate)), np.float32))
    inner = (max(0.0, -shift_s), None if part[1] is None else max(0.0, part[1] - speaker.start_s))
    for block in _part_of(decoded, inner, progress):
        writer.write(as_float(block).mean(axis=1))


def _side_by_side(readers: list[TrackReader], num_frames: int) -> Iterator[list[Samples]]:
    """Blocks of all tracks at the same time, silence after their ends."""
    total = frames_to_samples(num_frames, TRACK_RATE)
    for first in range(0, total, _BLOCK):
        yield [reader.read(first, min(_BLOCK, total - first)) for reader in readers]


def _gain_that_fits(readers: list[TrackReader], num_frames: int) -> float:
    """The factor with which the sum does not clip; 1 where it does not anyway."""
    peak = max(
        (float(np.abs(np.sum(blocks, axis=0)).max()) for blocks in _side_by_side(readers, num_frames)), default=0.0
    )
    return 1.0 if peak <= 1.0 else 0.99 / peak
