"""How directions colour a voice.

Only pace and loudness change, and only a little: a network's voice cannot act, and must not sound broken. A direction
rules from where it stands to the next one in this table; all others are for the face. None is ever spoken.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """Factor on the voice's speed, decibels on its loudness."""

    speed: float = 1.0
    gain_db: float = 0.0


# By the beginning of a direction's word: "whisper" meets whispers and whispering.
DELIVERY: dict[str, Delivery] = {
    "whisper": Delivery(0.94, -7.0), "breath": Delivery(1.0, -5.0), "mutter": Delivery(1.03, -5.0),
    "mumbl": Delivery(1.03, -5.0), "murmur": Delivery(0.97, -5.0), "quiet": Delivery(0.97, -4.0),
    "soft": Delivery(0.96, -3.0), "hush": Delivery(0.96, -5.0), "shy": Delivery(0.97, -3.0),
    "gentl": Delivery(0.96, -2.0), "tender": Delivery(0.96, -2.0),
    "sad": Delivery(0.92, -2.0), "sob": Delivery(0.92, -2.0), "cry": Delivery(0.92, -2.0),
    "tired": Delivery(0.9, -2.0), "wear": Delivery(0.9, -2.0), "sleep": Delivery(0.88, -3.0),
    "yawn": Delivery(0.9, -2.0), "sigh": Delivery(0.95, -1.5), "bored": Delivery(0.93, -1.5),
    "slow": Delivery(0.86), "calm": Delivery(0.95), "thoughtful": Delivery(0.93), "pensive": Delivery(0.93),
    "hesita": Delivery(0.93, -1.0), "serious": Delivery(0.96), "solemn": Delivery(0.92),
    "deadpan": Delivery(0.96, -0.5),
    "excite": Delivery(1.07, 1.5), "enthus": Delivery(1.07, 1.5), "thrill": Delivery(1.07, 1.5),
    "eager": Delivery(1.05, 1.0), "happ": Delivery(1.04, 0.5), "cheer": Delivery(1.04, 0.5),
    "joy": Delivery(1.04, 0.5), "quick": Delivery(1.14), "fast": Delivery(1.14), "hurr": Delivery(1.14),
    "rush": Delivery(1.14), "urgent": Delivery(1.1, 1.5), "nervous": Delivery(1.06, -0.5), "anxious": Delivery(1.06),
    "panic": Delivery(1.12, 2.0), "angr": Delivery(1.04, 2.5), "furious": Delivery(1.06, 3.5),
    "loud": Delivery(1.0, 3.0), "shout": Delivery(1.02, 4.0), "yell": Delivery(1.02, 4.0),
    "scream": Delivery(1.04, 4.5),
    "normal": Delivery(), "neutral": Delivery(),
}


def delivery_of(direction: str) -> Delivery | None:
    """The delivery of a direction as written: its first word in the table; None where it is only for the face."""
    for word in direction.casefold().replace("-", " ").split():
        for beginning, delivery in DELIVERY.items():
            if word.startswith(beginning):
                return delivery
    return None
