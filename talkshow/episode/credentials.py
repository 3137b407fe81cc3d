"""What the finished files of an episode will claim about their making."""

from __future__ import annotations

from pathlib import Path

from talkshow.cast.languages import pretends
from talkshow.episode.published import unique_names
from talkshow.episode.run import Run
from talkshow.episode.speak import is_marked
from talkshow.episode.types import Preparation
from talkshow.errors import SettingsError, WorkspaceError
from talkshow.provenance.claims import (
    DRAWN,
    PARTLY_SYNTHETIC,
    PUT_TOGETHER,
    SYNTHETIC,
    ClaimedInput,
    ClaimedVoice,
    Claims,
    Part,
)
from talkshow.provenance.keys import SigningKey, given_key, user_key
from talkshow.provenance.signing import Credentials
from talkshow.settings import EpisodeSettings

# Of the renderers that come with talkshow; any other moves the faces of a picture.
_PICTURES = {"multitalk": SYNTHETIC, "cartoon": DRAWN, "stills": PUT_TOGETHER}


def credentials_of(preparation: Preparation, inputs: tuple[tuple[str, Path], ...], run: Run) -> Credentials:
    """The claims of an episode and the key that signs them.  inputs: (what each is, where it is).

    Raises SettingsError for a key that cannot be used. Where none can be made, the files stay unsigned, with a warning.
    """
    key, warning = _key(preparation.settings)
    pictures = dict.fromkeys(scene.stage.image for scene in preparation.staged if scene.stage.image)
    files = (
        [*inputs, *(("picture", path) for path in pictures)] if key else []
    )  # a signature is what holds their digests
    names = unique_names([path for _, path in files])
    return Credentials(
        Claims(
            preparation.script.title,
            _sound(preparation),
            tuple(
                Part(f"picture ({renderer})", _PICTURES.get(renderer, PARTLY_SYNTHETIC))
                for renderer in dict.fromkeys(scene.renderer for scene in preparation.staged)
            ),
            _voices(preparation),
            tuple(
                ClaimedInput(name, role, run.workspace.digests.of(path))
                for name, (role, path) in zip(names, files, strict=True)
            ),
        ),
        key,
        warning,
    )


def _key(settings: EpisodeSettings) -> tuple[SigningKey | None, str]:
    """The key, and why there is none although one was wanted."""
    if not settings.provenance:
        return None, ""
    key, certificate = settings.signing_key, settings.signing_certificate
    if (key is None) != (certificate is None):
        raise SettingsError("--signing-key and --signing-certificate belong together: give both, or neither.")
    if key and certificate:
        return given_key(key, certificate), ""
    try:
        return user_key(), ""
    except WorkspaceError as exc:
        cure = "Give a key with --signing-key and --signing-certificate, or choose --no-provenance"
        return None, f"the episode is not signed. {exc}. {cure}"


def _sound(preparation: Preparation) -> tuple[Part, ...]:
    voices = [character.voice for character in preparation.cast.characters]
    spoken = dict.fromkeys(DRAWN if pretends(voice.engine) else SYNTHETIC for voice in voices if voice)
    parts = [Part("voices", source) for source in spoken]
    if None in voices:
        parts.append(Part("recorded sound", PUT_TOGETHER))
    return tuple(parts)


def _voices(preparation: Preparation) -> tuple[ClaimedVoice, ...]:
    heard = dict.fromkeys(line.speaker for line in preparation.script.lines)
    return tuple(
        ClaimedVoice(
            name, voice.name, voice.engine, voice.licence, voice.consent, is_marked(voice, preparation.settings)
        )
        for name in heard
        if (voice := preparation.cast[name].voice) is not None
    )
