"""Encodes a frame to tokens: the image encoder of CLIP ViT-H/14, up to its last layer but one."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

SIZE = 224
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)


class ImageEncoder:
    """A CLIP vision model of transformers."""

    def __init__(self, model: Any) -> None:
        self.model = model.eval()

    @torch.inference_mode()
    def encode(self, frame: Tensor) -> Tensor:
        """(3, height, width) in -1..1 -> (1, 257, clip_dim): the output of the layer before the last."""
        parameter = next(self.model.parameters())
        # as in training: stretched to a square, without antialiasing
        small = F.interpolate(
            frame[None].to(parameter.device, torch.float32), size=(SIZE, SIZE), mode="bicubic", align_corners=False
        )
        mean, std = (torch.tensor(values, device=small.device).view(1, 3, 1, 1) for values in (_MEAN, _STD))
        pixels = (small * 0.5 + 0.5 - mean) / std
        states = self.model(pixel_values=pixels.to(parameter.dtype), output_hidden_states=True).hidden_states
        result: Tensor = states[-2]
        return result
