"""Signs a file: puts Content Credentials into it (c2pa-python). Everything stays on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from talkshow.errors import SettingsError, VideoError
from talkshow.provenance.claims import Claims
from talkshow.provenance.keys import SigningKey

UNSIGNED = "unsigned"  # the identity of files without credentials


@dataclass(frozen=True)
class Credentials:
    """What the finished files of an episode claim, and the key that signs it.

    key: None leaves them unsigned.  warning: why there is no key, where one was wanted.
    """

    claims: Claims
    key: SigningKey | None
    warning: str = ""

    def identity(self, media_type: str) -> str:
        """What decides whether a finished file must be signed again."""
        return f"{self.claims.identity(media_type)} {self.key.identity}" if self.key else UNSIGNED

    def attach(self, path: Path, media_type: str) -> None:
        """Sign a file in place. Raises VideoError where it cannot be signed, SettingsError where the key is refused."""
        if self.key is None:
            return
        import c2pa

        info = c2pa.C2paSignerInfo(
            alg=self.key.algorithm.encode(),
            sign_cert=self.key.certificates,
            private_key=self.key.private,
            ta_url=None,  # no time stamp: that would ask a server
        )
        try:
            signer = c2pa.Signer.from_info(info)
        except c2pa.C2paError as exc:
            raise SettingsError(f"the signing key is refused: {exc}. Give another with --signing-key.") from exc
        signed = path.with_name(f"{path.name}.signed")
        with c2pa.Builder(json.dumps(self.claims.manifest(media_type))) as builder:
            try:
                with path.open("rb") as source, signed.open("w+b") as to:
                    builder.sign(signer, media_type, source, to)
            except c2pa.C2paError as exc:
                raise VideoError(
                    f"{path.name} cannot be signed: {exc}. Leave the signature out with --no-provenance."
                ) from exc
        signed.replace(path)
