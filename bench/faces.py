"""Do the faces of a picture hold up? Films them speaking, measures the finished video, and lays out what to see.

    python bench/faces.py two.png astronaut astronaut:turned45 --tracks left.wav right.wav --out /tmp/sheets

Every face speaks one of the recordings (nothing known of its words) and then three lines of the default voices
(phonemes known). Figures are taken from the decoded video; see `face_pictures.py` for how pictures are written,
`sync.py` for how sync is measured. Prints JSON, writes one contact sheet a
face and film.

`closures`: share of p, b, m in which the lip gap falls below 15 % of its median in frames with voice (its rest taken
off both). `still_std`: mean
temporal standard deviation (of 255) outside people as another network than the renderer's eye sees them;
`still_p99` the same where it is largest. `draw_ms`: processor time of a frame without encoding, all faces.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import soundfile
import soxr
from face_pictures import picture_of
from face_sheets import write_sheets
from motion import LINES, Sound, spoken
from numpy.typing import NDArray
from sync import watch_faces

from talkshow.cast.types import StagedCharacter
from talkshow.check.figures import figures
from talkshow.check.listening import Heard, listen
from talkshow.check.watching import Mouth
from talkshow.clock import FPS, TRACK_RATE, TRACK_SAMPLES_PER_FRAME, to_frames
from talkshow.faces import load_picture
from talkshow.faces.find import find_faces
from talkshow.faces.mesh import fit_pose
from talkshow.film.video import encode_segment
from talkshow.geometry import Frame
from talkshow.performance.motion import ShowPerformance
from talkshow.render.base import Stage, StageView
from talkshow.render.portrait import Portrait, PortraitView
from talkshow.render.portrait.matte import matte_net
from talkshow.span import Span
from talkshow.speech.engines.kokoro import Kokoro
from talkshow.timeline.types import Timeline

Track = NDArray[np.float32]
CLOSED = 0.15  # of the speaking median of the gap
PERSON = 0.10  # of the segmentation network's answer, from which a pixel is no background


@dataclass
class Watched:
    """Frames on their way to the encoder: their number, processor time, and temporal statistics."""

    outside: NDArray[np.bool_]
    count: int = 0
    seconds: float = 0.0
    total: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    squares: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def passing(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Pass frames on, timing their making and measuring every fifth."""
        while True:
            begun = time.thread_time()
            frame = next(frames, None)
            self.seconds += time.thread_time() - begun
            if frame is None:
                return
            if self.count % 5 == 0:
                values = frame[self.outside].astype(np.float64)
                self.total = values + self.total if self.total.size else values
                self.squares = values**2 + self.squares if self.squares.size else values**2
            self.count += 1
            yield frame

    def deviation(self) -> NDArray[np.float64]:
        """Temporal standard deviation of each pixel outside people, mean over its colours."""
        measured = -(-self.count // 5)
        variance = self.squares / measured - (self.total / measured) ** 2
        return np.asarray(np.sqrt(np.maximum(variance, 0)).mean(axis=1))


@dataclass(frozen=True)
class Show:
    """Something to perform: the timeline and every speaker's track."""

    timeline: Timeline
    sounds: dict[str, Track]

    def performed(self, view: StageView) -> ShowPerformance:
        """By the people of an opened picture."""
        width, _ = view.picture_size
        positions = {name: box.center[0] / width for name, box in view.seats.items()}
        tracks = {name: Sound(sound) for name, sound in self.sounds.items()}
        return ShowPerformance(self.timeline, tracks, positions, 0)


def recorded(names: list[str], tracks: list[Path], seconds: float) -> Show:
    """Recordings without words. Where there are more faces than tracks, they begin later."""
    sounds = {}
    for index, name in enumerate(names):
        samples, rate = soundfile.read(tracks[index % len(tracks)], always_2d=True)
        sound = soxr.resample(samples.mean(1), rate, TRACK_RATE).astype(np.float32)
        sounds[name] = np.roll(sound, index // len(tracks) * len(sound) // 3)
    longest = min(max(map(len, sounds.values())), round(seconds * TRACK_RATE))
    num_frames = -(-longest // TRACK_SAMPLES_PER_FRAME)
    length = num_frames * TRACK_SAMPLES_PER_FRAME
    sounds = {name: np.pad(sound, (0, max(0, length - len(sound))))[:length] for name, sound in sounds.items()}
    return Show(Timeline((), tuple(names), (Span(0, num_frames / FPS),), num_frames / FPS), sounds)


def scripted(names: list[str], engine: Kokoro) -> Show:
    """The three lines of LINES, said by everybody in turn."""
    cues, clock, parts = [], 1.0, {name: [] for name in names}
    for name in names:
        for voice in LINES:
            cue, samples = spoken(engine, voice, clock)
            cues.append(replace(cue, line=replace(cue.line, speaker=name), index=len(cues)))
            parts[name].append((clock, samples))
            clock = cue.span.end_s + 0.4
    sounds = {name: np.zeros(round(clock * TRACK_RATE) + TRACK_SAMPLES_PER_FRAME, np.float32) for name in names}
    for name, spoken_parts in parts.items():
        for start_s, samples in spoken_parts:
            first = round(start_s * TRACK_RATE)
            sounds[name][first : first + len(samples)] += samples[: len(sounds[name]) - first]
    return Show(Timeline(tuple(cues), tuple(names), (Span(0, clock),), clock), sounds)


def film(view: StageView, show: Show, size: tuple[int, int], video: Path, outside: NDArray[np.bool_]) -> Watched:
    """Film a show into a file without sound."""
    watched = Watched(outside)
    num_frames = to_frames(show.timeline.duration_s)
    encode_segment(video, watched.passing(view.frames(show.performed(view), 0, num_frames)), size)
    return watched


def away_from_people(view: PortraitView, show: Show) -> NDArray[np.bool_]:
    """(height, width): far enough from anybody, as the segmentation network sees the whole frame."""
    frame = next(view.frames(show.performed(view), 0, 1))
    net = matte_net()
    net.setInput(cv2.dnn.blobFromImage(frame, 1 / 255, (256, 256), (0, 0, 0), False))
    person = cv2.resize(net.forward().reshape(256, 256), frame.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    somebody = (person > PERSON).astype(np.uint8)
    for actor in view._actors.values():
        # where it sees no face at all, what the renderer takes for the figure is left out
        grid, (x, y) = actor.field.grid, np.rint(actor.field.points.mean(axis=0)).astype(int)
        if person[min(y, person.shape[0] - 1), min(x, person.shape[1] - 1)] < 0.5:
            part = somebody[grid.top :, grid.left :][: actor.matte.shape[0], : actor.matte.shape[1]]
            part |= actor.matte[: part.shape[0], : part.shape[1]] > 12
    reach = 2 * round(frame.shape[0] / 240) + 1
    return cv2.dilate(somebody, np.ones((reach, reach), np.uint8)) == 0


def listened(show: Show, folder: Path) -> dict[str, Heard]:
    """Every speaker's track, as the check hears it."""
    heard = {}
    for name, sound in show.sounds.items():
        soundfile.write(folder / f"{name}.wav", sound, TRACK_RATE)
        heard[name] = listen(folder / f"{name}.wav")
    return heard


def sync_figures(mouths: dict[str, Mouth], heard: dict[str, Heard], decoys: dict[str, Heard]) -> list[dict]:
    """One row per face: own track against the others'. A face alone is compared with the recordings it did not get."""
    rows = []
    for name, mouth in mouths.items():
        found = figures(name, mouth, heard if len(heard) > 1 else heard | decoys, (), 1)
        rows.append(
            {
                "correlation": found.own,
                "margin": (found.own or 0) - (found.other or 0),
                "lag_ms": found.lag_ms,
                "auc": found.auc,
                "silence_motion": found.silence_share,
                "within_speech": found.within_speech,
            }
        )
    return rows


def closures(gaps: NDArray[np.float64], show: Show, voiced: list[NDArray[np.bool_]]) -> list[float]:
    """Per face the share of p, b, m that close.  gaps: (num_frames, num_faces); voiced: (num_frames,) each."""
    shares = []
    for face, (name, speaking) in enumerate(zip(show.timeline.speakers, voiced, strict=True)):
        cues = show.timeline.cues_of(name)
        gap = np.maximum(gaps[:, face] - np.median(gaps[~speaking, face]), 0)
        usual = float(np.median(gap[speaking]))
        middles = [
            int((one.span.start_s + one.span.end_s) / 2 * FPS)
            for cue in cues
            for one in cue.phonemes
            if one.symbol in "pbm"
        ]
        shares.append(float(np.mean([gap[middle - 1 : middle + 2].min() < CLOSED * usual for middle in middles])))
    return shares


def judge(written: str, options: argparse.Namespace, engine: Kokoro) -> dict:
    """Film one picture twice, measure both films, write the sheet."""
    folder: Path = options.out
    picture, boxes = picture_of(written, folder)
    found = () if boxes else find_faces(load_picture(picture))
    names = [f"P{index + 1}" for index in range(len(boxes) or len(found))]
    staged = tuple(StagedCharacter(name, boxes[index] if boxes else None) for index, name in enumerate(names))
    size = tuple(int(side) for side in options.size.split("x"))
    begun = time.process_time()
    view = Portrait().open(Stage(picture, size, staged))
    opened = time.process_time() - begun
    result = {"picture": written, "size": options.size, "open_s": opened, "warnings": list(view.warnings)}
    faces = [
        {"face": name, "yaw": fit_pose(face.landmarks.points).yaw, "height": face.box.height}
        for name, face in zip(names, found, strict=False)
    ] or [{"face": name} for name in names]
    shows = {"heard": recorded(names, options.tracks, options.seconds)}
    if options.lines:
        shows["read"] = scripted(names, engine)
    outside = away_from_people(view, shows["heard"])
    for kind, show in shows.items():
        video = folder / f"{picture.stem}-{kind}.mp4"
        watched = film(view, show, size, video, outside)
        deviation = watched.deviation()
        result[kind] = {
            "draw_ms": 1e3 * watched.seconds / watched.count,
            "still_std": float(deviation.mean()),
            "still_p99": float(np.percentile(deviation, 99)),
            "outside": float(outside.mean()),
        }
        write_sheets(folder / f"{picture.stem}-{kind}", video, view, show.performed(view))
        if options.no_sync or boxes:
            continue
        mouths = dict(zip(names, watch_faces(video, len(names), show.timeline.duration_s), strict=True))
        heard, decoys = listened(show, folder), {track.stem: listen(track) for track in options.tracks[1:]}
        for row, measured in zip(faces, sync_figures(mouths, heard, decoys), strict=True):
            row[kind] = measured
        if kind == "read":
            gaps = np.stack([mouth.openness for mouth in mouths.values()], axis=1)
            times_s = (np.arange(len(gaps)) + 0.5) / FPS
            for row, share in zip(
                faces, closures(gaps, show, [heard[name].speaks_at(times_s) for name in names]), strict=True
            ):
                row["closures"] = share
    return result | {"faces": faces}


def rounded(value: object) -> object:
    """Numbers with three digits, all the way down."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 3) if isinstance(value, float) else value


def main() -> None:
    """Judge every picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="+", help="PICTURE[:VARIANT][@BOX...]")
    parser.add_argument("--tracks", nargs="+", type=Path, required=True, help="recordings, one per speaker")
    parser.add_argument("--out", type=Path, required=True, help="folder for sheets and videos")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=float, default=20.0, help="of the recordings")
    parser.add_argument("--no-lines", dest="lines", action="store_false", help="recordings only")
    parser.add_argument("--no-sync", action="store_true", help="film and lay out, measure no mouths")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    engine = Kokoro()
    for written in options.pictures:
        print(json.dumps(rounded(judge(written, options, engine)), indent=1), flush=True)


if __name__ == "__main__":
    main()
