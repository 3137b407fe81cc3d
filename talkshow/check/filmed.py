"""What a finished episode says of itself: which face is where in which frame, and whose sound is whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.clock import FPS, to_frames
from talkshow.errors import WorkspaceError
from talkshow.geometry import Box, Size
from talkshow.shots.types import Shot, read_box, read_shot
from talkshow.span import Span
from talkshow.store.inputs import LONG_TEXT, parse_json, read_text

LONGEST_S = 24 * 3600  # of an episode
WHOLE = 0.98  # share of a face's box in its part of the frame, from which the face is seen


@dataclass(frozen=True)
class FilmedShot:
    """A shot and who sits there.

    seats: the face of each character, in pixels of the scene's picture.  size: of the frames as they were filmed.
    """

    shot: Shot
    seats: Mapping[str, Box]
    size: Size

    def face(self, name: str, frame: int, size: Size) -> Box | None:
        """Where a face should be, in pixels of a frame of `size`; None where it is not, or not wholly, seen.

        Only for the people whom the shot shows: someone in its corner may have been left out.
        """
        for index, panel in enumerate(self.shot.panels):
            if name in panel.on and name in self.seats:
                crop = self.shot.crop_at(frame) if index == 0 else panel.crop
                box = _mapped(self.seats[name], crop, panel.area)
                if _visible(box, panel.area) >= WHOLE:
                    scale_x, scale_y = size[0] / self.size[0], size[1] / self.size[1]
                    return Box(box.left * scale_x, box.top * scale_y, box.right * scale_x, box.bottom * scale_y)
        return None


@dataclass(frozen=True)
class Filmed:
    """A finished episode.  tracks: of every speaker, also of those who are not seen.

    speech: when each speaker has a line.  murmurs: when a speaker only says a backchannel ("mm-hm"), which can
    be said with closed lips.
    """

    video: Path
    mix: Path
    tracks: Mapping[str, Path]
    num_frames: int
    shots: tuple[FilmedShot, ...]
    speech: Mapping[str, Sequence[Span]]
    murmurs: Mapping[str, Sequence[Span]]

    @property
    def seated(self) -> tuple[str, ...]:
        """Everybody who has a seat in a shot, in order of appearance."""
        return tuple(dict.fromkeys(name for shot in self.shots for name in shot.seats))


def read_filmed(folder: Path) -> Filmed:
    """What `manifest.json` and `timeline.json` of an episode's folder say.

    Raises WorkspaceError when the folder is none, holds no video, or was made by a version that did not write down
    its shots.
    """
    manifest, timeline = _read_json(folder, "manifest.json"), _read_json(folder, "timeline.json")
    try:
        show = _filmed(folder, manifest, timeline)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as exc:
        raise WorkspaceError(
            f"{folder}: manifest.json and timeline.json do not say where the faces are "
            f"({type(exc).__name__}: {exc}). An older version may have made this episode: render it "
            "again."
        ) from exc
    if not show.shots:
        raise WorkspaceError(
            f"{folder}: this episode has no picture: only its sound was made. Render it without --only speak."
        )
    for path in (show.video, show.mix, *show.tracks.values()):
        if not path.is_file():
            raise WorkspaceError(
                f"{path}: this file of the episode is missing. Copy the whole folder, or render the episode again."
            )
    return show


def _read_json(folder: Path, name: str) -> Any:
    path = folder / name
    try:
        return parse_json(read_text(path, LONG_TEXT))
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError(
            f"{folder}: this is not the folder of an episode: there is no {name} in it. Name the "
            "folder that `talkshow render` has made, for example outputs/two_hosts."
        ) from None
    except (OSError, ValueError) as exc:
        raise WorkspaceError(f"{path}: cannot read this file: {exc}. Render the episode again.") from exc


def _filmed(folder: Path, manifest: Any, timeline: Any) -> Filmed:
    if timeline["fps"] != FPS:
        raise ValueError(f"{timeline['fps']} frames per second")
    if not 0 <= float(timeline["duration_s"]) <= LONGEST_S:
        raise ValueError(f"it would last {timeline['duration_s']} s")
    width, height = (int(side) for side in manifest["settings"]["size"])
    if min(width, height) < 1:
        raise ValueError(f"{width}x{height} is not a size")
    scenes = [{str(name): read_box(seat) for name, seat in scene["seats"].items()} for scene in manifest["scenes"]]
    shots = [read_shot(row, (width, height)) for row in timeline["shots"]]
    spans = spoken_spans(
        (str(cue["speaker"]), str(cue["kind"]), Span(float(cue["start_s"]), float(cue["end_s"])))
        for cue in timeline["cues"]
    )
    names, files = timeline["speakers"], manifest["stages"]["mix"]["tracks"]
    tracks = {str(name): _inside(folder, file) for name, file in zip(names, files, strict=True)}
    return Filmed(
        folder / "episode.mp4",
        folder / "mix.wav",
        tracks,
        to_frames(float(timeline["duration_s"])),
        tuple(FilmedShot(shot, scenes[shot.scene], (width, height)) for shot in shots),
        *spans,
    )


def spoken_spans(cues: Iterable[tuple[str, str, Span]]) -> tuple[dict[str, list[Span]], dict[str, list[Span]]]:
    """(when each speaker has a line, when only a backchannel) from (speaker, kind, span) of every cue."""
    speech: dict[str, list[Span]] = {}
    murmurs: dict[str, list[Span]] = {}
    for speaker, kind, span in cues:
        (murmurs if kind == "backchannel" else speech).setdefault(speaker, []).append(span)
    return speech, murmurs


def _inside(folder: Path, name: str) -> Path:
    """A file of the folder: what a manifest names elsewhere is not opened."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"the track '{name}' lies outside the folder")
    return path


def _mapped(seat: Box, crop: Box, area: Box) -> Box:
    """A box of the picture, in pixels of the frame."""
    scale_x, scale_y = area.width / crop.width, area.height / crop.height
    return Box(
        area.left + (seat.left - crop.left) * scale_x,
        area.top + (seat.top - crop.top) * scale_y,
        area.left + (seat.right - crop.left) * scale_x,
        area.top + (seat.bottom - crop.top) * scale_y,
    )


def _visible(box: Box, area: Box) -> float:
    """Share of a box that is inside an area."""
    across = max(0.0, min(box.right, area.right) - max(box.left, area.left)) / box.width
    down = max(0.0, min(box.bottom, area.bottom) - max(box.top, area.top)) / box.height
    return across * down
