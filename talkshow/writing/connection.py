"""The way to an endpoint: its address, its key, the model. A key comes from the environment or a file only its owner
reads, and appears in no message."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from talkshow.errors import WriterError, printable
from talkshow.writing.base import EndpointSettings

HOSTED = "https://api.openai.com/v1"
_HOSTED_MODEL = "gpt-4.1-mini"
_SHORT = 8  # characters of a secret
_NO_KEY = "not-needed"  # what local servers are sent
_QUOTED = 300  # characters of a server's message


class Connection:
    """An endpoint that can be asked. Raises WriterError where address or key cannot be used."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._url = (settings.base_url or os.environ.get("OPENAI_BASE_URL") or HOSTED).strip()
        parts = _parts(self._url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WriterError(
                "the endpoint's address must begin with http:// or https://, as in --base-url http://localhost:8080/v1"
            )
        self._key = _read_key(settings.key_file)
        self.is_hosted = parts.hostname == urlsplit(HOSTED).hostname
        self.address = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        self._password = parts.password or ""
        if self.is_hosted and self._key == _NO_KEY:
            raise WriterError(
                "there is no key for the hosted endpoint. Set OPENAI_API_KEY, name a file with "
                "--key-file, take a local server with --base-url http://localhost:8080/v1, or "
                "--writer template, which needs none."
            )

    def client(self, timeout_s: float) -> Any:
        """The client of the `openai` package.

        It retries nothing by itself: its retries are counted and reported nowhere, wait up to a minute for a
        `Retry-After` without a word, and repeat a 500 with which a server only means the form of the answer.
        """
        from openai import OpenAI

        return OpenAI(api_key=self._key, base_url=self._url, timeout=timeout_s, max_retries=0)

    def hide(self, text: str) -> str:
        """A server's message without the key, shortened, in characters that steer nothing."""
        for secret in (self._key, self._password):
            if secret and secret != _NO_KEY:
                # a key such as "x" protects nothing and is part of many words
                pattern = re.escape(secret)
                text = re.sub(rf"(?<!\w){pattern}(?!\w)" if len(secret) < _SHORT else pattern, "***", text)
        text = " ".join(printable(text.replace("\n", " ")).split())
        return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"

    def default_model(self) -> str:
        """The model where none is asked for and the endpoint lists none."""
        return _HOSTED_MODEL if self.is_hosted else "default"


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 and url.isprintable() else urlsplit("")
    except ValueError:  # brackets or a port that are none
        return urlsplit("")


def _read_key(file: Path | None) -> str:
    if file is None:
        key, where = os.environ.get("OPENAI_API_KEY", "").strip(), "OPENAI_API_KEY"
    else:
        key, where = _key_in(file), str(file)
        if not key:
            raise WriterError(f"{file}: this file holds no key.")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise WriterError(
            f"{where}: this is not a valid API key; a key is one word of plain letters, digits and marks."
        )
    return key or _NO_KEY


def _key_in(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise WriterError(f"{file}: others can read this file. A key belongs to its owner alone: chmod 600 {file}")
        with file.open("rb") as opened:
            return opened.read(10_000).decode("utf-8", "replace").strip()
    except OSError as exc:
        raise WriterError(f"{file}: the key cannot be read: {exc.strerror}") from None
