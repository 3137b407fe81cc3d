"""Renderers of other packages: views that derive from `StageView`, and views that only have its methods."""

# ruff: noqa: ARG002, ARG005 - methods of views have the parameters that views have

from __future__ import annotations

import json
import sys
from types import ModuleType

import av
import numpy as np
import pytest

from talkshow import EpisodeSettings, make_episode
from talkshow.engines import registry
from talkshow.episode.make import prepare
from talkshow.errors import BackendError
from talkshow.geometry import Box
from talkshow.render.base import Stage, StagedCharacter, StageView
from talkshow.render.checked import checked_view
from talkshow.store.digests import digest

SIZE = (128, 72)
SCRIPT = "[CLOSE UP]\nMAYA: One two three four five six seven.\nLEO: Eight nine ten eleven twelve.\n"


class Plain:
    """No more than a view must have, and no base class: grey left, white right."""

    def __init__(self, stage):
        self.identity = digest("plain", stage.size)
        self.crop = Box(0.0, 0.0, *map(float, stage.size))
        self.warnings = ()
        self.size = stage.size
        step = stage.size[0] / max(1, len(stage.characters))
        self.seats = {
            c.name: Box((i + 0.4) * step, 0.3 * stage.size[1], (i + 0.6) * step, 0.6 * stage.size[1])
            for i, c in enumerate(stage.characters)
        }

    def seat_picture(self):
        picture = np.full((self.size[1], self.size[0], 3), 100, np.uint8)
        picture[:, self.size[0] // 2 :] = 250
        return picture

    def frames(self, performance, first, last):
        for _ in range(first, last):
            yield self.seat_picture()


class Nearer(Plain):
    """Draws its close shots itself: black."""

    def cropped(self, crop, size, on):
        nearer = Plain.__new__(Plain)
        vars(nearer).update(vars(self), crop=crop, size=size, identity=digest(self.identity, on))
        nearer.seat_picture = lambda: np.zeros((size[1], size[0], 3), np.uint8)
        return nearer


class Generating(Plain):
    """Generates, and answers as its package always has: with dictionaries."""

    def planned(self, duration_s):
        return {"chunks": 3, "device": "Abacus", "estimated_s": 7, "beads": 40, "size": "64x32"}

    def require(self):
        pass

    def begin(self, folder, stretches):
        self.stretches = list(stretches)

    def depends_on(self, performance, first, last):
        return digest(first, last)

    def kept_chunks(self, performance, first, last):
        return []

    def about(self):
        return {"preset": "wood", "beads": len(self.stretches)}


class Derived(StageView):
    """As the guide says: the base class does the rest."""

    def __init__(self, stage):
        vars(self).update({k: v for k, v in vars(Plain(stage)).items() if k != "warnings"})

    seat_picture = Plain.seat_picture
    frames = Plain.frames


class Failing(Plain):
    def frames(self, performance, first, last):
        raise RuntimeError("out of ink")
        yield


def renderer(view):
    """A class of a renderer, as an entry point names one."""
    return type("Foreign", (), {"open": lambda self, stage: view(stage), "__module__": "foreign"})


@pytest.fixture
def made(tmp_path, tone_voices, monkeypatch):
    """Render a short episode with a view of another package; (folder, frames)."""
    script = tmp_path / "s.txt"
    script.write_text(SCRIPT)
    chosen = EpisodeSettings(renderer="foreign", size=SIZE, check=False, voices={"MAYA": "hum_a", "LEO": "hum_b"})

    def make(view, *, plan_only=False):
        module = ModuleType("foreign")
        vars(module)["Foreign"] = renderer(view)
        monkeypatch.setitem(sys.modules, "foreign", module)
        monkeypatch.setitem(registry.BUILT_IN["renderers"], "foreign", "foreign:Foreign")
        if plan_only:
            return prepare(script, chosen, [tone_voices]).plan
        episode = make_episode(script, chosen, out=tmp_path, name="e", voices=[tone_voices])
        with av.open(str(episode.video)) as file:
            frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
        return episode, frames

    return make


@pytest.mark.parametrize("view", [Plain, Derived])
def test_a_view_that_cannot_be_filmed_nearer_is_enlarged(made, view):
    episode, frames = made(view)
    (shot, *_) = json.loads((episode.folder / "timeline.json").read_text())["shots"]
    assert shot["kind"] == "single" and shot["crop"][2] <= SIZE[0] * 0.75
    wide, close = frames[-1], frames[5]
    assert abs(wide[:, -8:].mean() - 250) < 6 and abs(wide[:, :8].mean() - 100) < 6
    right = (shot["crop"][2] - SIZE[0] / 2) / (shot["crop"][2] - shot["crop"][0])  # share of the crop that is white
    assert (close > 175).mean() == pytest.approx(max(0.0, right), abs=0.04)
    (scene,) = episode.manifest["scenes"]
    assert scene["picture_size"] == list(SIZE) and "generator" not in scene


def test_a_view_without_a_base_class_draws_its_own_close_shots(made):
    _, frames = made(Nearer)
    assert frames[5].max() < 12 and frames[-1].mean() > 100


def test_a_generating_view_without_a_base_class_is_planned_begun_and_written_down(made):
    plan = made(Generating, plan_only=True)
    assert (plan.device, plan.work_s) == ("Abacus", pytest.approx(7, abs=1))
    told = plan.as_dict()["generator"]
    assert (told["chunks"], told["estimated_s"], told["beads"], told["size"]) == (3, 7, 40, "64x32")
    episode, _ = made(Generating)
    num_shots = len(json.loads((episode.folder / "timeline.json").read_text())["shots"])
    (scene,) = episode.manifest["scenes"]
    assert (scene["generator"]["preset"], scene["generator"]["beads"]) == ("wood", num_shots)


def test_what_fails_in_a_view_is_said_as_its_own(made):
    with pytest.raises(BackendError, match=r"Failing failed while drawing frames \(RuntimeError: out of ink\)"):
        made(Failing)


WRONG = {
    "crop": ((0, 0, 1, 1), "boxes"),
    "seats": ({"MAYA": (0, 0, 1, 1)}, "boxes"),
    "rooms": ([], "boxes"),
    "detail": (0, "detail"),
    "warnings": ("late", "warnings"),
    "picture_size": ((72, 128), "picture_size"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_view_is_refused_before_work_begins(made, name):
    value, said = WRONG[name]

    def wrong(stage):
        view = Derived(stage)
        vars(view)[name] = value
        return view

    with pytest.raises(BackendError, match=said):
        made(wrong, plan_only=True)


@pytest.mark.parametrize("name", ["identity", "seats", "crop", "warnings"])
def test_a_view_that_lacks_something_is_refused(made, name):
    def lacking(stage):
        view = Plain(stage)
        delattr(view, name)
        return view

    with pytest.raises(BackendError, match=f"has no {name}"):
        made(lacking, plan_only=True)


def test_a_view_that_derives_is_used_as_it_is():
    view = Derived(Stage(None, SIZE, (StagedCharacter("MAYA", None, ""), StagedCharacter("LEO", None, ""))))
    assert checked_view(renderer(Derived)(), view) is view
    assert view.picture_size == SIZE and view.generator is None and view.cropped(view.crop, SIZE, ()) is None


def test_each_closer_view_is_opened_once(made):
    """Also where the director comes back to it, and though segments are planned and filmed from several threads."""
    opened = []

    class Counted(Nearer):
        def cropped(self, crop, size, on):
            opened.append((crop, size, on))
            return super().cropped(crop, size, on)

    made(Counted)
    assert opened and len(opened) == len(set(opened))
