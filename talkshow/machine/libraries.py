"""Libraries that report to their makers, or change the whole process, when they are imported: loaded so that they do
neither.

onnxruntime writes a device id and a database of events when it is imported, huggingface_hub says who asks, cv2 sets
LD_LIBRARY_PATH for child processes, moviepy reads a .env file above it, scipy and torch change how warnings are shown.
Whoever calls talkshow from a program of their own has asked for none of it.
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

# Read by the libraries when they are imported; a value that is set already stays.
_SILENCE = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
_lock = threading.RLock()
_cv2_users = 0  # blocks of `one_cv2_thread` that are open
_cv2_threads = 0  # as it was before the first of them


def load(*names: str) -> None:
    """Import those of the modules that are installed, undisturbed."""
    for name in names:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            with undisturbed():
                importlib.import_module(name)


def onnxruntime() -> Any:
    """The module onnxruntime, which sends nothing. Raises ImportError.

    Also to be called before another library imports it.
    """
    with undisturbed():
        return importlib.import_module("onnxruntime")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Import in this block: telemetry is off, and environment and filters of warnings are put back at its end."""
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
    """Set environment variables for this block; then they are as they were before."""
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
    """OpenCV computes on one thread in this block, for stages that run side by side: then on as many as before.

    The number is the whole process's. Blocks may overlap in several threads: the last one to end puts it back.
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
