"""Makes the folder of a voice from a sample: consent first, then the voice, then everything at once to its place."""

from __future__ import annotations

import dataclasses
import datetime
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talkshow.cast.catalogue import load_all_voices
from talkshow.cast.consent import SPOKEN, STATEMENT, ConsentRecord
from talkshow.cast.types import Voice
from talkshow.clock import SPEECH_RATE
from talkshow.cloning.bundled import known_embeddings
from talkshow.cloning.consent import check_spoken, sentence_for
from talkshow.cloning.matching import Match, find_match
from talkshow.cloning.sample import Sample, read_sample
from talkshow.cloning.sentences import SENTENCES, engine, say
from talkshow.errors import CastError, choose
from talkshow.languages.registry import spoken_by
from talkshow.machine.errors import system_errors
from talkshow.progress import Hook, quiet
from talkshow.sound.loudness import level_of
from talkshow.sound.waveform import Waveform, save_wave
from talkshow.speech.base import SpeechRequest
from talkshow.speech.engines.kokoro import load_style
from talkshow.speech.shifting import pitch_curve
from talkshow.store.digests import file_digest
from talkshow.store.inputs import read_bytes
from talkshow.store.naming import safe_name

MATCH = "match"
CLONING = ("coqui", "endpoint")  # engines that copy a sample themselves
_WOMAN_HZ, _MAN_HZ = 172.0, 152.0
_DRAFT_HZ = 182.0  # median fundamental of the draft voice
_LONGEST_STATEMENT = 20_000  # bytes


@dataclass(frozen=True)
class VoiceRequest:
    """A voice to be made.

    name: of the voice and its folder.  person: who speaks; said in the consent.  sample: a file of their speech.
    consent: a file in which they agree; or statement: a text file for rights that are held otherwise.
    engine: `MATCH`, or one of `CLONING`.  language: BCP 47.  settings: more keys of voice.toml, for the engine.
    """

    name: str
    person: str
    sample: Path
    consent: Path | None = None
    statement: Path | None = None
    engine: str = MATCH
    language: str = "en-US"
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class MadeVoice:
    """What was made.  likeness, start: to the sample, of the voice and of the nearest bundled one; None for engines
    that copy a sample when they speak.
    """

    folder: Path
    consent: ConsentRecord
    likeness: float | None = None
    start: float | None = None
    nearest: str = ""


def make_voice(request: VoiceRequest, out: Path, hook: Hook = quiet, today: datetime.date | None = None) -> MadeVoice:
    """Write `out`/NAME/. Reports ("match", voices tried, voices in all).

    Raises CastError without consent, for a name that is taken or not plain, and for a language or engine that cannot;
    AudioError for a sample that is not fit.
    """
    _require_plain(request, out)
    sample = read_sample(request.sample)
    record = _consent(request, sample, today or datetime.date.today())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / request.name
        folder.mkdir()
        if request.engine == MATCH:
            made = _match(sample, hook)
            made.styles.astype("<f2").tofile(folder / f"{request.name}.bin")
            file, about = f"{request.name}.bin", _about_match(request, made, folder, sample)
        else:
            made, file = None, "sample.wav"
            save_wave(folder / file, sample.sound, "PCM_16")
            about = {**_about(request, sample), "engine": request.engine, "sample": file, **request.settings}
        record = dataclasses.replace(record, of_file=file, of_sha256=file_digest(folder / file))
        if request.consent is not None:
            kept = f"consent{request.consent.suffix.lower()}"
            shutil.copyfile(request.consent, folder / kept)
            record = dataclasses.replace(record, recording=kept, recording_sha256=file_digest(folder / kept))
        (folder / "consent.json").write_text(record.json(), encoding="utf-8")
        about["consent_record"] = "consent.json"
        (folder / "voice.toml").write_text(_toml(about), encoding="utf-8")
        _publish(folder, out)
    found = (made.likeness, made.start, made.nearest) if made else (None, None, "")
    return MadeVoice(out / request.name, record, *found)


def _require_plain(request: VoiceRequest, out: Path) -> None:
    """Find out early what cannot work."""
    if request.name != safe_name(request.name) or request.name != request.name.strip():
        raise CastError(
            f"'{request.name}' cannot be the name of a folder: write for example {safe_name(request.name)}."
        )
    if (out / request.name).exists():
        raise CastError(f"{out / request.name}: there is already a voice of this name. Choose another name.")
    if request.engine not in (MATCH, *CLONING):
        raise CastError(f"no engine '{request.engine}' makes a voice from a sample. {choose(request.engine, _ENGINES)}")
    if request.engine == MATCH and request.language.split("-")[0] not in spoken_by("kokoro"):
        raise CastError(
            f"a voice that is matched speaks {', '.join(spoken_by('kokoro'))}, not {request.language}. "
            "Another --engine may speak it."
        )
    if (request.consent is None) == (request.statement is None):
        raise CastError(
            "a voice like a person's needs their consent: --consent FILE, a recording in which the person says: "
            f'"{sentence_for(request.person, request.language.split("-")[0])}" '
            "Or --consent-statement FILE, a text that says how you hold the rights otherwise; it is stored word for "
            "word and shown as not verified."
        )


_ENGINES = (MATCH, *CLONING)


def _consent(request: VoiceRequest, sample: Sample, today: datetime.date) -> ConsentRecord:
    date = today.isoformat()
    if request.statement is not None:
        text = _statement(request.statement)
        return ConsentRecord(request.name, request.person, STATEMENT, text, date, "", "")
    assert request.consent is not None  # one of the two is given
    found = check_spoken(request.consent, request.person, sample, None)
    return ConsentRecord(
        request.name,
        request.person,
        SPOKEN,
        found.agreement.expected,
        date,
        "",
        "",
        heard=found.heard,
        language=found.agreement.language,
        likeness=round(found.likeness, 3),
        sentence=round(found.agreement.sentence, 3),
        name=round(found.agreement.name, 3),
    )


def _statement(path: Path) -> str:
    try:
        text = read_bytes(path, _LONGEST_STATEMENT).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise CastError(f"{path}: this statement cannot be read as a short text in UTF-8: {exc}") from exc
    if not text.strip():
        raise CastError(f"{path}: this statement is empty. Write who gave the rights, when and how.")
    return text


def _match(sample: Sample, hook: Hook) -> Match:
    voices = {name: voice for name, voice in load_all_voices().items() if voice.engine == "kokoro"}
    known = known_embeddings(voices)
    return find_match(
        sample.embedding,
        _pitch_hz(sample),
        {name: (load_style(voices[name]), known[name]) for name in known},
        say,
        lambda done, total: hook("match", done, total),
    )


def _pitch_hz(sample: Sample) -> float:
    curve = pitch_curve(Waveform(sample.speech, 16_000).resampled(SPEECH_RATE).samples)
    return float(np.median(curve[curve > 0])) if (curve > 0).any() else 0.0


def _about(request: VoiceRequest, sample: Sample) -> dict[str, object]:
    pitch_hz = _pitch_hz(sample)
    gender = "female" if pitch_hz > _WOMAN_HZ else "male" if 0 < pitch_hz < _MAN_HZ else ""
    return {
        "name": request.name,
        "language": request.language,
        "gender": gender,
        "description": f"made from {sample.speech_s:.0f} s of speech; {pitch_hz:.0f} Hz in the middle",
        "licence": "LicenseRef-Consent",
        "pitch": round(min(max(pitch_hz / _DRAFT_HZ, 0.4), 2.0), 3) if pitch_hz else 1.0,
    }


def _about_match(request: VoiceRequest, made: Match, folder: Path, sample: Sample) -> dict[str, object]:
    file = folder / f"{request.name}.bin"
    voice = Voice(
        request.name,
        "kokoro",
        "en-US",
        "",
        "",
        "",
        folder=folder,
        data=file.name,
        moved_pitch=made.pitch,
        moved_formants=made.formants,
    )
    said = [engine().speak(SpeechRequest(text, voice)).waveform.resampled(48_000).samples for text in SENTENCES]
    return {
        **_about(request, sample),
        "engine": "kokoro",
        "data": file.name,
        "sha256": file_digest(file),
        "sampled": True,
        "moved_pitch": round(made.pitch, 3),
        "moved_formants": round(made.formants, 3),
        "loudness": round(level_of([np.concatenate(said)[:, None]]).loudness_lufs, 1),
        "source": f"blended from bundled voices, nearest {made.nearest}; likeness to the sample {made.likeness:.2f}",
    }


def _toml(about: Mapping[str, object]) -> str:
    """TOML of texts, numbers and switches; JSON's texts are TOML's."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in about.items())


def _publish(folder: Path, out: Path) -> None:
    """Move the finished folder to its place, unless one is there by now."""
    with system_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=out, prefix=".making-"))
        try:
            shutil.copytree(folder, place / folder.name)
            if (out / folder.name).exists():
                raise CastError(f"{out / folder.name}: a voice of this name has appeared meanwhile. Choose another.")
            (place / folder.name).rename(out / folder.name)
        finally:
            shutil.rmtree(place, ignore_errors=True)
