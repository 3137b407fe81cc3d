"""The network's attention and norms: PyTorch's scaled dot product attention, norms in at least float32."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from multitalk.rope import Rotation, at_least_float32, rotate


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Softmax attention.  q: (L, heads, d) or (batch, L, heads, d), k and v too, with S tokens; returns q's shape."""
    if q.dim() == 3:  # fused kernels need a batch dimension
        return attend(q[None], k[None], v[None])[0]
    return F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)).transpose(1, 2)


class RMSNorm(nn.Module):
    """Root mean square norm over the full width: all heads together."""

    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """x: (..., dim)."""
        return F.rms_norm(at_least_float32(x), x.shape[-1:], eps=self.eps).type_as(x) * self.weight


class LayerNorm(nn.LayerNorm):
    """Layer norm that computes in at least float32 and returns its input's type."""

    def forward(self, x: Tensor) -> Tensor:
        """x: (..., dim)."""
        weight, bias = (None if p is None else at_least_float32(p) for p in (self.weight, self.bias))
        return F.layer_norm(at_least_float32(x), self.normalized_shape, weight, bias, self.eps).type_as(x)


class SelfAttention(nn.Module):
    """Attention among visual tokens with three rotary axes."""

    def __init__(self, dim: int, num_heads: int, eps: float) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.q, self.k, self.v, self.o = (nn.Linear(dim, dim) for _ in range(4))
        self.norm_q, self.norm_k = RMSNorm(dim, eps), RMSNorm(dim, eps)

    def project(self, x: Tensor, rotation: Rotation) -> tuple[Tensor, Tensor, Tensor]:
        """Rotated queries and keys, and values, each (L, heads, d).  x: (L, dim)."""
        q, k, v = self.norm_q(self.q(x)), self.norm_k(self.k(x)), self.v(x)
        q, k, v = (part.unflatten(-1, (self.num_heads, -1)) for part in (q, k, v))
        return rotate(q, rotation), rotate(k, rotation), v

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """(L, dim)."""
        result: Tensor = self.o(attend(q, k, v).flatten(-2))
        return result


class CrossAttention(nn.Module):
    """Visual tokens attend to the text and, separately, to the reference picture; the results are added."""

    def __init__(self, dim: int, num_heads: int, eps: float) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.q, self.k, self.v, self.o, self.k_img, self.v_img = (nn.Linear(dim, dim) for _ in range(6))
        self.norm_q, self.norm_k, self.norm_k_img = (RMSNorm(dim, eps) for _ in range(3))

    def keys_values(self, text: Tensor, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Constant over the steps: text keys and values (S, heads, d), picture keys and values (257, heads, d)."""
        k_img, v_img = self.norm_k_img(self.k_img(image)), self.v_img(image)
        return (
            *self.text_keys_values(text),
            k_img.unflatten(-1, (self.num_heads, -1)),
            v_img.unflatten(-1, (self.num_heads, -1)),
        )

    def text_keys_values(self, text: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of a text."""
        k, v = self.norm_k(self.k(text)), self.v(text)
        return k.unflatten(-1, (self.num_heads, -1)), v.unflatten(-1, (self.num_heads, -1))

    def forward(self, x: Tensor, context: tuple[Tensor, Tensor, Tensor, Tensor]) -> Tensor:
        """x: (L, dim)."""
        q = self.norm_q(self.q(x)).unflatten(-1, (self.num_heads, -1))
        k, v, k_img, v_img = context
        result: Tensor = self.o((attend(q, k, v) + attend(q, k_img, v_img)).flatten(-2))
        return result
