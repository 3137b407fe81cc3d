"""Imports libraries without their side effects: telemetry, and changes to the whole process.

On import, onnxruntime writes a device ID and a database of events, cv2 sets LD_LIBRARY_PATH for child processes,
moviepy reads a .env file from the folders above, and scipy and torch change how warnings are shown. huggingface_hub
identifies the user in its requests. A program that calls talkshow asked for none of this.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import threading
import warnings
from collections.abc import Iterator
from typing import Any

# Read by the libraries when they are imported; a value that is already set stays.
_SILENCE = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
_lock = threading.RLock()
_cv2_users = 0  # number of open `one_cv2_thread` blocks
_cv2_threads = 0  # the setting before the first of them


def load(*names: str) -> None:
    """Import the modules that are installed, without their side effects."""
    for name in names:
        with undisturbed():
            if _is_installed(name.partition(".")[0]):
                importlib.import_module(name)


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # another thread is importing it: cv2 has no spec in the meantime
        return True


def onnxruntime() -> Any:
    """The onnxruntime module with telemetry off. Raises ImportError.

    Call this also before another library imports it.
    """
    with undisturbed():
        return importlib.import_module("onnxruntime")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A block for imports: telemetry is off, and the environment and the warning filters are restored at the end."""
    with _lock, warnings.catch_warnings():
        environment = dict(os.environ)
        os.environ.update({name: value for name, value in _SILENCE.items() if name not in environment})
        try:
            yield
        finally:
            for name in os.environ.keys() | environment.keys():
                if name not in environment:
                    os.environ.pop(name, None)
                elif os.environ.get(name) != environment[name]:
                    os.environ[name] = environment[name]


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set environment variables in this block; they are restored afterwards."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def one_cv2_thread() -> Iterator[None]:
    """Limit OpenCV to one thread in this block, for stages that run in parallel.

    The number applies to the whole process. Blocks may overlap in several threads; the last one to end restores it.
    """
    import cv2

    global _cv2_users, _cv2_threads
    with _lock:
        if not _cv2_users:
            _cv2_threads = cv2.getNumThreads()
            cv2.setNumThreads(1)
        _cv2_users += 1
    try:
        yield
    finally:
        with _lock:
            _cv2_users -= 1
            if not _cv2_users:
                cv2.setNumThreads(_cv2_threads)
