"""Engines that outlive an episode: each is created once and shared by every episode of a process."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from talkshow.engines import registry


class Studio:
    """Creates each engine on first use and keeps it, with the networks that it has loaded.

    Pass one studio to all calls of a process that makes several episodes: `make_episode(..., studio=studio)`. Without
    one, every call creates its own engines. A studio may be used by several threads at once.
    """

    def __init__(self) -> None:
        self._engines: dict[tuple[str, str, str | None], Any] = {}
        self._turns: dict[int, threading.Lock] = {}
        self._lock = threading.Lock()

    def engine(self, kind: str, name: str, model: str | None = None) -> Any:
        """The engine of a kind ("voice_engines", "renderers", ...).  model: another model, for `with_model`.

        Raises BackendError, MissingExtra as `registry.load` does, and what the engine's `with_model` raises.
        """
        with self._lock:
            key = (kind, name, model)
            if key not in self._engines:
                engine = registry.load(kind, name)
                self._engines[key] = engine if model is None else engine.with_model(model)
            return self._engines[key]

    def turn(self, engine: Any) -> contextlib.AbstractContextManager[Any]:
        """A block in which an engine may be called: alone, unless its class has a true `thread_safe`."""
        if getattr(engine, "thread_safe", False):
            return contextlib.nullcontext()
        with self._lock:
            return self._turns.setdefault(id(engine), threading.Lock())
