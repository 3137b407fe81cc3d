"""What a renderer opens, looked at before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from talkshow.engines.plugins import is_own, wrong_answer
from talkshow.geometry import Box
from talkshow.render.base import StageView


def checked_view(renderer: object, answer: Any) -> StageView:
    """The answer of a renderer: what can be filmed."""
    wanted = ("identity", "seats", "crop", "warnings", "seat_picture", "frames")
    missing = [name for name in wanted if not hasattr(answer, name)]
    if missing:
        raise wrong_answer(renderer, f"the view it opens has no {' and no '.join(missing)}")
    if not is_own(renderer):
        picture = answer.seat_picture()
        if not (isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.shape[2:] == (3,)):
            raise wrong_answer(renderer, "its seat_picture is not an array (height, width, 3) of bytes")
        if not (
            isinstance(answer.crop, Box)
            and isinstance(answer.seats, Mapping)
            and all(isinstance(box, Box) for box in answer.seats.values())
        ):
            raise wrong_answer(renderer, "the crop and the seats of its view must be boxes")
        if not (isinstance(answer.warnings, (tuple, list)) and all(isinstance(row, str) for row in answer.warnings)):
            raise wrong_answer(renderer, "the warnings of its view must be texts")
    view: StageView = answer
    return view
