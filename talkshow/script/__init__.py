"""Scripts: formats, parsing, writing and checking."""

from talkshow.script.formatter import WRITABLE_FORMATS, format_script
from talkshow.script.model import CharacterHint, Line, Scene, Script
from talkshow.script.reader import FORMATS, parse_script, read_script

__all__ = [
    "FORMATS",
    "WRITABLE_FORMATS",
    "CharacterHint",
    "Line",
    "Scene",
    "Script",
    "format_script",
    "parse_script",
    "read_script",
]
