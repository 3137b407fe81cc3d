"""A language that no voice speaks is told by lint and by the plan, and stops an episode before anything is spoken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.cast import languages as spoken_languages
from talkshow.cast.choosing import cast_script, load_all_voices
from talkshow.cast.language_check import check_languages, unspoken_by
from talkshow.cast.languages import speaks
from talkshow.cast.types import Voice
from talkshow.engines import registry
from talkshow.languages.guessing import guess_language
from talkshow.languages.letters import letters_of
from talkshow.languages.registry import name_of, primary
from talkshow.script import WRITABLE_FORMATS, format_script, parse_script

ROOT = Path(__file__).resolve().parents[2]
PARROT = '''
from talkshow.speech.engines.tone import Tone


class Parrot(Tone):
    """Speaks German alone."""

    identity = "parrot/1"
    pretends = False
    languages = ("de-DE",)


class Mute(Tone):
    """Declares nothing."""

    identity = "mute/1"
    pretends = False
    languages = None
'''
IN_LATIN = {
    "es": (
        "Hoy hablamos de por qué los gatos tiran las cosas de la mesa.",
        "No sé qué decirte, pero me gusta.",
        "Claro que sí, y el perro también lo hace cuando no está aquí.",
    ),
    "de": (
        "Heute fragen wir, warum Katzen die Gläser vom Tisch werfen.",
        "Ich weiß nicht, was du meinst.",
        "Das ist doch nur ein Stein, und er ist nicht einmal schön.",
    ),
    "fr": (
        "Aujourd'hui, nous allons parler de la mer et du vent.",
        "Je ne sais pas pourquoi tu dis ça.",
        "C'est un chat qui n'est pas dans la maison, et il est à nous.",
    ),
    "it": (
        "Oggi parliamo di perché i gatti buttano giù i bicchieri dal tavolo.",
        "Non so che cosa dirti.",
        "La nonna diceva sempre che il mare si prende tutto quello che può.",
    ),
    "pt": (
        "Hoje vamos falar sobre por que os gatos derrubam os copos.",
        "Eu não sei o que você quer dizer.",
        "O trem sai às oito e não tem outro até amanhã, mas isso não é tudo.",
    ),
    "nl": (
        "Vandaag praten we over waarom katten glazen van de tafel duwen.",
        "Ik weet niet wat je bedoelt.",
        "De trein vertrekt om acht uur en er is geen andere tot morgen.",
    ),
    "pl": (
        "Dzisiaj porozmawiamy o tym, dlaczego koty zrzucają szklanki ze stołu.",
        "Nie wiem, co masz na myśli.",
        "To jest tylko kamień i nie ma innego do jutra, ale tak już jest.",
    ),
}
IN_LETTERS = {
    "Chinese": "你好，欢迎回来。今天我们谈猫。",
    "Japanese": "こんにちは、世界。今日は猫の話です。",
    "Korean": "안녕하세요, 오늘은 고양이 이야기입니다.",
    "Cyrillic": "Привет, сегодня мы говорим о кошках.",
    "Devanagari": "नमस्ते, आज हम बिल्लियों की बात करेंगे।",
    "Arabic": "مرحبا، اليوم نتحدث عن القطط.",
    "Hebrew": "שלום, היום נדבר על חתולים.",
    "Greek": "Γειά σου, σήμερα μιλάμε για γάτες.",
    "Thai": "สวัสดี วันนี้เราจะพูดถึงแมว",
}


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with one German voice, whose engine is another package's, and one voice of an engine that is silent."""
    (tmp_path / "parrot_of_others.py").write_text(PARROT, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("Parrot", "Mute"):
        monkeypatch.setitem(registry.BUILT_IN["voice_engines"], name.casefold(), f"parrot_of_others:{name}")
    for name, engine, language in (("klara", "parrot", "de-AT"), ("tom", "mute", "sv")):
        (tmp_path / "voices" / name).mkdir(parents=True)
        (tmp_path / "voices" / name / "voice.toml").write_text(
            f'name = "{name}"\nengine = "{engine}"\nlanguage = "{language}"\nlicence = "CC0-1.0"\n', encoding="utf-8"
        )
    spoken_languages.declared_languages.cache_clear()
    yield tmp_path / "voices"
    spoken_languages.declared_languages.cache_clear()


def saved(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "talk.txt"
    path.write_text(text, encoding="utf-8")
    return path


def lines(*texts: str, head: str = "") -> str:
    return head + "".join(f"{'AB'[index % 2]}: {text}\n" for index, text in enumerate(texts))


def told(run, script: Path, *flags: object) -> tuple[list[dict], dict]:
    """What lint and the plan say."""
    linted = run("lint", script, "--json", *(flag for flag in flags if flag != "--draft"))
    assert linted.code == 0
    plan = run("speak", script, "--dry-run", "--json", *flags)
    assert plan.code == 0, plan.err
    return linted.json["problems"], plan.json


@pytest.mark.parametrize(
    ("declared", "name"),
    [("de", "German"), ("sv-FI", "Swedish"), ("nl_BE", "Dutch"), ("Deutsch", "German"), ("pol", "Polish")],
)
def test_a_declared_language_that_nobody_speaks_stops_before_anything_is_spoken(
    run, tmp_path: Path, declared: str, name: str
) -> None:
    script = saved(tmp_path, lines("Na ja.", "Gut.", head=f"title: T\nlanguage: {declared}\n"))
    (problem,), plan = told(run, script)
    assert (problem["severity"], problem["line"]) == ("warning", 3)
    (stop,) = plan["problems"]
    assert f"this would stop: {stop}" in plan["warnings"]
    ran = run("speak", script, "--draft", "-o", tmp_path / "out")
    assert ran.code == 1 and not (tmp_path / "out").exists()
    for message in (problem["message"], stop, ran.err):
        assert (
            f"in {name}" in message and re.search("those here speak .*English", message) and "--voice NAME=" in message
        )
        assert "docs/plugins.md" in message


SPOKEN = {"Chinese": "zh", "Japanese": "ja", "Devanagari": "hi", "es": "es", "fr": "fr", "it": "it", "pt": "pt"}


@pytest.mark.parametrize("name", SPOKEN)
def test_a_language_is_found_in_the_text_and_spoken_by_its_own_voices(run, tmp_path: Path, name: str) -> None:
    tag = SPOKEN[name]
    text = lines(*IN_LATIN[name]) if name in IN_LATIN else lines(IN_LETTERS[name], IN_LETTERS[name])
    script = saved(tmp_path, text)
    problems, plan = told(run, script)
    assert problems == [] and plan["problems"] == [] and (plan["language"], plan["language_found"]) == (tag, True)
    voices = load_all_voices()
    assert {primary(voices[row["voice"]].language) for row in plan["characters"]} == {tag}
    assert f"language: {tag} (found in the text)" in run("speak", script, "--dry-run").err
    declared = told(run, saved(tmp_path, f"language: {tag}\n{text}"))[1]
    assert declared["language_found"] is False
    assert [row["voice"] for row in declared["characters"]] == [row["voice"] for row in plan["characters"]]


def test_a_language_that_does_not_exist_is_named_with_the_nearest(run, tmp_path: Path) -> None:
    (problem,), plan = told(run, saved(tmp_path, "title: T\nlanguage: Spansh\nA: Hola.\n"))
    assert "there is no language 'Spansh'. Did you mean 'Spanish'?" in problem["message"]
    assert plan["problems"]


@pytest.mark.parametrize("name", [name for name in IN_LETTERS if name not in SPOKEN])
def test_letters_decide_without_a_declaration(run, tmp_path: Path, name: str) -> None:
    script = saved(tmp_path, lines(IN_LETTERS[name], "OK.", IN_LETTERS[name]))
    (problem,), plan = told(run, script)
    assert problem["line"] == 1 and f"written in {name} letters" in problem["message"]
    assert len(plan["problems"]) == 1
    ran = run("speak", script, "-o", tmp_path / "out")
    assert ran.code == 1 and f"written in {name} letters" in ran.err and not (tmp_path / "out").exists()


@pytest.mark.parametrize("tag", [tag for tag in IN_LATIN if tag not in SPOKEN])
def test_a_language_is_found_in_latin_letters_and_never_read_wrongly(run, tmp_path: Path, tag: str) -> None:
    script = saved(tmp_path, lines(*IN_LATIN[tag]))
    (problem,), plan = told(run, script)
    assert problem["line"] == 1 and f"in {name_of(tag)} (found in the text)" in problem["message"]
    assert len(plan["problems"]) == 1 and "language: en" in plan["problems"][0]
    ran = run("speak", script, "-o", tmp_path / "out")
    assert ran.code == 1 and not (tmp_path / "out").exists()
    said_to_be_english = told(run, saved(tmp_path, "language: en\n" + lines(*IN_LATIN[tag])))
    assert (
        said_to_be_english[1]["problems"] == [] and f"looks like {name_of(tag)}" in said_to_be_english[0][0]["message"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "Welcome to Los Angeles, Las Vegas, El Paso, La Paz and San Juan de la Cruz.",
        "La la la, de de de, do do.",
        "Das ist gut, as my aunt says, and then she laughs.",
        "Bella ciao, la dolce vita, il dottore: he said it all.",
        "A B C D E F G H I.",
        "Oh no. Ha ha! Hm. Eh? Ah, si, si.",
        "Le Mans, Le Havre, La Rochelle, Les Arcs.",
        "Je ne sais quoi is what she has, and joie de vivre.",
        "Ja, ja. Der Spiegel and Die Zeit.",
        "Hola! Gracias!",
    ],
)
def test_english_with_the_words_of_others_is_english(text: str) -> None:
    assert guess_language(text, "en") is None
    assert check(parse_script(f"A: {text}\n")) == []


def test_no_example_is_doubted() -> None:
    for path in sorted((ROOT / "scripts_in").iterdir()):
        assert check(parse_script(path.read_text(encoding="utf-8"), None, path)) == []


def check(script, voices=None) -> list[tuple[int, str]]:
    return unspoken_by(voices or load_all_voices())(script)


def test_single_lines_that_nobody_can_say_are_named_with_their_lines(run, tmp_path: Path) -> None:
    script = saved(
        tmp_path,
        lines(
            "Hello there, my friend.",
            "Привет, мир.",
            "My cat said мяу and няв to me today.",
            "...",
            "Good night.",
            "🙂",
            "3 % of α.",
            "#1!",
            "(laughs)",
            "Bye.",
        ),
    )
    problems, plan = told(run, script)
    assert [problem["line"] for problem in problems] == [2, 3, 4, 6]
    assert ["nothing of this line" in problem["message"] for problem in problems] == [True, False, True, True]
    assert "'мяу', 'няв'" in problems[1]["message"]
    assert plan["problems"] == [] and sum("line " in warning for warning in plan["warnings"]) == 4


@pytest.mark.parametrize("texts", [("...", "🙂"), ("🎉",), ("?!", "•", "…")])
def test_a_script_of_which_nothing_can_be_said_is_an_error(run, tmp_path: Path, texts: tuple[str, ...]) -> None:
    script = saved(tmp_path, lines(*texts))
    (problem,), plan = told(run, script)
    assert problem["line"] == 1 and len(plan["problems"]) == 1
    ran = run("speak", script, "--draft", "-o", tmp_path / "out")
    assert ran.code == 1 and "nothing of this line can be spoken" in ran.err and not (tmp_path / "out").exists()


def test_only_the_part_that_is_made_counts(run, tmp_path: Path) -> None:
    script = saved(tmp_path, lines("Hello there.", "Привет, мир.", "Goodbye."))
    assert run("speak", script, "--dry-run", "--json", "--lines", "1-2").json["problems"] == []
    assert len(run("speak", script, "--dry-run", "--json", "--lines", "2").json["problems"]) == 1


def test_an_engine_that_declares_a_language_is_cast_for_it(run, tmp_path: Path, german: Path) -> None:
    script = saved(tmp_path, lines("Na ja.", "Gut.", "Also.", head="title: T\nlanguage: German\n"))
    problems, plan = told(run, script, "--voices", german)
    assert problems == [] and plan["problems"] == []
    assert {row["voice"] for row in plan["characters"]} == {"klara"}  # shared, rather than an English one
    assert run("speak", script, "--voices", german, "-o", tmp_path / "out").code == 0
    english = saved(tmp_path, lines("Hello there.", "Good night."))
    assert "klara" not in {row["voice"] for row in told(run, english, "--voices", german)[1]["characters"]}


def test_a_voice_that_does_not_speak_the_language_names_one_that_does(run, tmp_path: Path, german: Path) -> None:
    script = saved(tmp_path, lines("Na ja.", "Gut.", head="title: T\nlanguage: de\n"))
    plan = run("speak", script, "--dry-run", "--json", "--voices", german, "--voice", "A=af_heart").json
    assert plan["problems"] == []
    (warning,) = (warning for warning in plan["warnings"] if "German" in warning)
    assert "A:" in warning and "af_heart does not speak" in warning and "--voice NAME=klara" in warning


def test_silence_is_refused_also_where_another_voice_would_speak(run, tmp_path: Path, german: Path) -> None:
    (german / "ivan").mkdir()
    (german / "ivan/voice.toml").write_text('name = "ivan"\nengine = "mute"\nlanguage = "ru"\nlicence = "CC0-1.0"\n')
    script = saved(tmp_path, lines("Привет, мир.", "Да."))
    assert run("speak", script, "--dry-run", "--json", "--voices", german).json["problems"] == []
    plan = run("speak", script, "--dry-run", "--json", "--voices", german, "--voice", "A=af_heart").json
    assert plan["problems"] == [] and any("ivan does" in warning for warning in plan["warnings"])
    plan = run(
        "speak", script, "--dry-run", "--json", "--voices", german, "--voice", "A=af_heart", "--voice", "B=bm_george"
    ).json
    assert len(plan["problems"]) == 1 and "nothing of this line" in plan["problems"][0]


def test_the_draft_voice_is_named_where_it_alone_cannot(run, tmp_path: Path, german: Path) -> None:
    script = saved(tmp_path, lines("Na ja.", head="title: T\nlanguage: de\n"))
    ran = run("speak", script, "--draft", "--voices", german, "-o", tmp_path / "out")
    assert ran.code == 1 and "Leave out --draft" in ran.err


def test_a_scene_may_have_a_language_of_its_own(run, tmp_path: Path, german: Path) -> None:
    text = "== One ==\nA: Hello.\n== Zwei == {language: de}\nB: Hallo.\nA: Good.\n"
    for format in WRITABLE_FORMATS:
        script = parse_script(text)
        assert parse_script(format_script(script, format), format) == script
        assert script.scenes[1].language == "de"
    assert [line for line, _ in check(parse_script(text))] == [4]
    plan = run("speak", saved(tmp_path, text), "--dry-run", "--json", "--voices", german).json
    voices = {row["name"]: row["voice"] for row in plan["characters"]}
    assert voices["B"] == "klara" and plan["problems"] == []


def test_an_engine_without_a_word_speaks_what_its_voices_say(german: Path) -> None:
    voices = load_all_voices([german])
    assert speaks(voices["tom"], "sv-FI") and not speaks(voices["tom"], "de")
    assert speaks(voices["klara"], "de") and not speaks(voices["klara"], "en")
    claimed = Voice("x", "kokoro", "de", "", "", "")
    assert not speaks(claimed, "de") and not speaks(claimed, "en")  # a voice says so, its engine does not
    assert all(speaks(voice, "en-NZ") == voice.language.startswith("en") for voice in voices.values())


def test_a_voice_may_speak_what_its_lines_look_like(german: Path) -> None:
    """Nothing declared, and a German voice given to German lines: as it should be."""
    script = parse_script(lines(*IN_LATIN["de"], head="cast:\n  A: voice=klara\n  B: voice=klara\n"))
    voices = load_all_voices([german])
    cast = cast_script(script, voices).cast
    assert check_languages(script, {each.name: [each.voice] for each in cast.characters}, list(voices.values())) == []


def test_say_refuses_what_a_voice_cannot_say(run, tmp_path: Path) -> None:
    out = tmp_path / "said.wav"
    ran = run("voices", "say", "af_heart", IN_LETTERS["Korean"], "--draft", "-o", out)
    assert ran.code == 1 and "Korean letters" in ran.err and not out.exists()
    assert run("voices", "say", "af_heart", "...", "--draft", "-o", out).code == 1
    ran = run("voices", "say", "af_heart", IN_LATIN["fr"][1] + " " + IN_LATIN["fr"][2], "--draft", "-o", out)
    assert ran.code == 0 and "looks like French" in ran.err and out.is_file()


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("de-AT", "de"),
        ("DE_de", "de"),
        ("ger", "de"),
        ("deutsch", "de"),
        ("English", "en"),
        ("", "en"),
        ("und", "en"),
        ("zh-Hant-TW", "zh"),
        ("cmn", "zh"),
        ("中文", "zh"),
        ("no", "nb"),
        ("iw", "he"),
        ("klingon", "klingon"),
    ],
)
def test_tags_and_names_of_languages(written: str, tag: str) -> None:
    assert primary(written) == tag


@given(st.text())
def test_any_text_has_letters_or_none(text: str) -> None:
    letters = letters_of(text)
    assert letters is None or letters.name
    assert guess_language(text, "en") != "en"


def test_problems_are_in_the_json_of_the_plan_as_text(run, tmp_path: Path) -> None:
    plan = run("render", saved(tmp_path, lines(IN_LETTERS["Thai"])), "--dry-run", "--json", "--renderer", "stills").json
    assert json.loads(json.dumps(plan))["problems"][0].startswith("line 1: ")
