"""talkshow: from a written dialogue to a video in which everyone has a voice and a face of their own.

from talkshow import EpisodeSettings, make_episode
episode = make_episode("scripts_in/two_hosts.txt", EpisodeSettings(size=(640, 360)))
print(episode.video)
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from talkshow.version import __version__

__all__ = [
    "Brief",
    "Conversion",
    "EndpointSettings",
    "Episode",
    "EpisodeSettings",
    "Script",
    "Source",
    "Studio",
    "TalkshowError",
    "WrittenScript",
    "__version__",
    "check_episode",
    "convert_recording",
    "make_episode",
    "read_script",
    "write_script",
]

if TYPE_CHECKING:
    from talkshow.engines.studio import Studio
    from talkshow.episode.check import check_episode
    from talkshow.episode.make import make_episode
    from talkshow.episode.types import Episode
    from talkshow.errors import TalkshowError
    from talkshow.recording.convert import convert_recording
    from talkshow.recording.source import Source
    from talkshow.recording.types import Conversion
    from talkshow.script.model import Script
    from talkshow.script.reader import read_script
    from talkshow.settings import EpisodeSettings
    from talkshow.writing.base import Brief, EndpointSettings, WrittenScript
    from talkshow.writing.public import write_script

# talkshow reports progress and warnings to the loggers below "talkshow". They are silent unless a program configures
# them.
logging.getLogger(__name__).addHandler(logging.NullHandler())

_HOME = {
    "Brief": "writing.base",
    "EndpointSettings": "writing.base",
    "WrittenScript": "writing.base",
    "write_script": "writing.public",
    "Conversion": "recording.types",
    "Episode": "episode.make",
    "EpisodeSettings": "settings",
    "Script": "script.model",
    "Source": "recording.source",
    "Studio": "engines.studio",
    "TalkshowError": "errors",
    "check_episode": "episode.check",
    "convert_recording": "recording.convert",
    "make_episode": "episode.make",
    "read_script": "script.reader",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used, so that `import talkshow` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'talkshow' has no attribute '{name}'")
    from talkshow.machine.libraries import undisturbed

    with undisturbed():
        return getattr(importlib.import_module(f"talkshow.{_HOME[name]}"), name)
