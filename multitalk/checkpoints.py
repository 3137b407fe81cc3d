"""The published weights: the files of each checkpoint, their sources and their purposes.

Sizes and digests are those of the repositories. A digest is given only if it is certain. The sizes of the
transformer's shards are rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

from multitalk.errors import CheckpointError

WAN = "Wan-AI/Wan2.1-I2V-14B-"
_SHARED = f"{WAN}480P"  # encoders and autoencoder are the same in both sizes
_MULTITALK = "MeiGen-AI/MeiGen-MultiTalk"
_INFINITETALK = "MeiGen-AI/InfiniteTalk"
_LISTENER = "TencentGameMate/chinese-wav2vec2-base"
_GIGABYTE = 1e9

PURPOSES = {
    "base": "video transformer (Wan2.1-I2V-14B)",
    "audio": "audio layers of the transformer",
    "text": "text encoder (umT5-xxl)",
    "image": "picture encoder (CLIP ViT-H/14)",
    "vae": "video autoencoder",
    "tokenizer": "tokenizer of the text encoder",
    "listener": "audio encoder (wav2vec2)",
}


@dataclass(frozen=True)
class CheckpointFile:
    """One file.

    role: a key of PURPOSES; num_bytes: exact if `sha256` or `exact` is set, else approximate; optional: what the file
    improves, for a file that the checkpoint does not require.
    """

    repository: str
    name: str
    role: str
    num_bytes: int
    sha256: str = ""
    exact: bool = True
    optional: str = ""
    licence: str = "Apache-2.0"

    @property
    def label(self) -> str:
        """Its name in messages."""
        return f"{self.repository}/{self.name}"

    @property
    def gigabytes(self) -> float:
        """Its size in words."""
        return self.num_bytes / _GIGABYTE

    @property
    def purpose(self) -> str:
        """Its purpose."""
        return PURPOSES[self.role] + (f", {self.optional}" if self.optional else "")


def _shards(size: str, digests: dict[int, str]) -> tuple[CheckpointFile, ...]:
    return tuple(
        CheckpointFile(
            f"{WAN}{size}",
            f"diffusion_pytorch_model-{number:05d}-of-00007.safetensors",
            "base",
            round(gigabytes * _GIGABYTE),
            digests.get(number, ""),
            exact=False,
        )
        for number, gigabytes in enumerate((9.84, 9.80, 9.80, 9.69, 9.69, 9.69, 7.06), start=1)
    )


_ENCODERS = (
    CheckpointFile(
        _SHARED,
        "models_t5_umt5-xxl-enc-bf16.pth",
        "text",
        11_361_920_418,
        "7cace0da2b446bbbbc57d031ab6cf163a3d59b366da94e5afe36745b746fd81d",
    ),
    CheckpointFile(
        _SHARED,
        "models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth",
        "image",
        4_772_359_047,
        "628c9998b613391f193eb67ff68da9667d75f492911e4eb3decf23460a158c38",
    ),
    CheckpointFile(
        _SHARED,
        "Wan2.1_VAE.pth",
        "vae",
        507_609_880,
        "38071ab59bd94681c686fa51d75a1968f64e470262043be31f7a094e442fd981",
    ),
    CheckpointFile(
        _SHARED,
        "google/umt5-xxl/spiece.model",
        "tokenizer",
        4_548_313,
        "e3909a67b780650b35cf529ac782ad2b6b26e6d1f849d3fbb6a872905f452458",
    ),
    CheckpointFile(
        _SHARED,
        "google/umt5-xxl/tokenizer.json",
        "tokenizer",
        16_837_417,
        "6e197b4d3dbd71da14b4eb255f4fa91c9c1f2068b20a2de2472967ca3d22602b",
    ),
    CheckpointFile(
        _SHARED,
        "google/umt5-xxl/tokenizer_config.json",
        "tokenizer",
        61_728,
        "ed9a3a8b0faa71a70a32847e0435fe036e6e112d4df4edb7bb48a921e344dc05",
    ),
    CheckpointFile(
        _SHARED,
        "google/umt5-xxl/special_tokens_map.json",
        "tokenizer",
        6_623,
        "7b8a9f5040adb67b5805abdfd42c1f8d0f3d0e711f10726580eb3789cd0ad61d",
    ),
    CheckpointFile(_LISTENER, "config.json", "listener", 1_950, exact=False, licence="MIT"),
    CheckpointFile(
        _LISTENER,
        "pytorch_model.bin",
        "listener",
        380_261_837,
        "be2da40c9e7ae26bfc904a3ed79ebb9e8f060bec6dba85d6a6ae86114bc38901",
        licence="MIT",
    ),
)
_WAN_480 = (*_shards("480P", {}), *_ENCODERS)
_WAN_720 = (
    *_shards(
        "720P",
        {
            4: "3b3e8561340ad1d43e4569912810fdc24f83ddbcf4f2863c968114479113324b",
            5: "9700f2ba6194aad23a458adc6e73352ea982a0b1c7606f459cd3e559eacc270d",
            6: "148e81b477494ef9590acd8983f45116d4684919659ea2c0e747050458aa2346",
        },
    ),
    *_ENCODERS,
)
# its size is, to the byte, that of the 330 audio tensors in float32, with `norm_x` in bfloat16
_MULTITALK_AUDIO = (
    CheckpointFile(
        _MULTITALK,
        "multitalk.safetensors",
        "audio",
        9_947_889_040,
        "f4b48e2eb148e2407711dfc29ef411820094e5684435d5791a6d34b53fe9e1db",
    ),
)
_INFINITETALK_AUDIO = (
    CheckpointFile(_INFINITETALK, "multi/infinitetalk.safetensors", "audio", 9_950_000_000, exact=False),
    CheckpointFile(
        _INFINITETALK,
        "single/infinitetalk.safetensors",
        "audio",
        9_950_000_000,
        exact=False,
        optional="for one person alone",
    ),
)

CHECKPOINTS: dict[str, tuple[CheckpointFile, ...]] = {
    "multitalk-480p": (*_WAN_480, *_MULTITALK_AUDIO),
    "multitalk-720p": (*_WAN_720, *_MULTITALK_AUDIO),
    "infinitetalk-480p": (*_WAN_480, *_INFINITETALK_AUDIO),
    "infinitetalk-720p": (*_WAN_720, *_INFINITETALK_AUDIO),
}


def files_of(checkpoint: str) -> tuple[CheckpointFile, ...]:
    """The files of a checkpoint. Raises CheckpointError for an unknown name."""
    if checkpoint not in CHECKPOINTS:
        raise CheckpointError(f"there is no checkpoint '{checkpoint}'. There are: {', '.join(CHECKPOINTS)}")
    return CHECKPOINTS[checkpoint]
