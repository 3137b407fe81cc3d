"""The reference picture of a script, from the endpoint's images API; it counts when it has the right faces."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.errors import FaceError, WriterError
from talkshow.script.formats import guess_format
from talkshow.script.formatter import format_script
from talkshow.script.model import Script
from talkshow.script.seats import is_off
from talkshow.store import outfile
from talkshow.store.digests import digest
from talkshow.store.files import sealed, unsealed
from talkshow.store.workspace import Workspace
from talkshow.writing.base import EndpointSettings, Report
from talkshow.writing.endpoint import STEPS_DOWN, Declined, Endpoint
from talkshow.writing.job import Written
from talkshow.writing.prompts import Prompts
from talkshow.writing.streaming import read_bytes

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures

STAGE = "pictures"
_MAX_BODY = 60_000_000  # bytes of an answer with a picture in it
_HOSTED_MODEL = "gpt-image-1"
_TRIES = 2
_WIDE = {"size": "1536x1024"}
_FORMS: tuple[Mapping[str, str], ...] = ({"response_format": "b64_json", **_WIDE}, _WIDE, {})
_KINDS = ((b"\x89PNG\r\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"RIFF", ".webp"))
SUFFIXES = tuple(suffix for _, suffix in _KINDS)
_NUMBERS = ("nobody", "one person", "two people", "three people", "four people", "five people", "six people")


@dataclass(frozen=True)
class ReferencePicture:
    """path: the last picture that was made; problem: why it cannot be used, "" if it can."""

    path: Path
    problem: str = ""


def seen(script: Script) -> list[str]:
    """Who is in the picture, from left to right."""
    off = {hint.name for hint in script.cast if is_off(hint.seat)}
    return list(dict.fromkeys(line.speaker for line in script.lines if not line.off_screen and line.speaker not in off))


def picture_prompt(script: Script, prompts: Prompts) -> str:
    """The picture in words: who sits there, how they look, where."""
    names = seen(script)
    people = "; ".join(script.hint(name).look or script.hint(name).description or f"{name}" for name in names)
    scene = script.scenes[0]
    number = _NUMBERS[len(names)] if len(names) < len(_NUMBERS) else f"{len(names)} people"
    return prompts.fill(
        "picture", {"number": number, "people": people, "place": scene.prompt or scene.title or "a radio studio"}
    )


def make_picture(
    script: Script,
    settings: EndpointSettings,
    place: Callable[[bytes, str], Path],
    report: Report,
    keep: Workspace | None = None,
    pictures: Pictures | None = None,
) -> ReferencePicture:
    """Ask for the picture of a script, once more where it has not the right faces; kept by what it shows.

    place: writes a picture with an ending by its content (".png"), and says where.  keep: where it is there again in
    the next run, right or wrong.  pictures: takes what is found, so that the renderer need not look again.
    Raises WriterError where the endpoint gives none.
    """
    from talkshow.faces.pictures import Pictures

    read = pictures or Pictures()
    prompts = Prompts(settings.prompts)
    prompt, number = picture_prompt(script, prompts), len(seen(script))
    key = digest(prompt, settings.image_model, settings.seed, number)
    for suffix in SUFFIXES:
        kept = keep.kept(STAGE, key, suffix) if keep else None
        if kept is not None and kept.is_file() and (found := unsealed(kept.read_bytes())) is not None:
            path = place(found, suffix)
            return ReferencePicture(path, face_problem(path, number, read))
    endpoint = Endpoint(settings, report)
    picture = ReferencePicture(Path())
    for turn in range(_TRIES):
        report(f"asking for a picture of {number} ({turn + 1} of {_TRIES})")
        data, suffix = _ask(endpoint, prompt)
        path = place(data, suffix)
        picture = ReferencePicture(path, face_problem(path, number, read))
        if not picture.problem:
            break
        report(picture.problem)
    if keep:  # also a wrong one: no one pays twice for the same words without asking for it
        with keep.writing(keep.kept(STAGE, key, suffix)) as temporary:
            temporary.write_bytes(sealed(data))
    return picture


def add_picture(written: Written, settings: EndpointSettings, report: Report) -> Written:
    """Give a script that was written the picture that it plays in, beside it. Raises WriterError."""
    script, out, known = written.result.script, written.path, outfile.WrittenFiles()

    def place(data: bytes, suffix: str) -> Path:
        path = outfile.free_name(out.with_name(f"{out.stem}.picture{suffix}"), known)
        with outfile.writing(path, known) as temporary:
            temporary.write_bytes(data)
        return path

    picture = make_picture(script, settings, place, report)
    notes = written.result.notes
    if picture.problem:
        notes = (*notes, f"{picture.problem}, also when asked again; the script names no picture")
    else:
        pictured = replace(script, scenes=tuple(replace(scene, image=picture.path.name) for scene in script.scenes))
        text = format_script(pictured, guess_format(out.read_text(encoding="utf-8"), out))
        with outfile.writing(out, known) as temporary:
            temporary.write_bytes(text.encode("utf-8"))
        script = pictured
    return replace(written, result=replace(written.result, script=script, notes=notes))


def face_problem(path: Path, number: int, pictures: Pictures) -> str:
    """Why a picture cannot be used for so many characters; "" if it can."""
    try:
        found = len(pictures.read(path).faces)
    except FaceError as exc:
        return str(exc)
    return (
        ""
        if found == number
        else (
            f"{path}: the picture shows {found} face{'s' * (found != 1)} where {number} "
            f"{'are' if number != 1 else 'is'} needed"
        )
    )


def _ask(endpoint: Endpoint, prompt: str) -> tuple[bytes, str]:
    """A picture and its ending."""
    address = endpoint.connection.address
    for number, form in enumerate(_FORMS):
        try:
            body = endpoint.persist(partial(_request, endpoint, prompt, form))
            break
        except Declined as exc:
            if exc.status not in STEPS_DOWN or number == len(_FORMS) - 1:
                raise WriterError(
                    f"{address} makes no picture: {exc}. Give one with --image, or go on with the drawn cast."
                ) from None
    try:
        told = json.loads(body)["data"][0]["b64_json"]
        data = base64.b64decode(told, validate=False)
    except (ValueError, RecursionError, LookupError, TypeError, binascii.Error):
        raise WriterError(
            f"{address}: there is no picture in the answer (pictures behind links are not fetched). Give "
            "one with --image."
        ) from None
    suffix = next((suffix for mark, suffix in _KINDS if data.startswith(mark)), None)
    if suffix is None:
        raise WriterError(f"{address}: the answer is not a PNG, JPEG or WebP picture. Give a picture with --image.")
    return data, suffix


def _request(endpoint: Endpoint, prompt: str, form: Mapping[str, str]) -> bytes:
    model = (
        endpoint.settings.image_model
        or os.environ.get("OPENAI_IMAGE_MODEL", "").strip()
        or (_HOSTED_MODEL if endpoint.connection.is_hosted else None)
    )
    request: dict[str, Any] = {"prompt": prompt, "n": 1, **form, **({"model": model} if model else {})}
    create = endpoint.client.images.with_streaming_response.generate
    with endpoint.faults():
        endpoint.spend()
        return read_bytes(lambda: create(**request), endpoint.settings.timeout_s, _MAX_BODY)
