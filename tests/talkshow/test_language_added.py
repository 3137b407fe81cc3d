"""A language is added in one module of another package; nothing in talkshow knows of it, and everything takes it up."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from talkshow.cast import languages as spoken_languages
from talkshow.cast.catalogue import load_all_voices
from talkshow.cast.choosing import wish_of
from talkshow.cast.language_check import unspoken_by
from talkshow.cast.types import Cast, Character, Voice
from talkshow.clock import FPS
from talkshow.engines import registry as engines
from talkshow.errors import BackendError
from talkshow.languages import registry
from talkshow.languages.language import key
from talkshow.languages.letters import is_readable, letters_of
from talkshow.performance.motion import ShowPerformance
from talkshow.script import parse_script
from talkshow.script.lint import lint_report
from talkshow.script.model import CharacterHint, Line, Say
from talkshow.script.pace import count_words
from talkshow.span import Span
from talkshow.speech.base import SpeechRequest, Utterance
from talkshow.speech.clauses import clauses, halves, pause_after, sentences
from talkshow.speech.reading import read, reading_identity
from talkshow.timeline.placing import place
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Word

TAG = "qrb"
MODULE = '''
from talkshow.languages.language import Language, words
from talkshow.speech.reading import assemble


class Reading:
    """Every letter is a sound; a digit beeps as often as it says."""

    identity = "robonese/1"

    def read(self, text, pronunciations, language):
        written = text.split()
        said = [pronunciations.get(word.strip(".|"), word) for word in written]
        coast = language.endswith("-Coast")
        sounds = ["".join("bip" * int(ch) if ch.isdigit() else ch for ch in word if ch.isalnum()) for word in said]
        return assemble([sound.replace("i", "u") if coast else sound for sound in sounds], range(len(written)), written)


ROBONESE = Language(
    "qrb",
    "Robonese",
    aliases=words("robo beepish"),
    letters=words("CHEROKEE"),
    regions={"qrb-Coast": words("rusty")},
    small_words=words("bo zu ki ma ta ne"),
    abbreviations=words("zrt"),
    conjunctions=words("plus"),
    yes=words("bip"),
    no=words("bop"),
    sentence_ends=".|",
    longest=60,
    word_s=2.0,
    reading="robonese:Reading",
    spoken_by=("draft",),
)
'''


def installed(folder: Path, name: str, entries: dict[str, str], module: str = "") -> None:
    """A package as pip leaves it."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    rows = "".join(f"{tag} = {target}\n" for tag, target in entries.items())
    (about / "entry_points.txt").write_text(f"[talkshow.languages]\n{rows}", encoding="utf-8")
    if module:
        (folder / f"{name}.py").write_text(module, encoding="utf-8")


def forget() -> None:
    """What a process remembers of languages."""
    importlib.invalidate_caches()
    registry.catalogue.cache_clear()
    spoken_languages.declared_languages.cache_clear()


@pytest.fixture
def robonese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package is installed; a folder with one voice that speaks it."""
    installed(tmp_path / "site", "robonese", {TAG: "robonese:ROBONESE"}, MODULE)
    monkeypatch.syspath_prepend(tmp_path / "site")
    folder = tmp_path / "voices" / "bolt"
    folder.mkdir(parents=True)
    (folder / "voice.toml").write_text(
        f'name = "bolt"\nengine = "draft"\nlanguage = "{TAG}-Coast"\nlicence = "CC0-1.0"\ndescription = "rusty"\n'
    )
    forget()
    yield tmp_path / "voices"
    monkeypatch.undo()
    forget()


def spoken(request: SpeechRequest) -> Utterance:
    """What the draft voice says, in a thread of its own: onnxruntime changes how the one that calls it calculates."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(engines.load("voice_engines", "draft").speak, request).result()


def script(text: str, language: str = TAG) -> str:
    return f"title: T\nlanguage: {language}\n{text}"


@pytest.mark.parametrize("written", [TAG, "QRB_coast", "Robonese", "beepish"])
@pytest.mark.usefixtures("robonese")
def test_it_is_found_by_tag_name_and_alias(written: str) -> None:
    assert registry.find(written).name == registry.name_of(written) == "Robonese"


@pytest.mark.usefixtures("robonese")
def test_lines_last_as_long_as_its_words_take() -> None:
    text = "A: bo zu ki ma.\nB: ta ne.\n"
    long, short = (
        lint_report(parse_script(script(text, tag)), ["bolt"])["estimated_duration_s"] for tag in (TAG, "en")
    )
    assert long - short == pytest.approx(6 * (2.0 - 0.25), abs=0.11)
    scene = parse_script(f"A: one.\n== There == {{language: {TAG}}}\nA: bo zu.\n")  # of a scene alone
    assert lint_report(scene, [])["estimated_duration_s"] > 4.5


@pytest.mark.usefixtures("robonese")
def test_sentences_end_where_it_ends_them() -> None:
    own, english = registry.find(TAG), registry.find("en")
    text = "Bo Zrt. Ki ma| Ta! Ne. Dr. Zu"
    assert sentences(text, own) == ["Bo Zrt. Ki ma|", "Ta! Ne.", "Dr.", "Zu"]
    assert sentences(text, english) == ["Bo Zrt.", "Ki ma| Ta!", "Ne.", "Dr. Zu"]
    assert pause_after("ma|", own) > pause_after("ma|", english)
    assert halves("bo bo bo plus zu zu zu zu", own) == ("bo bo bo", "plus zu zu zu zu")
    assert halves("bo bo bo plus zu zu zu zu", english) == ("bo bo bo plus", "zu zu zu zu")
    assert max(map(len, clauses("bo zu ki ma, " * 20, own))) <= 60


@pytest.mark.usefixtures("robonese")
def test_a_speaker_nods_at_its_yes_and_shakes_at_its_no() -> None:
    class Silence:
        def read(self, _start: int, num: int) -> np.ndarray:
            return np.zeros(num, np.float32)

    def travel(said: str, axis: str, language: str) -> float:
        line = Line("BEN", (Say(said),))
        cue = Cue(line, 0, 0, Span(2.0, 3.2), (Word(said, Span(2.0, 3.2)),), language=language)
        timeline = Timeline((cue,), ("BEN",), (Span(0.0, 6.0),), 6.0)
        performance = ShowPerformance(timeline, {"BEN": Silence()}, {"BEN": 0.5})
        return float(np.abs(np.diff(performance.motion("BEN", 2 * FPS, 85)[axis])).sum())

    assert travel("Bip!", "pitch", TAG) > travel("zu", "pitch", TAG) + 1.5
    assert travel("«bop»", "yaw", TAG) > travel("zu", "yaw", TAG) + 1.5
    assert travel("Bip!", "pitch", "en") == travel("zu", "pitch", "en")
    assert travel("Yes!", "pitch", TAG) == travel("zu", "pitch", TAG)


class Heard:
    duration_s, words, phonemes = 1.0, (), ()


@pytest.mark.usefixtures("robonese")
def test_cues_know_the_language_of_their_line() -> None:
    text = f"A: Hello.\nB: Привет, мир, как дела?\n== There == {{language: {TAG}}}\nA: bo zu.\nB: ᎣᏏᏲ ᎣᏏᏲ.\n"
    script = parse_script(text)
    cast = Cast(tuple(Character(name, None) for name in script.speakers))
    timeline = place(script, [Heard()] * 4, cast)
    assert [cue.language for cue in timeline.cues] == ["en", "ru", TAG, TAG]


def test_it_is_read_and_spoken_by_an_engine_that_knows_its_sounds(robonese: Path) -> None:
    voice = load_all_voices([robonese])["bolt"]
    reading = read("bo zi 2|", {"zi": "ta"}, TAG)
    assert (reading.tokens, reading.words) == ("bo ta bipbip", ("bo", "zi", "2|"))
    assert read("bip", {}, f"{TAG}-Coast").tokens == "bup"
    assert reading_identity(voice) == "robonese/1"
    assert "robonese" not in reading_identity(load_all_voices()["af_heart"])
    utterance = spoken(SpeechRequest("bo zu ki 1|", voice))
    assert [word.text for word in utterance.words] == ["bo", "zu", "ki", "1|"]
    assert "".join(each.symbol for each in utterance.phonemes) == "bozukibip"
    assert np.abs(utterance.waveform.samples).max() > 0.01


def test_the_check_of_languages_casts_and_speaks_it(run, tmp_path: Path, robonese: Path) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_text(script("A: bo zu ki ma| Ta.\nB: bip.\n"), encoding="utf-8")
    assert run("lint", talk, "--voices", robonese, "--json").json["problems"] == []
    plan = run("speak", talk, "--dry-run", "--json", "--voices", robonese).json
    assert plan["problems"] == [] and {row["voice"] for row in plan["characters"]} == {"bolt"}
    ran = run("speak", talk, "--voices", robonese, "-o", tmp_path / "out")
    assert ran.code == 0, ran.err
    words = json.loads((tmp_path / "out/talk/timeline.json").read_text(encoding="utf-8"))
    assert "bip." in json.dumps(words)
    assert run("speak", talk, "--draft", "--voices", robonese, "-o", tmp_path / "draft").code == 0
    without = run("speak", talk, "--dry-run", "--json").json
    assert "in Robonese" in without["problems"][0] and "no installed voice speaks" in without["problems"][0]


@pytest.mark.usefixtures("robonese")
def test_it_is_guessed_by_its_small_words_and_decided_by_its_letters() -> None:
    check = unspoken_by(load_all_voices())
    ((line, message),) = check(parse_script("A: Bo zu ki ma ta ne bo.\n"))
    assert line == 1 and "looks like Robonese" in message
    letters = letters_of("ᎣᏏᏲ ᎣᏏᏲ")
    assert letters is not None and letters.languages == (TAG,)
    assert is_readable("ᎣᏏᏲ", TAG) and not is_readable("ᎣᏏᏲ", "en")


@pytest.mark.usefixtures("robonese")
def test_its_accents_choose_voices() -> None:
    assert wish_of(CharacterHint("ZED", description="an old and rusty fellow")).accent == f"{TAG}-Coast"
    assert wish_of(CharacterHint("ZED", description="British")).accent == "en-GB"


def test_a_voice_of_a_language_that_nothing_reads_says_so() -> None:
    with pytest.raises(BackendError, match="German cannot be read aloud"):
        spoken(SpeechRequest("Hallo.", Voice("x", "draft", "de", "", "", "")))


@pytest.mark.parametrize(
    ("target", "module"), [("broken_tongue:X", ""), ("broken_tongue:X", "X = 3\n"), ("broken_tongue:X", "1 / 0\n")]
)
def test_a_package_that_does_not_load_breaks_only_its_own_language(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, module: str
) -> None:
    installed(tmp_path / "site", "broken_tongue", {"qbr": target}, module)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.delitem(sys.modules, "broken_tongue", raising=False)
    forget()
    try:
        for language, code in (("en", 0), ("qbr", 1)):
            talk = tmp_path / f"{language}.txt"
            talk.write_text(script("A: Hello there.\n", language), encoding="utf-8")
            ran = run("speak", talk, "--draft", "-o", tmp_path / "out")
            assert ran.code == code and "Traceback" not in ran.err
        assert "broken_tongue" in ran.err or "in qbr" in ran.err
    finally:
        monkeypatch.undo()
        forget()


def test_a_reading_that_fails_is_named(robonese: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = load_all_voices([robonese])["bolt"]
    reading = importlib.import_module("robonese").Reading
    for answer, said in ((lambda *_: 1 / 0, "ZeroDivisionError"), (lambda *_: "bo", "returned a str")):
        monkeypatch.setattr(reading, "read", answer)
        with pytest.raises(BackendError, match=rf"robonese\.Reading.*{said}"):
            spoken(SpeechRequest("bo", voice))


@pytest.mark.usefixtures("robonese")
def test_a_reading_that_does_not_load_is_an_error(tmp_path: Path) -> None:
    source = MODULE.replace("robonese:Reading", "robonese:Gone").replace('"qrb"', '"qrd"').replace("qrb-", "qrd-")
    installed(tmp_path / "site", "gone_reading", {"qrd": "gone_reading:ROBONESE"}, source)
    forget()
    with pytest.raises(BackendError, match=r"Robonese.*robonese:Gone.*does not load"):
        read("bo", {}, "qrd")


CHINESE = "他说：“今天不去了。”我问为什么？他没有回答！3.5公里太远了，是不是？Node.js很好，我们走吧。"


def test_text_without_spaces_is_cut_by_its_own_marks() -> None:
    chinese = registry.find("zh-Hans")
    assert sentences(CHINESE, chinese) == [
        "他说：“今天不去了。”",
        "我问为什么？",
        "他没有回答！",
        "3.5公里太远了，是不是？",
        "Node.js很好，我们走吧。",
    ]
    stretches = clauses(CHINESE * 20, chinese)
    assert "".join(stretches) == CHINESE * 20 and max(map(len, stretches)) <= chinese.longest
    assert all(len(each) > 20 for each in stretches)
    comma = clauses("我们走了很久，" * 40, chinese)
    assert all(each.endswith("，") and len(each) <= chinese.longest for each in comma)
    assert pause_after("走吧。", chinese) > pause_after("走吧，", chinese) > pause_after("走吧", chinese)
    problems = lint_report(parse_script(script(f"A: {CHINESE * 4}\n", "zh")), [])["problems"]
    assert not any("breath" in problem["message"] for problem in problems)


def test_a_vowel_sign_ends_no_word() -> None:
    assert count_words("हाँ, मैं बिल्कुल सही हूँ।") == 5
    assert count_words("cafe\u0301 cre\u0300me") == count_words("café crème") == 2
    assert key("«हाँ»,") in registry.find("hi").yes and key("Claro!") in registry.find("es-MX").yes


def test_what_is_known_of_languages_is_well_formed() -> None:
    for tag, language in registry.known().items():
        assert language.tag == tag and registry.primary(tag) == tag and language.name != tag
        assert language.yes and language.no and not language.yes & language.no, tag
        for word in (*language.yes, *language.no):
            assert key(word) == word, (tag, word)
        for word in (*language.small_words, *language.abbreviations):
            assert word == word.lower() and not word.endswith("."), (tag, word)
        assert all(region.startswith(f"{tag}-") for region in language.regions)
