"""Limits, and what it means when one is missed.

Measured on renders of photographs (frontal to 56 degrees of yaw, dark ones too) and of the drawn cast, 320x180 to
1280x720, 9:16 and 1:1, with and without cuts, with both families of voices; and on the same renders spoiled on purpose:

    figure                       good           swapped tracks   sound 120 ms off   both follow the mix
    correlation with own track   0.70 .. 0.97   -0.5 .. 0        0.4 .. 0.8         0.35 .. 0.55
    margin over others           0.65 .. 1.5    -1.4 .. 0        0.5 .. 1.2         -0.2 .. 0.2
    lag, ms                      -30 .. 20      any              95 .. 145 off      -30 .. 0
    activity agreement (AUC)     0.91 .. 1      0 .. 0.4         0.8 .. 1           0.55 .. 0.93
    motion in silence            0.01 .. 0.35   above 1          0.03 .. 0.3        0.34 .. 0.82

Each limit stands between the good and the spoiled, nearer to the spoiled: a warning about a good face is soon no longer
read. Each way of spoiling misses at least one limit with room to spare; no figure would do alone. With less than three
seconds of speech the lag is uncertain, so that its limit widens: of 517 such stretches of good renders 2 would have
failed by it, of 1103 shifted by 120 ms 36 would have passed; of longer ones 0 of 656, and 2 of 1299.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from talkshow.check.figures import Figures
from talkshow.check.sound import SoundFigures
from talkshow.check.watching import LANDMARKS, MOTION, Mouth

OK, FAILS, NOT_HEARD, UNKNOWN = "ok", "fails", "not heard", "not measured"

LEAST_HEARD_S = 1.5  # of speech, from which a face can be judged by it
LEAST_OWN = 0.5  # correlation with the own track
LEAST_MARGIN = 0.3  # over that with any other
MOST_LAG_MS, SURE_LAG = 60.0, 0.03  # the correlation must be so much better there than without a lag
FEW_WORDS_MS, FEW_WORDS = 30.0, 0.02  # added to both for one second heard, half of it for two: few words fit anywhere
LEAST_AUC = 0.8
MOST_SILENCE_SHARE = 0.6
LEAST_REACH = {LANDMARKS: 0.012, MOTION: 15.0}  # of a mouth that speaks: heights of the face; grey levels
STRAY_MOTION = {LANDMARKS: 0.06, MOTION: 40.0}  # a second, of one that moves as if it spoke, and not only smiles
LEAST_STRAY = 0.6  # correlation with the track it moves to
MOST_RESIDUAL_DB, MOST_WORST_DB = -15.0, -8.0
MOST_SOUND_LAG_MS, LEAST_TRACKS = 20.0, 0.8
_STILL = "the mouth does not move while its track speaks"


@dataclass(frozen=True)
class FaceCheck:
    """One face, judged.  status: OK, FAILS, NOT_HEARD or UNKNOWN; problems: what is wrong and what it means."""

    name: str
    status: str
    by: str
    figures: Figures
    problems: tuple[str, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Whether another measure may see more: the face was not found, or is heard and seems not to move."""
        return self.status == UNKNOWN or self.problems == (_STILL,)

    def as_dict(self) -> dict[str, Any]:
        """For the manifest and for --json."""
        found = self.figures
        margin = None if found.own is None or found.other is None else found.own - found.other
        return {
            "name": self.name,
            "status": self.status,
            "by": self.by,
            "seen_s": round(found.seen_s, 2),
            "heard_s": round(found.heard_s, 2),
            "correlation": _rounded(found.own, 3),
            "within_speech": _rounded(found.within_speech, 3),
            "other": _rounded(found.other, 3),
            "other_track": found.rival or None,
            "margin": _rounded(margin, 3),
            "lag_ms": _rounded(found.lag_ms, 1),
            "auc": _rounded(found.auc, 3),
            "silence_share": _rounded(found.silence_share, 3),
            "problems": list(self.problems),
        }


@dataclass(frozen=True)
class SoundCheck:
    """The file's sound, judged."""

    figures: SoundFigures
    problems: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For the manifest and for --json."""
        found = self.figures
        return {
            "status": FAILS if self.problems else OK,
            "residual_db": round(found.residual_db, 1),
            "worst_db": round(found.worst_db, 1),
            "worst_s": found.worst_s,
            "lag_ms": _rounded(found.lag_ms, 1),
            "tracks_correlation": _rounded(found.tracks, 3),
            "tracks_lag_ms": _rounded(found.tracks_lag_ms, 1),
            "problems": list(self.problems),
        }


@dataclass(frozen=True)
class Check:
    """An episode, judged.  read_s: seconds of it that were read; seconds: of work that took.

    sound: None and failure: why, where nothing could be measured.
    """

    faces: tuple[FaceCheck, ...]
    sound: SoundCheck | None
    read_s: float
    seconds: float = 0.0
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether no face and no sound fails."""
        return not self.problems

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is wrong, one sentence each."""
        return (
            *([self.failure] if self.failure else []),
            *(f"{face.name}: {problem}" for face in self.faces for problem in face.problems if face.status == FAILS),
            *(self.sound.problems if self.sound else ()),
        )

    def as_dict(self) -> dict[str, Any]:
        """For the manifest and for --json."""
        return {
            "ok": self.ok,
            "problems": list(self.problems),
            "read_s": round(self.read_s, 2),
            "seconds": round(self.seconds, 2),
            "faces": [face.as_dict() for face in self.faces],
            "sound": self.sound.as_dict() if self.sound else None,
        }


def read_check(value: Any) -> Check:
    """A Check from what JSON makes of `dataclasses.asdict` of it. Raises ValueError for anything else."""
    from pydantic import TypeAdapter

    return TypeAdapter(Check).validate_python(value)


def unseen(name: str) -> FaceCheck:
    """A speaker whose face is in none of the frames that were read."""
    nothing = Figures(0.0, 0.0, None, None, None, "", None, None, None, None, None, None, 0.0)
    return FaceCheck(name, UNKNOWN, "", nothing, ("it is never fully in the frame",))


def judge_face(name: str, mouth: Mouth, found: Figures) -> FaceCheck:
    """What the figures of a face mean."""
    if mouth.problem:
        return FaceCheck(name, UNKNOWN, mouth.by, found, (mouth.problem,))
    heard = found.heard_s >= LEAST_HEARD_S
    problems = (
        _spoken(found, found.reach >= LEAST_REACH[mouth.by])
        if heard
        else _unspoken(found, (found.silent_motion or 0.0) >= STRAY_MOTION[mouth.by])
    )
    status = FAILS if problems else OK if heard else NOT_HEARD
    return FaceCheck(name, status, mouth.by, found, tuple(problems))


def _spoken(found: Figures, moves: bool) -> list[str]:
    """Problems of a face that is heard."""
    if not moves:
        return [_STILL]
    problems = []
    own = found.own or 0.0
    if found.other is not None and own - found.other < LEAST_MARGIN:
        problems.append(
            f"the mouth follows {found.rival}'s track ({found.other:.2f}) "
            + ("rather than its own" if found.other > own else "nearly as well as its own")
            + f" ({own:.2f}): tracks are swapped, or the face is driven by several"
        )
    elif own < LEAST_OWN:
        problems.append(f"the mouth follows its track only loosely (correlation {own:.2f})")
    if (
        found.lag_ms is not None
        and found.best is not None
        and abs(found.lag_ms) > MOST_LAG_MS + FEW_WORDS_MS / found.heard_s
        and found.best - own > SURE_LAG + FEW_WORDS / found.heard_s
    ):
        problems.append(
            f"the mouth is {abs(found.lag_ms):.0f} ms {'late' if found.lag_ms > 0 else 'early'}: "
            "picture and sound are out of step"
        )
    if found.auc is not None and found.auc < LEAST_AUC:
        problems.append(f"the mouth hardly moves more in speech than in silence (agreement {found.auc:.2f})")
    if found.silence_share is not None and found.silence_share > MOST_SILENCE_SHARE:
        problems.append(
            f"the mouth moves while its track is silent ({found.silence_share:.0%} of its motion in speech)"
        )
    return problems


def _unspoken(found: Figures, moves: bool) -> list[str]:
    """Problems of a face that is seen but not heard."""
    if moves and found.other is not None and found.other >= LEAST_STRAY:
        return [f"the mouth moves with {found.rival}'s track (correlation {found.other:.2f}) while its own is silent"]
    return []


def judge_sound(found: SoundFigures) -> SoundCheck:
    """What the figures of the sound mean."""
    if not found.has_sound:
        return SoundCheck(found, ("the file has no sound",))
    problems = []
    if found.lag_ms is not None and abs(found.lag_ms) > MOST_SOUND_LAG_MS:
        problems.append(
            f"the file's sound is {abs(found.lag_ms):.0f} ms {'later' if found.lag_ms > 0 else 'earlier'} than mix.wav"
        )
    elif found.residual_db > MOST_RESIDUAL_DB or found.worst_db > MOST_WORST_DB:
        minutes, seconds = divmod(round(found.worst_s), 60)
        problems.append(
            "the file's sound is not mix.wav: the difference has "
            f"{_share(found.residual_db)} of its energy, and {_share(found.worst_db)} at "
            f"{minutes}:{seconds:02d}"
        )
    if found.tracks_lag_ms is not None and abs(found.tracks_lag_ms) > MOST_SOUND_LAG_MS:
        problems.append(
            f"mix.wav is {abs(found.tracks_lag_ms):.0f} ms "
            f"{'later' if found.tracks_lag_ms > 0 else 'earlier'} than the tracks"
        )
    elif found.tracks is not None and found.tracks < LEAST_TRACKS:
        problems.append(f"mix.wav is not the sum of the tracks (correlation of their levels {found.tracks:.2f})")
    return SoundCheck(found, tuple(problems))


def _share(db: float) -> str:
    return f"{10 ** (db / 10):.0%}"


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
