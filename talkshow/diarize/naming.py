"""Names for speakers whose voices are known from samples."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from talkshow.errors import SettingsError
from talkshow.timeline.turns import Diarization, Embedding

# Cosines of 1.5 s against a whole voice are above 0.73 for the same voice, for another one below 0.67; a sample from
# another room or microphone costs about 0.1.
LEAST_LIKENESS = 0.62
DOUBTFUL = 0.08  # a lead over the next speaker smaller than this is said


def match_voices(diarization: Diarization, samples: Mapping[str, Embedding]) -> tuple[dict[str, str], tuple[str, ...]]:
    """({speaker: name}, warnings): which speakers sound like which sample.

    samples: name to embedding, from the same network as `diarization.embeddings`. No two names go to one speaker: the
    pairs are chosen that are most alike together. A name that fits no voice is a warning.
    Raises SettingsError when no sample fits anybody.
    """
    from scipy.optimize import linear_sum_assignment

    speakers, names = [*diarization.embeddings], [*samples]
    if not speakers or not names:
        raise SettingsError(
            "no voices to compare: "
            + ("no speaker is heard alone for long enough to compare voices" if names else "no samples are given")
        )
    likeness = (
        np.stack([samples[name] for name in names])
        @ np.stack([diarization.embeddings[speaker] for speaker in speakers]).T
    )
    found: dict[str, str] = {}
    warnings = []
    for row, column in zip(*linear_sum_assignment(-likeness), strict=True):
        if likeness[row, column] >= LEAST_LIKENESS:
            found[speakers[column]] = names[row]
            others = np.delete(likeness[row], column)
            if len(others) and likeness[row, column] - others.max() < DOUBTFUL:
                warnings.append(
                    f"{names[row]}'s sample sounds almost as much like another speaker "
                    f"({likeness[row, column]:.2f} and {others.max():.2f}): look whether the right one is "
                    "named"
                )
    missed = [name for name in names if name not in found.values()]
    if len(missed) == len(names):
        raise SettingsError(
            f"no speaker in the recording sounds like {_listed(names, likeness, speakers)}. Give samples "
            "of a few seconds of one voice, or name the speakers by order: --names"
        )
    warnings += [
        f"no remaining speaker sounds like {_listed([name], likeness[[names.index(name)]], speakers)}"
        for name in missed
    ]
    return found, tuple(warnings)


def _listed(names: list[str], likeness: np.ndarray, speakers: list[str]) -> str:
    """Names, each with the speaker most like it."""
    nearest = likeness.argmax(axis=1)
    return ", ".join(
        f"{name}'s sample (most like it: {speakers[at]}, {row[at]:.2f} of {LEAST_LIKENESS} needed)"
        for name, row, at in zip(names, likeness, nearest, strict=True)
    )
