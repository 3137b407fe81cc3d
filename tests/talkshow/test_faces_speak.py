"""The right face speaks: drawn mouths measured on decoded frames against the tracks."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from talkshow.check.figures import area_under_curve, best_lag, correlation
from talkshow.check.listening import listen

SCRIPT = """\
cast:
  MAYA: voice=af_heart, seat=left, look="woman, long black hair, pale skin, green jumper"
  LEO: voice=am_michael, seat=right, look="man, short brown hair, pale skin, blue shirt"
MAYA: Nobody ever told me about the map behind the picture, and I have lived here for years.
LEO (pause 0.9s): Well, nobody ever asked. My father always thought it was worth a fortune.
MAYA (pause 0.9s): And was it?
LEO (pause 0.9s): We are still looking for the island.
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "faces.txt"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_drawn_mouths_follow_their_own_track_and_no_other(run, script, tmp_path):
    """A drawn mouth is open where the middle of the lower face shows teeth and the dark red between them."""
    ran = run(
        "render",
        script,
        "--renderer",
        "cartoon",
        "--draft",
        "--no-check",
        "--size",
        "640x360",
        "--out",
        tmp_path,
        "--json",
    )
    assert ran.code == 0, ran.err
    folder = Path(ran.json["folder"])
    seats = {row["name"]: row["seat"] for row in json.loads((folder / "manifest.json").read_text())["characters"]}
    openings: dict[str, list[int]] = {name: [] for name in seats}
    with av.open(str(folder / "episode.mp4")) as container:
        for frame in container.decode(video=0):
            pixels = frame.to_ndarray(format="rgb24").astype(int)
            for name, (left, top, right, bottom) in seats.items():
                side = (right - left) / 4  # hair, which moves too, hangs beside the mouth
                face = pixels[int((top + bottom) / 2) : int(bottom), int(left + side) : int(right - side)]
                inside = (face.sum(axis=2) < 170) & (face[..., 0] - face[..., 1] > 18)
                teeth = (face.min(axis=2) > 200) & (face.max(axis=2) - face.min(axis=2) < 32)
                openings[name].append(int((inside | teeth).sum()))
    heard = {name: listen(folder / f"tracks/{name}.wav") for name in seats}
    times = (np.arange(len(openings["MAYA"])) + 0.5) / 25
    for name, other in (("MAYA", "LEO"), ("LEO", "MAYA")):
        mouth = np.array(openings[name], float)
        own, foreign = (correlation(mouth, heard[track].at(times)) for track in (name, other))
        assert own > 0.7 and own - foreign > 0.7, (name, own, foreign)
        assert abs(best_lag(mouth, times, heard[name])[0]) <= 60
        motion = np.convolve(np.abs(np.diff(mouth, prepend=mouth[0])), np.ones(7) / 7, "same")
        speech = heard[name].speaks_at(times)
        assert area_under_curve(motion[speech], motion[~speech]) > 0.9
