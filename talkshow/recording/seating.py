"""Who of many speakers is seen, where there are fewer faces: those who are heard most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from talkshow.recording.speakers import Speakers
from talkshow.script.seats import MOST_DRAWN, OFF, Seat
from talkshow.settings import EpisodeSettings

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures


def seat_those_heard_most(
    speakers: Speakers, written: Mapping[str, Seat | None], settings: EpisodeSettings, pictures: Pictures
) -> tuple[dict[str, Seat | None], tuple[str, ...]]:
    """Seats as written, and `OFF` for those for whom there is no face left; (seats, who is off and why).

    Seated speakers sit from left to right in order of first speech.
    """
    capacity = _capacity(settings, pictures)
    seats = dict(written)
    placed = {name for name, seat in seats.items() if seat and not seat.is_off}
    free = [name for name, seat in seats.items() if not seat]
    room = max(0, capacity - len(placed))
    ranked = sorted(free, key=lambda name: -speakers.diarization.spoken_s(name))
    unseated = ranked[room:]
    seats.update(dict.fromkeys(unseated, OFF))
    if not unseated:
        return seats, ()
    where = (
        f"the picture has {capacity} faces"
        if settings.image and settings.renderer != "cartoon"
        else f"{capacity} people are drawn at most"
    )
    return seats, (
        f"{where}: those heard least stay off screen ({', '.join(unseated)}). Seat them with "
        "--seat NAME=left, or in speakers.toml",
    )


def _capacity(settings: EpisodeSettings, pictures: Pictures) -> int:
    """How many can be seen: faces of the picture, or seats of the drawn set."""
    if settings.image is None or settings.renderer == "cartoon" or not settings.image.is_file():
        return MOST_DRAWN
    # the renderer reports a picture without a face, in its own words
    return max(1, len(pictures.read(settings.image).faces))
