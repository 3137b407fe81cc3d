"""Engines that are shared by the episodes of a process, and the Python functions that take them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from talkshow import EpisodeSettings, Studio, TalkshowError, make_episode, write_script
from talkshow.engines import registry
from talkshow.speech.base import SpeechRequest, Utterance
from talkshow.speech.engines.tone import Tone


class Counted(Tone):
    """Counts how often it is created, and how many lines it says at the same time."""

    identity = "counted/1"
    created = 0
    most = 0
    _running = 0
    _guard = threading.Lock()

    def __init__(self) -> None:
        Counted.created += 1

    def speak(self, request: SpeechRequest) -> Utterance:
        with Counted._guard:
            Counted._running += 1
            Counted.most = max(Counted.most, Counted._running)
        try:
            return super().speak(request)
        finally:
            with Counted._guard:
                Counted._running -= 1


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with one voice of the counting engine."""
    monkeypatch.setitem(registry.BUILT_IN["voice_engines"], "counted", f"{__name__}:Counted")
    monkeypatch.setattr(Counted, "created", 0)
    monkeypatch.setattr(Counted, "most", 0)
    (tmp_path / "voices/abacus").mkdir(parents=True)
    (tmp_path / "voices/abacus/voice.toml").write_text(
        'name = "abacus"\nengine = "counted"\nlanguage = "en-US"\nlicence = "CC0-1.0"\n', encoding="utf-8"
    )
    return tmp_path / "voices"


def script(folder: Path, number: int) -> Path:
    path = folder / f"talk{number}.txt"
    lines = "".join(f"{name}: Remark {number} of {name}, number {line}.\n" for line in range(4) for name in "AB")
    path.write_text(f"cast:\n  A: voice=abacus\n  B: voice=abacus\n{lines}", encoding="utf-8")
    return path


SOUND = EpisodeSettings(only="speak", renderer="stills", size=(160, 90))


def test_one_studio_creates_an_engine_once_and_lets_it_speak_alone(counted: Path, tmp_path: Path) -> None:
    studio = Studio()
    with ThreadPoolExecutor(3) as pool:
        episodes = list(
            pool.map(
                lambda number: make_episode(
                    script(tmp_path, number), SOUND, out=tmp_path / "out", voices=[counted], studio=studio
                ),
                range(3),
            )
        )
    assert len({episode.folder for episode in episodes}) == 3 and all(e.mix.is_file() for e in episodes)
    assert Counted.created == 1 and Counted.most == 1


def test_without_a_studio_every_call_has_engines_of_its_own(counted: Path, tmp_path: Path) -> None:
    for number in range(2):
        make_episode(script(tmp_path, number), SOUND, out=tmp_path / "out", voices=[counted])
    assert Counted.created == 2


def test_an_engine_that_fails_to_start_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio()
    monkeypatch.setitem(registry.BUILT_IN["voice_engines"], "later", "no_such_module_yet:Engine")
    with pytest.raises(TalkshowError):
        studio.engine("voice_engines", "later")
    monkeypatch.setitem(registry.BUILT_IN["voice_engines"], "later", f"{__name__}:Counted")
    assert isinstance(studio.engine("voice_engines", "later"), Counted)


def test_the_generator_loads_its_networks_once_for_all_scenes() -> None:
    torch = pytest.importorskip("torch")
    from talkshow.render.generator.ready import preset_named
    from talkshow.render.generator.view import Networks
    from talkshow.settings import GeneratorSettings

    networks, tiny = Networks(), preset_named("tiny")
    first = networks.loaded(tiny, GeneratorSettings(preset="tiny"), 3, 2)
    assert networks.loaded(tiny, GeneratorSettings(preset="tiny", steps=2), 3, 2) is first
    other = networks.loaded(tiny, GeneratorSettings(preset="tiny"), 4, 2)
    assert other is not first, "random weights follow the seed"
    assert torch.is_tensor(next(iter(other[0].transformer.parameters())))


def test_a_script_is_written_and_played_from_python(tone_voices: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    written = write_script("why cats knock things over", writer="template", voices=[tone_voices], report=lines.append)
    num_lines = len(list(written.script.lines))
    assert num_lines >= 2 and written.made_by
    episode = make_episode(written.script, replace(SOUND, draft=True), out=tmp_path, voices=[tone_voices])
    assert len(episode.timeline.cues) == num_lines
    with pytest.raises(TalkshowError, match="no writer 'nobody'"):
        write_script("cats", writer="nobody")
    with pytest.raises(TalkshowError, match="what is the script about"):
        write_script("  ")
