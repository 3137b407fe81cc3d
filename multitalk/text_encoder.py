"""Encodes prompts to tokens: umT5-xxl, the text encoder of Wan2.1."""

from __future__ import annotations

import html
import re
from typing import Any

import torch
from torch import Tensor

MAX_TOKENS = 512


class TextEncoder:
    """A T5 encoder and its tokenizer."""

    def __init__(self, model: Any, tokenizer: Any, max_tokens: int = MAX_TOKENS) -> None:
        self.model, self.tokenizer, self.max_tokens = model.eval(), tokenizer, max_tokens

    @torch.inference_mode()
    def encode(self, texts: list[str]) -> list[Tensor]:
        """One (tokens, text_dim) per text, as long as the text, including the end token."""
        device = next(self.model.parameters()).device
        made = self.tokenizer(
            [cleaned(text) for text in texts],
            padding="max_length",
            truncation=True,
            max_length=self.max_tokens,
            return_tensors="pt",
        )
        ids, mask = made["input_ids"].to(device), made["attention_mask"].to(device)
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return [row[: int(length)] for row, length in zip(states, mask.sum(dim=1), strict=True)]


def cleaned(text: str) -> str:
    """Clean the text as in training: fix broken encodings, resolve HTML entities (twice), collapse white space."""
    import ftfy

    return re.sub(r"\s+", " ", html.unescape(html.unescape(ftfy.fix_text(text)))).strip()


class ByteTokenizer:
    """Bytes as tokens: for encoders with random weights, which need no vocabulary."""

    _END = 1

    def __init__(self, vocabulary: int) -> None:
        self.vocabulary = vocabulary

    def __call__(self, texts: list[str], *, max_length: int, **_: Any) -> dict[str, Tensor]:
        """Called like a tokenizer of transformers, padded to `max_length`."""
        ids = torch.zeros(len(texts), max_length, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(texts):
            kept = text.encode()[: max_length - 1]
            tokens = [*(2 + byte % (self.vocabulary - 2) for byte in kept), self._END]
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
        return {"input_ids": ids, "attention_mask": mask}
