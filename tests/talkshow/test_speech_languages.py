"""Languages other than English: what is said for what is written, and whose word each sound is."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkshow.errors import MissingExtra
from talkshow.languages.registry import find
from talkshow.performance.visemes import LENGTH_MARKS, SILENT, STRESS_MARKS, VISEMES
from talkshow.speech import chinese, espeak, japanese
from talkshow.speech.alphabet import token_numbers
from talkshow.speech.reading import Reading, read

TAGS = ("es", "fr", "hi", "it", "ja", "pt-BR", "zh")
MARKS = 'ˈˌ ;:,.!?—…"()“”'


def sounds(text: str, tag: str) -> str:
    """The phonemes without stress, spaces and stops."""
    return "".join(ch for ch in read(text, {}, tag).tokens if ch not in MARKS)


def owners(reading: Reading) -> dict[str, str]:
    """The sounds of each word that captions show."""
    found: dict[str, str] = {}
    for token, word in zip(reading.tokens, reading.token_words, strict=True):
        if word >= 0:
            found[reading.words[word]] = found.get(reading.words[word], "") + token
    return found


@pytest.mark.parametrize(
    ("tag", "written", "said"),
    [
        ("es", "12,50 €", "12 euros con 50"),
        ("es", "$1.200", "1200 dólares"),
        ("es", "el 3/5/2026 a las 18:05", "el 3 de mayo de 2026 a las 18 y 5"),
        ("es", "el 2º piso y la 3ª puerta", "el segundo piso y la tercera puerta"),
        ("es", "3,75 % de EE. UU.", "3 coma 75 por ciento de Estados Unidos"),
        ("fr", "le 1/4/2026 à 9h15", "le premier avril 2026 à 9 heures 15"),
        ("fr", "2,5 kg pour 3,20 €", "2 virgule 5 kilos pour 3 euros 20"),
        ("fr", "1 250 000 habitants", "1250000 habitants"),
        ("fr", "la 1re fois, le 2e jour", "la première fois, le deuxième jour"),
        ("it", "1.500 € il 1/12/2026", "1500 euro il primo dicembre 2026"),
        ("it", "il 7º giorno, 0,05 %", "il settimo giorno, 0 virgola 0 5 per cento"),
        ("pt-BR", "R$ 2.300,40", "2300 reais e 40 centavos"),
        ("pt-BR", "às 7h05 do dia 1/6/2026", "às 7 e 5 do dia primeiro de junho de 2026"),
        ("hi", "₹2,50,000", "250000 रुपये"),
        ("hi", "2.5%", "2 दशमलव 5 प्रतिशत"),
        ("zh", "¥12.50", "十二点五零元"),
        ("zh", "2026年3月8日", "二零二六年三月八日"),
        ("zh", "20%", "百分之二十"),
        ("zh", "8:05", "八点零五分"),
        ("zh", "1,234", "一千二百三十四"),
        ("ja", "¥1,200", "千二百円"),
        ("ja", "8:05", "八時五分"),
        ("ja", "30%", "三十パーセント"),
        ("ja", "12,345人と10,000円", "一万二千三百四十五人と一万円"),
        ("ja", "3.14", "三点一四"),
    ],
)
def test_what_is_written_is_said_in_words(tag: str, written: str, said: str) -> None:
    assert sounds(written, tag) == sounds(said, tag) != ""


@pytest.mark.parametrize(
    ("tag", "text", "word", "sound"),
    [
        ("fr", "Les amis arrivent.", "Les", "lez"),  # its last letter is heard because of the word after it
        ("fr", "Les chats dorment.", "Les", "le"),
        ("es", "Cuesta 23 euros.", "23", "βˌAntitɾˈes"),
        ("it", "Gli gnocchi!", "gnocchi!", "ɲˈokːɪ!"),
        ("zh", "我在Google工作。", "Google", "ɡˈuɡᵊl"),
        ("zh", "银行行长说。", "说。", "ʂwo→."),
        ("ja", "明日は雨です。", "明日は", "aɕitaβa"),
        ("ja", "Googleで調べた。", "Googleで", "ɡɯːɡɯɾɯde"),
    ],
)
def test_sounds_belong_to_their_words(tag: str, text: str, word: str, sound: str) -> None:
    assert owners(read(text, {}, tag))[word].replace(" ", "") == sound


@pytest.mark.parametrize(
    ("syllable", "sound"),
    [
        ("zhong1", "ꭧʊ→ŋ"),
        ("shi4", "ʂɨ↘"),
        ("xue2", "ɕɥe↗"),
        ("nv3", "ny↓"),
        ("er2", "ɚ↗"),
        ("ma5", "ma"),
        ("bo1", "pwo→"),
        ("o2", "ɔ↗"),
        ("yuan2", "ɥɛ↗n"),
        ("qiong2", "ʨʰjʊ↗ŋ"),
        ("nothing", ""),
    ],
)
def test_syllables_of_mandarin(syllable: str, sound: str) -> None:
    assert chinese.syllable_sounds(syllable) == sound


def test_polyphonic_characters_and_changing_tones() -> None:
    assert sounds("银行", "zh").endswith("xa↗ŋ") and sounds("行人", "zh").startswith("ɕi↗ŋ")
    assert sounds("不是", "zh").startswith("pu↗") and sounds("不好", "zh").startswith("pu↘")


@pytest.mark.parametrize("tag", TAGS)
def test_a_pronunciation_of_the_script_is_used(tag: str) -> None:
    said = {"zh": "你好", "ja": "こんにちは", "hi": "नमस्ते"}.get(tag, "banana")
    assert sounds(said, tag) == "".join(ch for ch in read("Xyzzyx", {"Xyzzyx": said}, tag).tokens if ch not in MARKS)


@pytest.mark.parametrize("tag", TAGS)
@settings(max_examples=25)
@given(text=st.text("aeinorst áéñçãüß你好今天是的ひらカタ漢नमस्तेि 0123456789.,:;!?¿¡%€$-–—'\"«»()🙂", max_size=40))
def test_any_text_is_read_and_every_sound_has_its_word(tag: str, text: str) -> None:
    reading = read(text, {}, tag)
    assert len(reading.tokens) == len(reading.token_words) and set(reading.tokens) <= set(token_numbers())
    heard = [word for word in reading.token_words if word >= 0]
    assert all(a <= b for a, b in pairwise(heard)) and all(word < len(reading.words) for word in heard)
    assert set(range(len(reading.words))) == set(heard) or reading.is_silent


def test_every_sound_of_the_alphabet_moves_a_mouth() -> None:
    assert all(ch in VISEMES or ch in SILENT or ch in STRESS_MARKS or ch in LENGTH_MARKS for ch in token_numbers())


@pytest.mark.parametrize(
    ("tag", "extra", "package"),
    [("es", "espeak", "espeakng_loader"), ("zh", "zh", "jieba"), ("ja", "ja", "pyopenjtalk")],
)
def test_a_missing_package_is_named_with_its_cure(tag, extra, package, monkeypatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **more: Mapping[str, Any]) -> Any:
        if name.split(".")[0] == package:
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    for room in (chinese, japanese):
        room._packages.cache_clear()
    reader = {"es": espeak.Spanish, "zh": chinese.Chinese, "ja": japanese.Japanese}[tag]()
    with pytest.raises(MissingExtra, match=rf"talkshow\[{extra}\]"):
        reader.read("hola", {}, tag)
    for room in (chinese, japanese):
        room._packages.cache_clear()


def test_a_language_with_a_reading_has_voices() -> None:
    from talkshow.cast.catalogue import load_all_voices
    from talkshow.cast.languages import speaks

    for tag in (*TAGS, "en-GB"):
        assert find(tag).reading and any(speaks(voice, tag) for voice in load_all_voices().values())


def test_a_line_in_another_language_is_read_by_its_rules(tmp_path, run):
    """`{lang es}` on a line: the voice speaks it with an accent, which is told; another language stops the episode."""
    script = tmp_path / "mixed.txt"
    script.write_text(
        "cast:\n  LEO: voice=am_michael\nLEO: How do you say it in Spanish?\nLEO {lang es}: Buenas noches.\n"
    )
    told = run("lint", script, "--json").json
    assert [row["line"] for row in told["problems"]] == [4] and "with an accent" in told["problems"][0]["message"]
    ran = run("render", script, "--dry-run", "--json", "--out", tmp_path)
    assert ran.code == 0 and any("with an accent" in warning for warning in ran.json["warnings"])
    script.write_text("LEO {lang de}: Guten Abend.\nLEO: Good evening.\n")
    assert "German" in run("speak", script, "--out", tmp_path).err
    script.write_text("LEO {lang: spanisch}: Buenas noches.\n")
    assert "there is no language 'spanisch'" in run("speak", script, "--out", tmp_path).err
