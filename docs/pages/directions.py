"""The table of what directions do to a voice, in voices.md."""

from __future__ import annotations

from pages.markdown import between, table
from talkshow.script.directions import Delivery, Entry, entries

_MOST_WORDS = 4


def page(present: str) -> str:
    """The page with the table of today."""
    head = ("direction", "pace", "loudness", "pitch", "melody", "")
    return between(present, "directions", table(head, (_row(entry) for entry in entries() if entry.delivery)))


def _row(entry: Entry) -> tuple[str, ...]:
    delivery = entry.delivery or Delivery()
    words = list(dict.fromkeys([*entry.told, *(" ".join(form) for form in entry.forms)]))[:_MOST_WORDS]
    return (
        ", ".join(words),
        _factor(delivery.speed),
        f"{delivery.gain_db:+g} dB" if delivery.gain_db else "",
        _factor(delivery.pitch),
        _factor(delivery.melody),
        "no pitch" if not delivery.voiced else f"shakes by {delivery.tremor_db:g} dB" if delivery.tremor_db else "",
    )


def _factor(value: float) -> str:
    return f"x {value:g}" if value != 1.0 else ""
