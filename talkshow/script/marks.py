"""Marks that other programs leave among the words, as the marks of our own lines.

Markdown and HTML as documents, wikis and language models write it, citations of search engines, and the tags of
other voices: what is said stays, rests and sounds become tags in braces, and whatever is left out is named.
A backslash takes the meaning from any of them.
"""

from __future__ import annotations

import html
import re

from talkshow.script.vocabulary import rest_seconds

Problems = list[tuple[str, str]]  # (message, the words it is about)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANY = re.compile(r"[`<&{\[【~=^$]|%%|\+\+")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`)([^`]+)\1(?!`)")
_VOICE_TAG = re.compile(r"(?<!\\)<\|([^|<>]*)\|>")
_BREAK = re.compile(r"(?<!\\)<break\b([^<>]*)>", re.IGNORECASE)
_HTML = re.compile(r"(?<!\\)<(/?)([A-Za-z][\w:-]*+)((?:\s[^<>]*+)?)/?>")
_TWICE = re.compile(r"(?<![\\<])<<([^\W\d_][\w -]*)>>|(?<![\\{]){{([^{}]+)}}")
_HASHED = re.compile(r"(?<!\\)<#\s*(\d+(?:\.\d+)?)\s*#>")
_IMAGE = re.compile(
    r"(?<!\\)!\[([^\[\]]*+)\]\([^()\s]*+(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)|(?<!\\)!\[\[([^\[\]]*+)\]\]"
)
_LINK = re.compile(
    r"(?<!\\)\[([^\[\]]++)\](?:\(\s*<?(?:[^()\s<>]|\([^()\s]*+\))*+>?(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
    r"|\[[^\[\]]*+\])"
)
_WIKI = re.compile(r"(?<!\\)\[\[(?:[^\[\]|]*+\|)?([^\[\]|]++)\]\]")
_AUTOLINK = re.compile(r"(?<!\\)<((?:https?://|mailto:|www\.)[^<>\s]+|[\w.+-]+@[\w.-]+)>", re.IGNORECASE)
_CITED = re.compile(
    r"\s?(?<!\\)(?:【[^【】]*+】|\[\^[^\[\]\s]++\]|\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*+\](?!\()"
    r"|\[(?:citation needed|cite:[^\[\]]*+|\d+†[^\[\]]*+)\])"
)
_STRUCK = re.compile(r"(?<!\\)~~(?=\S)([^~]+)~~")
_HIGHLIGHT = re.compile(r"(?<![\\=])==(?=[^\s=])([^=]*[^\s=\\])==(?!=)")
_INSERTED = re.compile(r"(?<![\\+])\+\+(?=[^\s+])([^+]*[^\s+\\])\+\+(?!\+)")
_HIDDEN = re.compile(r"(?<!\\)%%[^%]+%%")
_BLOCK = re.compile(r"(?<=\s)\^[A-Za-z0-9-]+$")  # the anchor of a paragraph
_LOW = re.compile(r"(?<=[A-Za-z])(?<!\\)~(\w{1,4})~(?!~)")
_HIGH = re.compile(r"(?<=\w)(?<!\\)\^(\w{1,4})\^")
_ENTITY = re.compile(r"(?<!\\)&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TASK = re.compile(r"^\[[ xX]\] ")
_HARD = re.compile(r"([\\()\[\]{}<>*_`~=^&])")
# HTML whose words are said: marks of type, and of SSML what changes the voice and not the words
_JOINED = _set("""
    a abbr b big cite code dfn em font i ins kbd mark q s samp small span strong sub sup tt u var
""")
_PARTED = _set("""
    blockquote br center div h1 h2 h3 h4 h5 h6 hr li ol p pre td th tr ul wbr
""")
_STRIKE = _set("""
    del strike s
""")
_SSML = _set("""
    emphasis lang p phoneme prosody s say-as speak sub voice w mark express-as
""")
_TIME = re.compile(r"(?:(\d+(?:\.\d*)?|\.\d+)\s*(ms|s)?)", re.IGNORECASE)
_STRENGTH = {"none": "0s", "x-weak": "0.1s", "weak": "0.2s", "medium": "0.4s", "strong": "0.8s", "x-strong": "1.2s"}
_MS_FROM = 30  # a number without a unit is milliseconds from here on: no one rests half a minute


def without_marks(text: str) -> tuple[str, Problems]:
    """A text in our own marks, and what was left out or may be meant otherwise."""
    if not _ANY.search(text):
        return text, []
    problems: Problems = []
    text = _CODE.sub(lambda match: _hard(match[2].strip()), text)
    if hidden := _HIDDEN.findall(text):
        problems.append((f"comments are not spoken: {', '.join(hidden)}", hidden[0]))
        text = _HIDDEN.sub("", text)
    text = _VOICE_TAG.sub(lambda match: _voice_tag(match[1]), text)
    text = _TWICE.sub(lambda match: f" {{{match[1] or match[2]}}} ", text)
    text = _HASHED.sub(lambda match: f" {{pause {match[1]}s}} ", text)
    text = _BREAK.sub(lambda match: f" {{{_rest(match[1])}}} ", text)
    text = _AUTOLINK.sub(lambda match: match[1].removeprefix("mailto:"), text)
    text = _IMAGE.sub(lambda match: _image(match[1] or match[2] or "", problems), text)
    text = _LINK.sub(lambda match: match[1], text)
    text = _WIKI.sub(lambda match: match[1], text)
    text = _uncited(text, problems)
    text = _STRUCK.sub(lambda match: _struck(match[1], problems), text)
    opened = {match[2].lower() for match in _HTML.finditer(text) if not match[1]}
    text = _HTML.sub(lambda match: _tag(match[2], bool(match[1]), opened, problems), text)
    text = _BLOCK.sub("", text)
    for mark in (_HIGHLIGHT, _INSERTED, _LOW, _HIGH):
        text = mark.sub(r"\1", text)
    text = _ENTITY.sub(_entity, text)
    return _TASK.sub("", text), problems


def _uncited(text: str, problems: Problems) -> str:
    found = [match.group().strip() for match in _CITED.finditer(text)]
    if not found:
        return text
    problems.append((f"citation marks are not spoken: {', '.join(dict.fromkeys(found))}", found[0]))
    return _CITED.sub("", text)


def picture_in(text: str) -> str | None:
    """The description of a picture that fills a whole line; None for any other line."""
    match = _IMAGE.fullmatch(text.strip())
    return (match[1] or match[2] or "") if match else None


def _hard(words: str) -> str:
    return _HARD.sub(r"\\\1", words)


def _image(words: str, problems: Problems) -> str:
    problems.append((f"the picture '{words}' among the words is not shown and not spoken", words or "!["))
    return ""


def _struck(words: str, problems: Problems) -> str:
    problems.append((f"'{words}' is struck through and is spoken; take it out if it is not to be said", words))
    return words


def _voice_tag(content: str) -> str:
    """`<|pause:300|>` as a rest, any other tag of a voice as a direction: never spoken, and told where unknown."""
    word, colon, value = content.partition(":")
    name = " ".join(word.replace("_", " ").split())
    if colon and (rest := _time(value)) and rest_seconds(name) is not None:
        return f" {{pause {rest}}} "
    return f" {{{_hard(content.strip().replace(',', ' '))}}} "


def _rest(attributes: str) -> str:
    """The rest of `<break time="300ms"/>`, `<break strength="strong"/>` or `<break/>`."""
    time = re.search(r"time\s*=\s*[\"']?([^\"'\s/>]+)", attributes)
    if time and (rest := _time(time[1])):
        return f"pause {rest}"
    strength = re.search(r"strength\s*=\s*[\"']?([\w-]+)", attributes)
    return f"pause {_STRENGTH[strength[1]]}" if strength and strength[1] in _STRENGTH else "beat"


def _time(value: str) -> str | None:
    match = _TIME.fullmatch(value.strip())
    if not match:
        return None
    unit = match[2] or ("ms" if float(match[1]) >= _MS_FROM else "s")
    return f"{match[1]}{unit.lower()}"


def _tag(written: str, closes: bool, opened: set[str], problems: Problems) -> str:
    """A tag in angle brackets: type and voice leave their words, a sound is a direction, others get a warning."""
    name = written.lower()
    if name in _STRIKE and not closes:
        problems.append(("words that are struck through are spoken; take them out if they are not to be said", written))
    if name in _JOINED or name in _SSML:
        return ""
    if name in _PARTED:
        return " "
    if closes and name not in opened:
        problems.append((f"</{written}> ends what has not begun, and is not spoken", f"</{written}>"))
    return "" if closes else f" {{{_hard(written)}}} "


def _entity(match: re.Match[str]) -> str:
    said = html.unescape(match.group())
    return match.group() if said == match.group() else " " if said.isspace() else _hard(said)
