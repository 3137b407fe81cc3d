"""Presets: sizes of the networks and sampling options.  Plain values, no heavy imports."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

FPS = 25  # of all videos
NEGATIVE_PROMPT = (
    "bright tones, overexposed, static, blurred details, subtitles, style, works, paintings, images, still picture, "
    "overall gray, worst quality, low quality, JPEG compression residue, ugly, incomplete, extra fingers, poorly drawn "
    "hands, poorly drawn faces, deformed, disfigured, misshapen limbs, fused fingers, motionless picture, cluttered "
    "background, three legs, many people in the background, walking backwards"
)


@dataclass(frozen=True)
class DiTConfig:
    """The diffusion transformer. Defaults are those of the published 14B weights."""

    dim: int = 5120
    ffn_dim: int = 13824
    num_heads: int = 40
    num_layers: int = 40
    freq_dim: int = 256  # channels of the timestep's sinusoid
    in_dim: int = 36  # 16 latent channels, 4 mask channels, 16 channels of the condition
    out_dim: int = 16
    text_len: int = 512  # tokens to which a prompt is padded
    text_dim: int = 4096
    clip_dim: int = 1280
    eps: float = 1e-6
    audio_window: int = 5  # audio frames around a video frame
    audio_layers: int = 12  # hidden states of the audio encoder
    audio_channels: int = 768  # of each
    audio_hidden: int = 512  # inside the audio projection
    audio_dim: int = 768  # of an audio token
    audio_tokens: int = 32  # tokens per person and latent frame
    vae_scale: int = 4  # video frames per latent frame
    class_range: int = 24  # positions on the line that separates people
    class_interval: int = 4  # positions of one person
    norm_audio: bool = True  # whether audio tokens are normalised

    def __post_init__(self) -> None:
        if self.dim % self.num_heads or self.dim // self.num_heads % 2:
            raise ValueError(f"dim {self.dim} does not divide into {self.num_heads} heads of an even size")

    @property
    def head_dim(self) -> int:
        """Channels of a head."""
        return self.dim // self.num_heads


@dataclass(frozen=True)
class VAEConfig:
    """The causal video autoencoder, stride (4, 8, 8)."""

    base_dim: int = 96
    z_dim: int = 16
    dim_mult: tuple[int, ...] = (1, 2, 4, 4)
    num_res_blocks: int = 2
    temporal_downsample: tuple[bool, ...] = (False, True, True)
    latents_mean: tuple[float, ...] = (
        -0.7571,
        -0.7089,
        -0.9113,
        0.1075,
        -0.1745,
        0.9653,
        -0.1517,
        1.5508,
        0.4134,
        -0.0715,
        0.5517,
        -0.3632,
        -0.1922,
        -0.9497,
        0.2503,
        -0.2921,
    )
    latents_std: tuple[float, ...] = (
        2.8184,
        1.4541,
        2.3275,
        2.6558,
        1.2196,
        1.7708,
        2.6052,
        2.0743,
        3.2687,
        2.1526,
        2.8652,
        1.5579,
        1.6382,
        1.1253,
        2.8251,
        1.9160,
    )


@dataclass(frozen=True)
class APGOptions:
    """Adaptive projected guidance (Sadat et al. 2024)."""

    momentum: float = -0.75
    norm_threshold: float = 55.0  # 0: the norm is not limited
    eta: float = 0.0  # share of the component parallel to the prediction


@dataclass(frozen=True)
class SamplingOptions:
    """How a video is sampled."""

    num_steps: int = 40
    shift: float = 7.0  # shift of the schedule toward high noise
    text_guidance_scale: float = 5.0
    audio_guidance_scale: float = 4.0
    chunk_frames: int = 81  # 4n+1
    motion_frames: int = 25  # last frames of a chunk, which condition the next one; 4n+1
    apg: APGOptions | None = None
    color_correction: float = 1.0  # 0..1
    step_cache_threshold: float | None = None
    streaming: bool = True  # False: a single chunk (clip mode)

    def __post_init__(self) -> None:
        if self.chunk_frames % 4 != 1 or self.motion_frames % 4 != 1 or not self.motion_frames < self.chunk_frames:
            raise ValueError(
                f"chunks of {self.chunk_frames} frames with {self.motion_frames} motion frames are not "
                "possible: both must be 4n+1, and a chunk must be longer than its motion frames"
            )


@dataclass(frozen=True)
class EncoderSizes:
    """The text, picture and audio encoders. Defaults are those of umT5-xxl, CLIP ViT-H/14 and wav2vec2-base.

    Their widths are the transformer's `text_dim`, `clip_dim` and `audio_channels`.
    """

    vocabulary: int = 256384
    text_layers: int = 24
    text_heads: int = 64
    text_head_dim: int = 64
    text_ffn_dim: int = 10240
    clip_layers: int = 32
    clip_heads: int = 16
    clip_ffn_dim: int = 5120
    clip_patch: int = 14  # for pictures of 224 pixels: 257 tokens, as the network expects
    audio_heads: int = 12
    audio_ffn_dim: int = 3072
    audio_conv_dim: int = 512  # channels of each of the seven convolutions
    audio_position_width: int = 128  # of the convolution that encodes the position in time
    audio_position_groups: int = 16


@dataclass(frozen=True)
class Preset:
    """A named configuration.

    bucket_table: "480", "720", or a separate table, aspect -> (height, width).  anchor: "last_frames" continues from
    the last frames made (MultiTalk), "source_frames" conditions on the source and adds clean motion latents
    (InfiniteTalk).  checkpoint: name of its weights in `checkpoints.py`; None for random weights.
    """

    name: str
    dit: DiTConfig
    vae: VAEConfig
    bucket_table: str | tuple[tuple[float, tuple[int, int]], ...]
    anchor: str
    options: SamplingOptions
    checkpoint: str | None
    step_cache_coefficients: str  # "480" or "720"
    max_speakers: int = 2
    encoders: EncoderSizes = EncoderSizes()


_TINY_DIT = DiTConfig(
    dim=48,
    ffn_dim=96,
    num_heads=4,
    num_layers=2,
    freq_dim=32,
    text_len=32,
    text_dim=32,
    clip_dim=32,
    audio_layers=2,
    audio_channels=16,
    audio_hidden=16,
    audio_dim=24,
    audio_tokens=4,
)
_TINY_ENCODERS = EncoderSizes(
    vocabulary=256,
    text_layers=1,
    text_heads=2,
    text_head_dim=16,
    text_ffn_dim=64,
    clip_layers=2,
    clip_heads=2,
    clip_ffn_dim=64,
    audio_heads=2,
    audio_ffn_dim=32,
    audio_conv_dim=32,
    audio_position_width=16,
    audio_position_groups=4,
)
_TINY_BUCKETS = ((0.56, (64, 112)), (0.75, (64, 96)), (1.0, (64, 64)), (1.33, (96, 64)), (1.78, (112, 64)))
_MULTITALK = SamplingOptions()
_INFINITETALK = SamplingOptions(motion_frames=9)

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("multitalk-480p", DiTConfig(), VAEConfig(), "480", "last_frames", _MULTITALK, "multitalk-480p", "480"),
        Preset(
            "multitalk-720p",
            DiTConfig(),
            VAEConfig(),
            "720",
            "last_frames",
            replace(_MULTITALK, shift=11.0),
            "multitalk-720p",
            "720",
        ),
        Preset(
            "infinitetalk-480p",
            DiTConfig(),
            VAEConfig(),
            "480",
            "source_frames",
            _INFINITETALK,
            "infinitetalk-480p",
            "480",
        ),
        Preset(
            "infinitetalk-720p",
            DiTConfig(),
            VAEConfig(),
            "720",
            "source_frames",
            replace(_INFINITETALK, shift=11.0),
            "infinitetalk-720p",
            "720",
        ),
        Preset(
            "tiny",
            _TINY_DIT,
            VAEConfig(base_dim=4),
            _TINY_BUCKETS,
            "last_frames",
            SamplingOptions(num_steps=2, shift=5.0, chunk_frames=33, motion_frames=9, color_correction=0.0),
            None,
            "480",
            encoders=_TINY_ENCODERS,
        ),
    )
}


def preset(name: str) -> Preset:
    """A preset by name. Raises ValueError with the choices and the nearest name."""
    if name in PRESETS:
        return PRESETS[name]
    near = difflib.get_close_matches(name, PRESETS, n=1)
    raise ValueError(
        f"there is no preset '{name}'{f'; did you mean {near[0]}?' if near else '.'} There are: {', '.join(PRESETS)}"
    )
