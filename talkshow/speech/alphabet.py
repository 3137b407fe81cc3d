"""The phoneme alphabet of the bundled networks: that of misaki, in which every reading notes its sounds."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from talkshow.errors import WeightsError

# Stress marks and the length mark are tokens with a duration of their own; they are heard as part of a neighbour.
STRESS = frozenset("ˈˌ")
LENGTH = frozenset("ːʰʲ")
SILENT = frozenset(' ;:,.!?—…"()“”')


@cache
def token_numbers() -> Mapping[str, int]:
    """The networks' number of each phoneme character. Raises WeightsError where the list is not installed."""
    spec = importlib.util.find_spec("hibari")  # not imported: its data alone is wanted
    path = Path(spec.origin).parent / "assets" / "vocab.json" if spec and spec.origin else None
    try:
        if path is None:
            raise FileNotFoundError("hibari-tts is not installed")
        numbers: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise WeightsError(
            f"the list of speech sounds in the package hibari-tts cannot be read: {exc}. "
            "Cure: pip install --force-reinstall hibari-tts==0.2.1"
        ) from exc
    return numbers
