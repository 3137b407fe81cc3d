"""Finds the files of each network of a checkpoint, in any of the published layouts.

    Wan's own      diffusion_pytorch_model-0000N-of-00007.safetensors, models_t5_*, models_clip_*, Wan2.1_VAE,
                   google/umt5-xxl/
    Diffusers'     transformer/, text_encoder/, image_encoder/, vae/, tokenizer/: one file or shards
    merged         one .safetensors with the whole transformer, including the audio layers
    audio layers   multitalk; multi/infinitetalk (two people), single/infinitetalk (one)
    audio encoder  chinese-wav2vec2-base/ with model.safetensors or pytorch_model.bin

Weights are .safetensors, .pth or .bin. The search covers the folder itself and the repository names in it; without a
folder, the cache of huggingface_hub. It reads only names and headers and imports nothing heavy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multitalk.checkpoints import WAN, CheckpointFile, files_of
from multitalk.errors import CheckpointError

ROLES = ("base", "audio", "text", "image", "vae", "tokenizer", "listener")
_SUFFIXES = (".safetensors", ".pth", ".bin")
_STEMS: Mapping[str, tuple[str, ...]] = {
    "base": ("diffusion_pytorch_model", "transformer/diffusion_pytorch_model"),
    "text": ("models_t5_umt5-xxl-enc-bf16", "text_encoder/model", "text_encoder/pytorch_model"),
    "image": (
        "models_clip_open-clip-xlm-roberta-large-vit-huge-14",
        "image_encoder/model",
        "image_encoder/pytorch_model",
    ),
    "vae": ("Wan2.1_VAE", "vae/diffusion_pytorch_model"),
    "listener": tuple(
        f"{folder}{stem}"
        for folder in ("", "chinese-wav2vec2-base/", "audio_encoder/")
        for stem in ("model", "pytorch_model")
    ),
}
_TOKENIZERS = ("google/umt5-xxl", "tokenizer")
_TOKENIZER_FILES = ("tokenizer.json", "spiece.model")
_LARGEST_JSON = 50_000_000  # bytes: headers of weights have a few hundred thousand, tokenizers up to 30 million


@dataclass(frozen=True)
class Located:
    """files: role -> paths (for the tokenizer, its folder); no entry if anything is missing.

    lacking: role -> missing shards of an incomplete network.
    """

    files: Mapping[str, tuple[Path, ...]]
    lacking: Mapping[str, tuple[Path, ...]]


def locate(checkpoint: str, folder: Path | None = None, num_people: int = 2) -> Located:
    """The files of a checkpoint that exist.

    folder: the folder to search, or the file of a merged transformer next to the other files; None: the cache.
    num_people: for one person, weights for one are used if they exist. Raises CheckpointError for an unknown
    checkpoint, for a file that cannot be read, and if several files could be the transformer.
    """
    files_of(checkpoint)  # raises for an unknown name
    whole = folder if folder is not None and folder.is_file() else None
    folder = whole.parent if whole else folder
    places = _places(checkpoint, folder)
    found: dict[str, tuple[Path, ...]] = {}
    lacking: dict[str, tuple[Path, ...]] = {}
    stems = {**_STEMS, "audio": _audio_stems(checkpoint, num_people)}
    for role in ("base", "audio", "text", "image", "vae", "listener"):
        files, absent = _search(places, stems[role], only_audio_encoders=role == "listener")
        if files:
            found[role] = files
        elif absent:
            lacking[role] = absent
    if whole:
        found["base"] = (whole,)
        lacking.pop("base", None)
    elif folder is not None and "base" not in found and (lone := _whole_transformer(folder, stems["audio"])):
        found["base"] = (lone,)
    if "audio" not in found and _holds_audio_layers(found.get("base", ())):
        found["audio"] = ()
    if tokenizer := _tokenizer(places):
        found["tokenizer"] = (tokenizer,)
    return Located(found, lacking)


def missing_files(checkpoint: str, folder: Path | None = None, num_people: int = 2) -> list[str]:
    """Required files that are missing: labels of the published files, paths of missing shards."""
    located = locate(checkpoint, folder, num_people)
    missing = [str(path) for paths in located.lacking.values() for path in paths]
    for file in files_of(checkpoint):
        needed = file.role not in located.files and file.role not in located.lacking and not file.optional
        if needed and find_file(file, folder) is None:
            missing.append(file.label)
    return missing


def find_file(file: CheckpointFile, folder: Path | None = None) -> Path | None:
    """The path of a published file under its own name; None if it does not exist."""
    if folder is not None and folder.is_file():
        folder = folder.parent
    spots = [place / file.name for place in _repository_places(file.repository, folder)]
    if folder is not None and (file.role != "listener" or _hears(folder)):  # any network has a config.json
        spots = [folder / file.name, *spots, folder / Path(file.name).name]
    return next((spot for spot in spots if spot.is_file()), None)


def tensor_names(path: Path) -> frozenset[str]:
    """Names of the tensors of a .safetensors file. Raises CheckpointError."""
    return frozenset(_header(path)[0])


def read_json(path: Path) -> Any:
    """The content of a JSON file of a model folder. Raises OSError, and ValueError for invalid or too large JSON."""
    with path.open("rb") as file:
        data = file.read(_LARGEST_JSON + 1)
    if len(data) > _LARGEST_JSON:
        raise ValueError(f"it is larger than {_LARGEST_JSON // 1_000_000} MB")
    return _parsed(data)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def whole_length(path: Path) -> int:
    """The number of bytes of a complete .safetensors file. Raises CheckpointError."""
    tensors, start = _header(path)
    return start + max((extent[1] for extent in tensors.values()), default=0)


def _header(path: Path) -> tuple[dict[str, tuple[int, int]], int]:
    """(name -> extent of its values; start of the values) of a .safetensors file. Raises CheckpointError."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 0 < length <= min(_LARGEST_JSON, path.stat().st_size):
                raise ValueError("its header has an impossible length")
            rows = _parsed(file.read(length))
        extents = {
            str(name): (int(row["data_offsets"][0]), int(row["data_offsets"][1]))
            for name, row in rows.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as exc:
        raise CheckpointError(
            f"{path}: these weights cannot be read ({exc}). Delete the file and pull it again."
        ) from exc
    return extents, 8 + length


def _audio_stems(checkpoint: str, num_people: int) -> tuple[str, ...]:
    if checkpoint.startswith("multitalk"):
        return ("multitalk",)
    several = ("multi/infinitetalk", "infinitetalk")
    return ("single/infinitetalk", *reversed(several)) if num_people == 1 else several


def _places(checkpoint: str, folder: Path | None) -> list[Path]:
    """Folders that are searched for the files of the repositories, best first."""
    repositories = list(dict.fromkeys(file.repository for file in files_of(checkpoint)))
    repositories += [f"{name}-Diffusers" for name in repositories if name.startswith(WAN)]
    places = [folder] if folder is not None else []
    for repository in repositories:
        places += _repository_places(repository, folder)
    return [place for place in places if place.is_dir()]


def _repository_places(repository: str, folder: Path | None) -> list[Path]:
    """Possible folders of a repository in a folder, or its snapshots in the cache, the current one first."""
    owner, _, name = repository.partition("/")
    plain = [] if folder is None else [folder / name, folder / owner / name]
    cache = folder if folder is not None else _cache()
    stored = cache / f"models--{owner}--{name}" if cache is not None else None
    if stored is None or not (stored / "snapshots").is_dir():
        return plain
    current = stored / "refs" / "main"
    newest = current.read_text(encoding="utf-8").strip() if current.is_file() else ""
    snapshots = sorted((stored / "snapshots").iterdir(), key=lambda path: (path.name != newest, path.name))
    return [*plain, *snapshots]


def _cache() -> Path | None:
    try:
        from huggingface_hub import constants
    except ImportError:
        return None
    return Path(constants.HF_HUB_CACHE)


def _search(
    places: Sequence[Path], stems: Iterable[str], only_audio_encoders: bool
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """(the files of the first place that has all of them, else (); the missing shards of the fullest place)."""
    lacking: tuple[Path, ...] = ()
    for stem in stems:
        for place in places:
            if only_audio_encoders and not _hears((place / stem).parent):
                continue
            files, absent = _stored(place / stem, indexed="/" in stem)
            if files and not absent:
                return files, ()
            if absent and (not lacking or len(absent) < len(lacking)):
                lacking = absent
    return (), lacking


def _stored(stem: Path, indexed: bool) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """(existing files, missing shards) of one network: numbered shards, files that an index names, or one file.

    indexed: whether an index is used. Those next to Wan's shards name files of several repositories.
    """
    for suffix in _SUFFIXES:
        shards = _numbered(stem, suffix) or (_indexed(stem, suffix) if indexed else [])
        if shards:
            return (
                tuple(path for path in shards if path.is_file()),
                tuple(path for path in shards if not path.is_file()),
            )
        alone = stem.with_name(stem.name + suffix)
        if alone.is_file():
            return (alone,), ()
    return (), ()


def _numbered(stem: Path, suffix: str) -> list[Path]:
    """All shards of a set, whether they exist or not."""
    pattern = re.compile(rf"{re.escape(stem.name)}-\d{{5}}-of-(\d{{5}}){re.escape(suffix)}")
    names = [path.name for path in stem.parent.iterdir()] if stem.parent.is_dir() else []
    totals = {int(match[1]) for name in names if (match := pattern.fullmatch(name))}
    if not totals:
        return []
    total = max(totals)
    return [stem.with_name(f"{stem.name}-{number:05d}-of-{total:05d}{suffix}") for number in range(1, total + 1)]


def _indexed(stem: Path, suffix: str) -> list[Path]:
    """The shards that an index names. Raises CheckpointError for an index that names anything but files next to it."""
    index = stem.with_name(f"{stem.name}{suffix}.index.json")
    if not index.is_file():
        return []
    try:
        names = sorted(set(read_json(index)["weight_map"].values()))
        if not names or any(not isinstance(name, str) or Path(name).name != name for name in names):
            raise ValueError("it names something other than files next to it")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise CheckpointError(
            f"{index}: this index of shards cannot be read ({exc}). Delete it and pull it again."
        ) from exc
    return [stem.with_name(name) for name in names]


def _whole_transformer(folder: Path, audio_stems: Sequence[str]) -> Path | None:
    """The one .safetensors file in a folder that contains a transformer, by the names of its tensors."""
    known = {Path(stem).name for stem in audio_stems}
    whole = [
        path
        for path in sorted(folder.glob("*.safetensors"))
        if path.stem not in known and _is_whole(tensor_names(path))
    ]
    if len(whole) > 1:
        raise CheckpointError(
            f"{folder}: several files contain a whole transformer: "
            f"{', '.join(path.name for path in whole)}. Choose one of them with --models FILE"
        )
    return whole[0] if whole else None


def _is_whole(names: frozenset[str]) -> bool:
    return any(name.endswith("patch_embedding.weight") for name in names) and any(".ffn." in name for name in names)


def _holds_audio_layers(files: Iterable[Path]) -> bool:
    return any("audio_proj." in name for path in files if path.suffix == ".safetensors" for name in tensor_names(path))


def _tokenizer(places: Sequence[Path]) -> Path | None:
    candidates = (place / name for name in _TOKENIZERS for place in places)
    return next((path for path in candidates if any((path / file).is_file() for file in _TOKENIZER_FILES)), None)


def _hears(folder: Path) -> bool:
    """Whether the config.json of a folder is that of a wav2vec2: files of other networks have the same names."""
    try:
        config = read_json(folder / "config.json")
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("model_type") == "wav2vec2"
