"""Voices of a server that speaks OpenAI's protocol: `/v1/audio/speech`, hosted or on this machine.

A voice.toml names `base_url`, `model`, `speaker` (what the server calls the voice), `format` and `instructions`.
The key comes from OPENAI_API_KEY and appears in no message.
"""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import numpy as np

from talkshow.cast.types import Voice
from talkshow.clock import SPEECH_RATE
from talkshow.errors import BackendError, printable
from talkshow.media.opening import open_media
from talkshow.sound.waveform import Waveform
from talkshow.speech.base import SpeechRequest, Utterance
from talkshow.store.digests import identity

REVISION = 1  # raise when the same request would be asked in another way
HOSTED = "https://api.openai.com/v1"
_MODEL, _SPEAKER = "gpt-4o-mini-tts", "alloy"  # where a voice names none
_PCM_RATE = 24_000  # of `pcm`: 16-bit mono
_LONGEST_BYTES = 64_000_000  # ten minutes of the largest format
_TIMEOUT_S = 120.0
_QUOTED = 300  # characters of a server's message
_NO_KEY = "not-needed"  # what local servers are sent


class Endpoint:
    """Asks a server for each clause. The server says no times: they are found by comparison (`aligning`)."""

    summary = "any server with OpenAI's /v1/audio/speech: the hosted one, Kokoro-FastAPI, LocalAI and others"
    identity = identity("endpoint", REVISION)
    thread_safe = True
    realtime_factor = 0.5
    memory_mb = 50
    hears_directions = True  # as instructions

    def __init__(self) -> None:
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def speak(self, request: SpeechRequest) -> Utterance:
        """Ask for one clause. Raises BackendError for a server that does not answer with sound."""
        voice = request.voice
        chosen = voice.format or "wav"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"speech.{chosen}"
            self._ask(request, chosen, path)
            if chosen == "pcm":
                return Utterance(Waveform(_pcm(path, voice), _PCM_RATE), (), ())
            return Utterance(_decoded(path, voice), (), ())

    def _ask(self, request: SpeechRequest, chosen: str, path: Path) -> None:
        """Write the answer to a file."""
        import openai

        voice, address = request.voice, _address(request.voice)
        options: dict[str, Any] = {"speed": request.speed} if request.speed != 1.0 else {}
        directed = f"How to say it: {request.direction}." if request.direction else ""
        if told := " ".join(filter(None, (voice.instructions, directed))):
            options["instructions"] = told
        try:
            with (
                self._client(address).audio.speech.with_streaming_response.create(
                    model=voice.model or _MODEL,
                    voice=voice.speaker or _SPEAKER,
                    input=request.text,
                    response_format=chosen,
                    **options,
                ) as answer,
                path.open("wb") as file,
            ):
                size = 0
                for part in answer.iter_bytes(1 << 16):
                    size += len(part)
                    if size > _LONGEST_BYTES:
                        raise BackendError(
                            f"the voice '{voice.name}': {_shown(address)} sent more than "
                            f"{_LONGEST_BYTES // 1_000_000} MB for one clause. Check `model` and `format` of the voice"
                        )
                    file.write(part)
        except openai.APIStatusError as exc:
            raise BackendError(
                f"the voice '{voice.name}': {_shown(address)} answers with error {exc.status_code}: "
                f"{_hidden(exc.message)}. {_cure(exc.status_code)}"
            ) from None
        except openai.APITimeoutError:
            raise BackendError(
                f"the voice '{voice.name}': {_shown(address)} sends nothing for {_TIMEOUT_S:.0f} s. Check the server, "
                "and run the same command again: what was spoken is kept"
            ) from None
        except openai.APIError as exc:
            raise BackendError(
                f"the voice '{voice.name}': there is no answer from {_shown(address)} ({_hidden(str(exc))}). Start the "
                "server, or correct base_url in the voice.toml"
            ) from None
        if not size:
            raise BackendError(f"the voice '{voice.name}': {_shown(address)} sent an empty answer. Check `model`")

    def _client(self, address: str) -> Any:
        import openai

        with self._lock:
            if address not in self._clients:
                key = os.environ.get("OPENAI_API_KEY", "").strip()
                if not key and urlsplit(address).hostname == urlsplit(HOSTED).hostname:
                    raise BackendError(
                        "there is no key for the hosted endpoint. Set OPENAI_API_KEY, or name a local server with "
                        "base_url in the voice.toml"
                    )
                self._clients[address] = openai.OpenAI(
                    api_key=key or _NO_KEY, base_url=address, timeout=_TIMEOUT_S, max_retries=2
                )
            return self._clients[address]


def _address(voice: Voice) -> str:
    address = (voice.base_url or os.environ.get("OPENAI_BASE_URL") or HOSTED).strip()
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BackendError(
            f"the voice '{voice.name}': base_url must begin with http:// or https://, as in http://localhost:8880/v1"
        )
    return address


def _shown(address: str) -> str:
    """An address without user and password."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _hidden(message: str) -> str:
    """A server's message without the key, shortened, in characters that steer nothing."""
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    text = message.replace(key, "***") if key else message
    text = " ".join(printable(text.replace("\n", " ")).split())
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def _cure(status: int) -> str:
    return {
        401: "Set OPENAI_API_KEY to a key of this server",
        403: "Set OPENAI_API_KEY to a key that may use this model",
        404: "Check base_url and `model` of the voice",
        429: "Wait a while, and run the same command again: what was spoken is kept",
    }.get(status, "Check `model`, `speaker` and `format` of the voice, and the server's log")


def _pcm(path: Path, voice: Voice) -> Any:
    data = path.read_bytes()
    if data[:1] in b"{<[" and data[:200].strip()[:1] in (b"{", b"<", b"["):
        raise _no_sound(voice, data)
    return (np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / 32768).astype(np.float32)


def _decoded(path: Path, voice: Voice) -> Waveform:
    """The sound of an answer, mono at 24 kHz. Raises BackendError for anything but sound."""
    import av

    data = path.read_bytes()[:400]
    if data.lstrip()[:1] in (b"{", b"<", b"["):
        raise _no_sound(voice, data)
    pieces = []
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SPEECH_RATE)
    try:
        with open_media(path, BackendError) as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise _no_sound(voice, data)
            for frame in container.decode(stream):
                pieces += [each.to_ndarray().reshape(-1) for each in resampler.resample(frame)]
            pieces += [each.to_ndarray().reshape(-1) for each in resampler.resample(None)]
    except av.FFmpegError as exc:
        raise _no_sound(voice, data) from exc
    return Waveform(np.concatenate(pieces or [np.zeros(0, np.float32)]).astype(np.float32), SPEECH_RATE)


def _no_sound(voice: Voice, data: bytes) -> BackendError:
    begin = _hidden(data[:_QUOTED].decode("utf-8", "replace"))
    return BackendError(
        f"the voice '{voice.name}': the server's answer is not sound; it begins with '{begin}'. Check base_url, "
        "`model` and `format` of the voice"
    )
