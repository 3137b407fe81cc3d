"""A recording, taken in: its own samples in `mix.wav`, and a mono copy at 16 kHz for analysis.

Files may be hours long: nothing here holds more than a block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE, FPS, TRACK_RATE, clock_text
from talkshow.errors import AudioError, WorkspaceError
from talkshow.recording.decode import DecodedSound, Native, as_float, open_sound
from talkshow.recording.source import Source, SpeakerFile
from talkshow.sound.waveform import Samples, TrackReader
from talkshow.store.digests import digest, identity
from talkshow.store.workspace import Workspace

REVISION = 2  # raise when the same files would be read differently
STAGE = "recording"
Progress = Callable[[int, int], None]
_BLOCK = TRACK_RATE  # samples that are written at once
_BYTES = {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}  # of a sample
_LARGE, _LONG_S = 3.9e9, 6 * 3600.0  # bytes beyond which WAV needs 64-bit sizes; seconds where a length is not known
_HEADER_BYTES = 4096  # that hold everything before the samples
_CANCELLED = 0.01  # of a channel's energy, left in the mean of all: one channel is inverted
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
    parts:     its channels, or the speakers' files; empty for a recording in mono
    """

    sound: Path
    listened: Path
    parts: tuple[Part, ...]
    num_frames: int  # of video
    warnings: tuple[str, ...]

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
        read = _read_file if source.file else _read_speakers
        recording = read(source, folder / key[:16], progress)
        workspace.keep_json(STAGE, key, _note(recording, workspace))
    workspace.use(STAGE, *recording.files)
    names = [speaker.name for speaker in source.speakers] or [""] * len(recording.parts)
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
        "parts": [[part.sound.name, part.channel, part.listened.name] for part in recording.parts],
        "warnings": recording.warnings,
        "contents": {path.name: workspace.digests.of(path) for path in recording.files},
    }


def _found(note: Any, source: Source, workspace: Workspace) -> Recording:
    """The recording of a note, if its sounds are still what they were.

    Raises ValueError and others for a note of another shape, OSError for a sound that is not there.
    """
    folder = workspace.work / STAGE
    parts = tuple(Part(folder / sound, int(channel), folder / listened) for sound, channel, listened in note["parts"])
    found = Recording(
        folder / note["sound"],
        folder / note["listened"],
        parts,
        int(note["num_frames"]),
        tuple(str(warning) for warning in note["warnings"]),
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


def _read_file(source: Source, stem: Path, progress: Progress) -> Recording:
    """One file with everybody in it; with a part for each channel where there are several."""
    assert source.file
    with ExitStack() as opened:
        decoded = opened.enter_context(open_sound(source.file))
        rate, channels = decoded.sample_rate, decoded.num_channels
        sound, listened = stem.with_suffix(".wav"), stem.with_suffix(".mono.wav")
        split = channels > 1 and source.channels != "mix"
        parts = tuple(
            Part(sound, index, stem.with_suffix(f".channel{index + 1}.wav"))
            for index in range(channels if split else 0)
        )
        whole = opened.enter_context(_Writer(sound, rate, channels, decoded.wav_format, decoded.expected_s))
        mono = opened.enter_context(_Listened(listened, rate, decoded.expected_s))
        singles = [opened.enter_context(_Listened(part.listened, rate, decoded.expected_s)) for part in parts]
        num, alone, together = 0, 0.0, 0.0  # energies of a channel by itself, and of their mean
        for block in _part_of(decoded, source.part, progress):
            samples = as_float(block)
            mean = samples.mean(axis=1)
            alone += float(np.square(samples, dtype=np.float64).mean(axis=1).sum())
            together += float(np.square(mean, dtype=np.float64).sum())
            whole.write(block)
            mono.write(mean)
            for index, single in enumerate(singles):
                single.write(samples[:, index])
            num += len(block)
        if not num:
            raise AudioError(
                f"{source.file}: the part begins at {clock_text(source.part[0] or 0)}, but the recording "
                f"is only {clock_text(decoded.num_samples / rate)} long."
            )
        num_frames = -(-num * FPS // rate)
        whole.pad(_frames_to_samples(num_frames, rate) - num)
        for listener in (mono, *singles):
            listener.finish(num_frames)
    warnings = _damage(decoded, source.part[1], "{f0}")
    if together < alone * _CANCELLED:
        warnings += (
            "{f0}: its channels cancel each other out: next to nothing of them is heard "
            "together. Invert one of them, or keep only one.",
        )
    return Recording(sound, listened, parts, num_frames, warnings)


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
    if decoded.num_strange:
        count = f"{decoded.num_strange} samples are" if decoded.num_strange > 1 else "1 sample is"
        told.append(f"{name}: {count} not finite or absurdly large, and silent")
    if decoded.truncated_s and (until_s is None or decoded.num_samples < until_s * decoded.sample_rate):
        told.append(
            f"{name}: the file should last {clock_text(decoded.expected_s or 0)}, but only "
            f"{clock_text(decoded.num_samples / decoded.sample_rate)} of it can be read"
        )
    return tuple(told)


def _read_speakers(source: Source, stem: Path, progress: Progress) -> Recording:
    """One file per speaker: each at 48 kHz mono from its start on; the recording is their sum."""
    lengths: list[float] = []
    warnings: list[str] = []
    parts: list[Part] = []
    for index, speaker in enumerate(source.speakers):
        track = stem.with_suffix(f".track{index + 1}.wav")
        with ExitStack() as opened:
            decoded = opened.enter_context(open_sound(speaker.path))
            expected_s = speaker.start_s + decoded.expected_s if decoded.expected_s else None
            writer = opened.enter_context(_Listened(track, decoded.sample_rate, expected_s, TRACK_RATE))
            _lay(speaker, decoded, source.part, writer, progress)
            warnings += _damage(decoded, source.part[1], f"{{f{index}}}")
            lengths.append(speaker.start_s + decoded.num_samples / decoded.sample_rate)
        parts.append(Part(track, 0, track.with_suffix(".mono.wav")))
    if max(lengths) - min(lengths) > _MARGIN_S:
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
        whole = opened.enter_context(_Writer(sound, TRACK_RATE, 1, "FLOAT", length_s))
        mono = opened.enter_context(_Listened(listened, TRACK_RATE, length_s))
        singles = [opened.enter_context(_Listened(part.listened, TRACK_RATE, length_s)) for part in parts]
        for blocks in _side_by_side(readers, num_frames):
            total = np.sum(blocks, axis=0) * np.float32(gain)
            whole.write(total[:, None])
            mono.write(total)
            for single, block in zip(singles, blocks, strict=True):
                single.write(block)
        for listener in (mono, *singles):
            listener.finish(num_frames)
    return Recording(sound, listened, tuple(parts), num_frames, tuple(warnings))


def _lay(
    speaker: SpeakerFile,
    decoded: DecodedSound,
    part: tuple[float | None, float | None],
    writer: _Listened,
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
    total = _frames_to_samples(num_frames, TRACK_RATE)
    for first in range(0, total, _BLOCK):
        yield [reader.read(first, min(_BLOCK, total - first)) for reader in readers]


def _gain_that_fits(readers: list[TrackReader], num_frames: int) -> float:
    """The factor with which the sum does not clip; 1 where it does not anyway."""
    peak = max(
        (float(np.abs(np.sum(blocks, axis=0)).max()) for blocks in _side_by_side(readers, num_frames)), default=0.0
    )
    return 1.0 if peak <= 1.0 else 0.99 / peak


def _frames_to_samples(num_frames: int, rate: int) -> int:
    """Samples that cover whole frames of video, at any rate."""
    return int(-(-Fraction(num_frames * rate, FPS) // 1))


class _Writer:
    """A WAV file of any format, written in blocks; a context manager.  expected_s: about how long it becomes."""

    def __init__(self, path: Path, rate: int, channels: int, wav_format: str, expected_s: float | None) -> None:
        import soundfile

        size = (_LONG_S if expected_s is None else expected_s) * rate * channels * _BYTES[wav_format]
        # not every program reads RF64
        form = "RF64" if size > _LARGE else "WAV"
        path.touch()  # Python says why it cannot; libsndfile says "System error"
        self._file = soundfile.SoundFile(path, "w", rate, channels, wav_format, format=form)
        self._path, self._channels = path, channels

    def write(self, block: NDArray[Any]) -> None:
        """(num_samples, num_channels) in the file's own kind of samples. Raises WorkspaceError on a full disk."""
        import soundfile

        try:
            self._file.write(block)
        except (soundfile.LibsndfileError, AssertionError) as exc:  # it asserts that all samples were taken
            raise WorkspaceError(
                f"{self._path}: the disk is full. Finished results are kept: make room and run the same command again."
            ) from exc

    def pad(self, num_samples: int) -> None:
        """Silence at the end."""
        self.write(np.zeros((num_samples, self._channels), np.int16))

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()
        _forget_time(self._path)


def _forget_time(path: Path) -> None:
    """Set the time of day to zero that libsndfile notes in files of floats: equal sounds shall be equal bytes."""
    with path.open("r+b") as file:
        peak = file.read(_HEADER_BYTES).find(b"PEAK")
        if peak >= 0:
            file.seek(peak + 12)  # behind the chunk's name, size and version
            file.write(bytes(4))


class _Listened:
    """A mono WAV file at another rate (by default 16 kHz), resampled as it is written; a context manager."""

    def __init__(self, path: Path, rate: int, expected_s: float | None, to_rate: int = ANALYSIS_RATE) -> None:
        import soxr

        self._writer = _Writer(path, to_rate, 1, "FLOAT", expected_s)
        self._stream = soxr.ResampleStream(rate, to_rate, 1, dtype="float32") if rate != to_rate else None
        self._rate, self._written = to_rate, 0

    def write(self, samples: Samples) -> None:
        """(num_samples,) at the recording's rate."""
        self._append(self._stream.resample_chunk(samples) if self._stream else samples)

    def finish(self, num_frames: int | None = None) -> None:
        """The resampler's last samples, and silence up to that number of video frames."""
        if self._stream:
            self._append(self._stream.resample_chunk(np.zeros(0, np.float32), last=True))
            self._stream = None
        if num_frames is not None:
            self._append(np.zeros(max(0, _frames_to_samples(num_frames, self._rate) - self._written), np.float32))

    def _append(self, samples: Samples) -> None:
        self._writer.write(samples[:, None])
        self._written += len(samples)

    def __enter__(self) -> _Listened:
        return self

    def __exit__(self, kind: object, *exc_info: object) -> None:
        if kind is None:
            self.finish()
        self._writer.__exit__(kind, *exc_info)
