"""The pyannote diarizer: a real pipeline where pyannote.audio is installed, and every way it cannot be had."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest

from talkshow.diarize.base import SpeakerCount
from talkshow.diarize.pyannote import SOURCE_VARIABLE, TOKEN_VARIABLE, Pyannote
from talkshow.engines import registry
from talkshow.errors import BackendError, MissingExtra, SettingsError
from talkshow.sound.waveform import TrackReader, Waveform, save_wave

RATE = 16_000
TONES = {"deep": 300.0, "high": 2000.0}
# who, from, to; the last two overlap
SAID = (("high", 1.0, 3.0), ("deep", 3.5, 6.0), ("high", 6.4, 9.0), ("deep", 8.0, 11.0))


def without_compiled_torchaudio() -> None:
    """The published torchaudio links CUDA and does not load on a CPU build of torch; its Python half does."""

    def missing(*_: object, **__: object) -> None:
        raise RuntimeError("torchaudio's compiled part is not here")

    extension = types.ModuleType("torchaudio._extension")
    vars(extension).update(
        _IS_TORCHAUDIO_EXT_AVAILABLE=False,
        _IS_ALIGN_AVAILABLE=False,
        fail_if_no_align=lambda _: missing,
        _check_cuda_version=lambda: None,
        __all__=[],
    )
    for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
        del sys.modules[name]
    sys.modules["torchaudio._extension"] = extension


@pytest.fixture(scope="module")
def pipeline_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("pyannote") is None or importlib.util.find_spec("pyannote.audio") is None:
        pytest.skip("pyannote.audio is not installed; .ci/run shows how it stands beside a CPU torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            importlib.import_module("torchaudio")
        except OSError:
            without_compiled_torchaudio()
        return importlib.import_module("small_pyannote").write_pipeline(tmp_path_factory.mktemp("pyannote") / "small")


@pytest.fixture
def recording(tmp_path: Path) -> TrackReader:
    time_s = np.arange(12 * RATE) / RATE
    samples = sum(
        0.3 * np.sin(2 * np.pi * TONES[who] * time_s) * ((time_s >= begin) & (time_s < end)) for who, begin, end in SAID
    )
    save_wave(tmp_path / "tones.wav", Waveform(np.asarray(samples, np.float32), RATE))
    return TrackReader(tmp_path / "tones.wav")


@pytest.mark.filterwarnings("ignore")
def test_a_real_pipeline_gives_turns_with_their_overlap(pipeline_folder: Path, recording: TrackReader) -> None:
    told = []
    found = Pyannote(str(pipeline_folder)).diarize(recording, SpeakerCount(), lambda *done: told.append(done))
    names = {"high": "S1", "deep": "S2"}
    assert [(turn.speaker, round(turn.span.start_s), round(turn.span.end_s)) for turn in found.turns] == [
        (names[who], round(begin), round(end)) for who, begin, end in SAID
    ]
    for turn, (_, begin, end) in zip(found.turns, SAID, strict=True):
        assert abs(turn.span.start_s - begin) < 0.1 and abs(turn.span.end_s - end) < 0.1
    assert found.turns[2].span.overlaps(found.turns[3].span)
    assert told == sorted(told) and told[-1] == (12, 12)


@pytest.mark.filterwarnings("ignore")
def test_a_real_pipeline_obeys_the_count(pipeline_folder: Path, recording: TrackReader) -> None:
    found = Pyannote(str(pipeline_folder)).diarize(recording, SpeakerCount(1, 1), lambda *_: None)
    assert found.speakers == ("S1",)


@pytest.mark.filterwarnings("ignore")
def test_a_checkpoint_that_holds_code_is_refused(pipeline_folder: Path, recording: TrackReader, tmp_path: Path) -> None:
    import shutil

    import torch

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return (Path.touch, (tmp_path / "sprung",))  # type: ignore[return-value]

    folder = tmp_path / "trapped"
    shutil.copytree(pipeline_folder, folder)
    torch.save({"state_dict": Trap()}, folder / "segmentation" / "pytorch_model.bin")
    with pytest.raises(BackendError, match="cannot be loaded"):
        Pyannote(str(folder)).diarize(recording, SpeakerCount(), lambda *_: None)
    assert not (tmp_path / "sprung").exists()


class Recorded(types.ModuleType):
    """Stands for pyannote.audio and remembers how it was asked."""

    def __init__(self, answer: object) -> None:
        super().__init__("pyannote.audio")
        self.asked: list[tuple[str, object]] = []

        def from_pretrained(source: str, token: object = None) -> object:
            self.asked.append((source, token))
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.Pipeline = types.SimpleNamespace(from_pretrained=from_pretrained)
        task = types.ModuleType("pyannote.audio.core.task")
        vars(task).update({name: type(name, (), {}) for name in ("Problem", "Resolution", "Specifications")})
        self.others = {
            "pyannote": types.ModuleType("pyannote"),
            "pyannote.audio": self,
            "pyannote.audio.core": types.ModuleType("pyannote.audio.core"),
            "pyannote.audio.core.task": task,
        }


def stand_in(monkeypatch: pytest.MonkeyPatch, answer: object) -> Recorded:
    module = Recorded(answer)
    for name, other in module.others.items():
        monkeypatch.setitem(sys.modules, name, other)
    return module


def test_without_the_packages_the_install_line_is_said(recording: TrackReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyannote", None)
    monkeypatch.setitem(sys.modules, "pyannote.audio", None)
    diarizer = registry.load("diarizers", "pyannote")
    with pytest.raises(MissingExtra, match=r"pip install 'talkshow\[pyannote\]'"):
        diarizer.diarize(recording, SpeakerCount(), lambda *_: None)


def test_the_hub_is_asked_with_the_token_and_refusals_say_what_to_do(
    recording: TrackReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = stand_in(monkeypatch, RuntimeError("401 gated"))
    monkeypatch.setenv(TOKEN_VARIABLE, "hf_secret")
    monkeypatch.delenv(SOURCE_VARIABLE, raising=False)
    with pytest.raises(BackendError, match=r"gated.*HF_TOKEN.*TALKSHOW_PYANNOTE") as caught:
        Pyannote().diarize(recording, SpeakerCount(), lambda *_: None)
    assert module.asked == [("pyannote/speaker-diarization-community-1", "hf_secret")]
    assert "hf_secret" not in str(caught.value)


def test_the_count_is_passed_on_and_overlap_kept(recording: TrackReader, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    class Annotation:
        def itertracks(self, yield_label: bool) -> list[tuple[object, int, str]]:
            assert yield_label
            spans = (("B", 1.0, 3.0), ("A", 2.0, 40.0), ("B", 3.0, 4.0))
            return [(types.SimpleNamespace(start=begin, end=end), 0, who) for who, begin, end in spans]

    def pipeline(sound: dict[str, object], **options: object) -> object:
        calls.append((sound, options))
        return types.SimpleNamespace(speaker_diarization=Annotation(), exclusive_speaker_diarization=None)

    stand_in(monkeypatch, pipeline)
    diarizer = Pyannote("owner/name")
    found = diarizer.diarize(recording, SpeakerCount(2, 3), lambda *_: None)
    diarizer.diarize(recording, SpeakerCount(2, 2), lambda *_: None)
    assert [(turn.speaker, turn.span.start_s, turn.span.end_s) for turn in found.turns] == [
        ("S1", 1.0, 4.0),
        ("S2", 2.0, 12.0),
    ]
    assert {key: calls[0][1][key] for key in ("min_speakers", "max_speakers")} == {"min_speakers": 2, "max_speakers": 3}
    assert calls[1][1]["num_speakers"] == 2
    assert calls[0][0]["sample_rate"] == RATE and calls[0][0]["waveform"].shape == (1, 12 * RATE)


@pytest.mark.parametrize("source, said", [("/no/such/folder", "no such folder"), ("a/b/c", "no such folder")])
def test_a_folder_that_is_not_there(recording: TrackReader, source: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Pyannote(source).diarize(recording, SpeakerCount(), lambda *_: None)


def test_a_folder_without_a_pipeline(recording: TrackReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOURCE_VARIABLE, str(tmp_path))
    with pytest.raises(SettingsError, match=r"no config\.yaml"):
        Pyannote().diarize(recording, SpeakerCount(), lambda *_: None)


def test_a_pipeline_that_fails_is_an_error(recording: TrackReader, monkeypatch: pytest.MonkeyPatch) -> None:
    def pipeline(*_: object, **__: object) -> object:
        raise ValueError("shape mismatch")

    stand_in(monkeypatch, pipeline)
    with pytest.raises(BackendError, match="owner/name failed: shape mismatch"):
        Pyannote("owner/name").diarize(recording, SpeakerCount(), lambda *_: None)
