"""Languages by their tags and names, and which of them a text can be in by its letters alone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

NAMES = {
    "am": "Amharic",
    "ar": "Arabic",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bo": "Tibetan",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "dv": "Dhivehi",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "lo": "Lao",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mk": "Macedonian",
    "ml": "Malayalam",
    "mn": "Mongolian",
    "mr": "Marathi",
    "my": "Burmese",
    "nb": "Norwegian",
    "ne": "Nepali",
    "nl": "Dutch",
    "or": "Odia",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yi": "Yiddish",
    "yue": "Cantonese",
    "zh": "Chinese",
}
# three letters, old codes, and what languages call themselves
_ALIASES = {
    "ara": "ar",
    "ces": "cs",
    "cmn": "zh",
    "chi": "zh",
    "cze": "cs",
    "dan": "da",
    "deu": "de",
    "dut": "nl",
    "ell": "el",
    "eng": "en",
    "fas": "fa",
    "fin": "fi",
    "fra": "fr",
    "fre": "fr",
    "ger": "de",
    "gre": "el",
    "heb": "he",
    "hin": "hi",
    "hun": "hu",
    "in": "id",
    "ind": "id",
    "ita": "it",
    "iw": "he",
    "jpn": "ja",
    "kor": "ko",
    "nld": "nl",
    "nn": "nb",
    "no": "nb",
    "nor": "nb",
    "per": "fa",
    "pol": "pl",
    "por": "pt",
    "ron": "ro",
    "rum": "ro",
    "rus": "ru",
    "spa": "es",
    "swe": "sv",
    "tha": "th",
    "tur": "tr",
    "ukr": "uk",
    "urd": "ur",
    "vie": "vi",
    "zho": "zh",
    "castellano": "es",
    "deutsch": "de",
    "español": "es",
    "français": "fr",
    "italiano": "it",
    "mandarin": "zh",
    "nederlands": "nl",
    "polski": "pl",
    "português": "pt",
    "svenska": "sv",
    "türkçe": "tr",
    "日本語": "ja",
    "中文": "zh",
    "한국어": "ko",
    "русский": "ru",
    "हिन्दी": "hi",
    "العربية": "ar",
}
_BY_NAME = {name.casefold(): tag for tag, name in NAMES.items()} | _ALIASES
_UNDECIDED = frozenset(("", "und", "mul", "zxx", "mis"))
DEFAULT = "en"  # of a script that does not say
_KANA = frozenset(("HIRAGANA", "KATAKANA"))
_NAMED_SIGNS = frozenset("&%@#°©§¶№/")  # a voice has words for these, and for signs of mathematics


@dataclass(frozen=True)
class Letters:
    """A writing system other than the Latin one.  languages: those written in it, the largest first."""

    name: str
    languages: tuple[str, ...]

    def __str__(self) -> str:
        shown = [name_of(tag) for tag in self.languages[:3]]
        if not shown or self.name in shown:
            return f"{self.name} letters"
        return f"{self.name} letters ({', '.join(shown)})"


# by the first word of a character's name in Unicode
_SYSTEMS = {
    system: Letters(name, tuple(languages.split()))
    for system, name, languages in (
        ("ARABIC", "Arabic", "ar fa ur ps"),
        ("ARMENIAN", "Armenian", "hy"),
        ("BENGALI", "Bengali", "bn"),
        ("BOPOMOFO", "Chinese", "zh"),
        ("CJK", "Chinese", "zh ja yue"),
        ("CYRILLIC", "Cyrillic", "ru uk bg sr mk be kk mn"),
        ("DEVANAGARI", "Devanagari", "hi mr ne"),
        ("ETHIOPIC", "Ethiopic", "am ti"),
        ("GEORGIAN", "Georgian", "ka"),
        ("GREEK", "Greek", "el"),
        ("GUJARATI", "Gujarati", "gu"),
        ("GURMUKHI", "Gurmukhi", "pa"),
        ("HANGUL", "Korean", "ko"),
        ("HEBREW", "Hebrew", "he yi"),
        ("HIRAGANA", "Japanese", "ja"),
        ("KANNADA", "Kannada", "kn"),
        ("KATAKANA", "Japanese", "ja"),
        ("KHMER", "Khmer", "km"),
        ("LAO", "Lao", "lo"),
        ("MALAYALAM", "Malayalam", "ml"),
        ("MONGOLIAN", "Mongolian", "mn"),
        ("MYANMAR", "Burmese", "my"),
        ("ORIYA", "Odia", "or"),
        ("SINHALA", "Sinhala", "si"),
        ("TAMIL", "Tamil", "ta"),
        ("TELUGU", "Telugu", "te"),
        ("THAANA", "Thaana", "dv"),
        ("THAI", "Thai", "th"),
        ("TIBETAN", "Tibetan", "bo"),
    )
}


def primary(language: str) -> str:
    """The first part of a language's tag: "de-AT", "deu" and "German" are all "de"; DEFAULT where nothing is said."""
    plain = unicodedata.normalize("NFKC", language).strip().casefold()
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    first = re.split(r"[-_\s]", plain)[0]
    return DEFAULT if first in _UNDECIDED else _BY_NAME.get(first, first)


def name_of(language: str) -> str:
    """English name of a language: "German" for "de-AT"; the tag itself where it is not known."""
    return NAMES.get(primary(language), language)


def letters_of(text: str) -> Letters | None:
    """The writing system of most letters of a text; None for the Latin one, and for a text without letters."""
    counts: Counter[str] = Counter()
    for ch in text:
        counts[_system(ch)] += 2 if _is_syllable(ch) else 1
    del counts[""]
    if counts.keys() & _KANA:  # Japanese: Chinese characters among them are, too
        counts["HIRAGANA"] += counts.pop("CJK", 0) + counts.pop("KATAKANA", 0)
    system, number = max(counts.items(), key=lambda item: item[1], default=("LATIN", 0))
    if system == "LATIN" or 2 * number <= counts.total():
        return None
    return _SYSTEMS.get(system) or Letters(system.title(), ())


def is_readable(word: str, language: str) -> bool:
    """Whether a voice of a language has something to say for a word: a number, a sign with a name, letters it reads.

    Latin letters are read by every voice, and a single Greek letter is a sign.
    """
    letters = [ch for ch in word if _system(ch)]
    if letters:
        strange = [ch for ch in letters if not _reads(_system(ch), language)]
        return not strange or (len(letters) == 1 and _system(letters[0]) == "GREEK")
    return any(
        unicodedata.category(ch)[0] == "N"
        or ch in _NAMED_SIGNS
        or (unicodedata.category(ch) == "Sm" and ch not in "|√")
        for ch in word
    )


def _reads(system: str, language: str) -> bool:
    return system == "LATIN" or primary(language) in _SYSTEMS.get(system, Letters("", ())).languages


def _is_syllable(ch: str) -> bool:
    """Whether a character says as much as several letters: Chinese, Japanese, Korean."""
    return "\u3040" <= ch <= "\ud7af" or ch >= "\U00020000"


def _system(ch: str) -> str:
    """The writing system of a letter; "" for everything else."""
    if not ch.isalpha() or ch == "µ":
        return ""
    if ch.isascii():
        return "LATIN"
    name = unicodedata.name(unicodedata.normalize("NFKC", ch)[0], "")
    if name.startswith("IDEOGRAPHIC"):
        return "CJK"
    first = re.split(r"[ -]", name)[0]
    return "" if first in ("MODIFIER", "SUPERSCRIPT", "") else first
