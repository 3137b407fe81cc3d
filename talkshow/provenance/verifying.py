"""Reads what a file claims about its making, and finds out whether it was changed since. Any tool's claims are read.

Only the file itself is read: claims stored on a server are not fetched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from talkshow.errors import VideoError
from talkshow.provenance.claims import PRODUCTION

_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
# No authority vouches for a key that a user has made. This is reported, but the file itself is fine.
_UNKNOWN_SIGNER = "signingCredential.untrusted"


@dataclass(frozen=True)
class Verdict:
    """What a file claims.

    signed:   whether it carries Content Credentials; if not, all else is empty
    changed:  whether it differs from what was signed, or the signature is not valid
    trusted:  whether an authority that is installed vouches for the signer
    problems: what was found wrong, in words
    sources:  digital source types of what was made or edited
    production: our own account of an episode: parts, voices, inputs
    """

    signed: bool
    changed: bool = False
    trusted: bool = False
    problems: tuple[str, ...] = ()
    title: str = ""
    made_with: str = ""
    signed_by: str = ""
    signed_at: str = ""
    sources: tuple[str, ...] = ()
    production: dict[str, Any] = field(default_factory=dict)


def verify_file(path: Path) -> Verdict:
    """What a file claims. Raises VideoError for a file that cannot be read, or of a kind that carries no claims."""
    import c2pa

    if not path.is_file():
        raise VideoError(f"{path}: there is no such file.")
    try:
        context = c2pa.Context(c2pa.Settings.from_dict(_OFFLINE))
        with path.open("rb") as file, c2pa.Reader(_media_type(path), file, context=context) as reader:
            return _verdict(json.loads(reader.json()))
    except c2pa.C2paError.ManifestNotFound:
        return Verdict(signed=False)
    except c2pa.C2paError.NotSupported as exc:
        raise VideoError(f"{path}: files of this kind carry no Content Credentials.") from exc
    except (c2pa.C2paError, OSError, ValueError) as exc:
        raise VideoError(f"{path}: its Content Credentials cannot be read: {exc}") from exc


def _media_type(path: Path) -> str:
    return path.suffix.lower().lstrip(".")


def _verdict(found: dict[str, Any]) -> Verdict:
    manifest = found["manifests"][found["active_manifest"]]
    problems = {
        status["code"]: str(status.get("explanation") or status["code"])
        for status in found.get("validation_status") or ()
    }
    trusted = problems.pop(_UNKNOWN_SIGNER, None) is None
    assertions = {each["label"]: each.get("data") for each in manifest.get("assertions") or ()}
    actions = [
        action
        for label, data in assertions.items()
        if label.startswith("c2pa.actions") and isinstance(data, dict)
        for action in data.get("actions") or ()
    ]
    sources = dict.fromkeys(str(action["digitalSourceType"]) for action in actions if action.get("digitalSourceType"))
    signature = manifest.get("signature_info") or {}
    production = assertions.get(PRODUCTION)
    return Verdict(
        signed=True,
        changed=bool(problems),
        trusted=trusted,
        problems=tuple(f"{explanation} ({code})" for code, explanation in problems.items()),
        title=str(manifest.get("title") or ""),
        made_with=", ".join(_tool(info) for info in manifest.get("claim_generator_info") or ()),
        signed_by=str(signature.get("issuer") or ""),
        signed_at=str(signature.get("time") or ""),
        sources=tuple(source.rsplit("/", 1)[-1] for source in sources),
        production=production if isinstance(production, dict) else {},
    )


def _tool(info: dict[str, Any]) -> str:
    return " ".join(str(info[key]) for key in ("name", "version") if info.get(key))
