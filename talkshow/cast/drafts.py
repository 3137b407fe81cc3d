"""The quick stand-ins of voices."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from talkshow.cast.types import Voice
from talkshow.engines.resources import data_folder
from talkshow.languages.registry import DEFAULT, primary, spoken_by

# Where a voice has no factors of its own: the middle of men's and women's voices relative to `heart` (182 Hz).
_BY_GENDER = {"male": (0.62, 0.86), "female": (1.0, 1.0), "": (0.8, 0.93)}


def draft_voice(voice: Voice) -> Voice:
    """The draft stand-in of a voice of the catalogue: same name and character, engine "draft", no data of its own.

    A voice whose file gives pitch and formants keeps them (the bundled ones do); any other gets factors by its
    gender, moved a little by its name, so that two of them stay apart and are the same every time.
    """
    bundled = voice.folder is not None and voice.folder.parent == data_folder("voices")
    if voice.pitch == 1.0 and voice.formants == 1.0 and not bundled:
        pitch, formants = _BY_GENDER.get(voice.gender, _BY_GENDER[""])
        digest = hashlib.sha256(voice.name.encode("utf-8")).digest()
        pitch *= 2 ** ((digest[0] / 255 - 0.5) * 0.5)  # three semitones up or down
        formants *= 1 + (digest[1] / 255 - 0.5) * 0.1
        voice = replace(voice, pitch=round(pitch, 3), formants=round(formants, 3))
    language = voice.language if primary(voice.language) in spoken_by("draft") else DEFAULT
    return replace(voice, engine="draft", language=language, data="")
