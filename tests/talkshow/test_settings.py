"""Settings: one source for files, flags, help and documents; every mistake is named where it stands."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from talkshow import EpisodeSettings
from talkshow.errors import SettingsError
from talkshow.schema.values import Switch, Table
from talkshow.schema.where import Where
from talkshow.settings import GeneratorSettings, RecordingSettings, file_schema, load_settings

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "MAYA: Hello there.\nLEO: Hello.\n"
JARGON = ("Input should", "should not have happened", "Traceback", "pydantic", "type=", "NoneType", "union")
COMMANDS = ("render", "convert", "speak", "scene", "demo", "diarize")


@pytest.fixture
def planned(run, tmp_path, tone_voices):
    """The plan of a script with a settings file of these bytes, and flags."""

    def call(content: str | bytes, *flags: object):
        script, config = tmp_path / "script.txt", tmp_path / "show.toml"
        script.write_text(SCRIPT, encoding="utf-8")
        config.write_bytes(content if isinstance(content, bytes) else content.encode())
        ran = run("render", script, "--voices", tone_voices, "--config", config, "--dry-run", "--json", *flags)
        assert not [word for word in JARGON if word in ran.err], ran.err
        return ran

    return call


@pytest.mark.parametrize(
    ("content", "line", "key", "says"),
    [
        ("seed = 1\nrenderer = 3.5", 2, "renderer", 'for example renderer = "portrait"'),
        ("shots = [1]", 1, "shots", '"off", "calm" or "lively"'),
        ('shots = "livly"', 1, "shots", "Did you mean 'lively'?"),
        ("# all of it\n\nonly = false", 3, "only", '"speak"'),
        ('only = "paint"', 1, "only", "Choose from: speak, none."),
        ("title = 7", 1, "title", "text, in quotes"),
        ('title = "two\\nlines"', 1, "title", "one line of text"),
        ("draft = 1", 1, "draft", "true or false"),
        ('check = "no"', 1, "check", "true or false"),
        ("burn_captions = 0.0", 1, "burn_captions", "true or false"),
        ("seed = 2.0", 1, "seed", "whole number"),
        ("seed = true", 1, "seed", "whole number"),
        ('seed = "7"', 1, "seed", "for example seed = 7"),
        ("seed = 1979-05-27", 1, "seed", "1979-05-27"),
        (f"seed = {'8' * 40}", 1, "seed", "at most 18 digits"),
        ("size = [1280]", 1, "size", "1280x720"),
        ("size = [1280.0, 720]", 1, "size", "1280x720"),
        ("size = [1280, 721]", 1, "size", "both even"),
        ("size = 720", 1, "size", "1280x720"),
        ("lines = [5, 3]", 1, "lines", '"3-5"'),
        ("lines = 0", 1, "lines", "counted from 1"),
        ("lines = true", 1, "lines", "counted from 1"),
        ("scene = 0", 1, "scene", "counted from 1"),
        ("image = ['a.png']", 1, "image", "path, in quotes"),
        ("image = ''", 1, "image", "path"),
        (f'image = "{"x" * 300}.png"', 1, "image", "path"),
        ("jobs = 0", 1, "jobs", "from 1 to 256"),
        ("jobs = 257", 1, "jobs", "from 1 to 256"),
        ("voices = 'af_heart'", 1, "voices", 'voices = {MAYA = "af_heart"}'),
        ("[voices]\nMAYA = 'hum_a'\nLEO = 3", 3, "voices.LEO", 'LEO = "af_heart"'),
        ("[voices]\nMAYA = ''", 2, "voices.MAYA", "name of a voice"),
        ("[[voices]]\nMAYA = 'hum_a'", 1, "voices", "table"),
        ("[seats]\nLEO = true", 2, "seats.LEO", "left"),
        ('[seats]\n"LEO B" = nan', 2, "seats.LEO B", "left"),
        ("[voices]\n'MAYA'='hum_a'\n'' = 'hum_b'", 3, "voices", "one line of text"),
        ("generator = 'tiny'", 1, "generator", "[generator]"),
        ("[generator]\nsteps = 8\nquantize = 8", 3, "generator.quantize", "int8"),
        ("[generator]\nsteps = 1001", 2, "generator.steps", "from 1 to 1000"),
        ("generator.text_guidance = nan", 1, "generator.text_guidance", "from 0 to 100"),
        ("generator = { color_correction = inf }", 1, "generator.color_correction", "from 0 to 1"),
        ("[generator]\nstep_cache = '0.2'", 2, "generator.step_cache", "step_cache = 0.2"),
        ("[generator]\nloras = ['a.safetensors']", 2, "generator.loras", '{"fast.safetensors" = 1.0}'),
        ("[generator.loras]\n'a.safetensors' = '1'", 2, "generator.loras.a.safetensors", "a number"),
        ("[generator]\noffload = 'blocks'", 2, "generator.offload", "Did you mean 'block'?"),
        ("[recording]\nspeakers = 2.5", 2, "recording.speakers", "from 1 to 100"),
        ("[recording]\nchannels = 'splt'", 2, "recording.channels", "Did you mean 'split'?"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
def test_a_value_that_is_not_possible_is_named_with_file_line_key_and_example(planned, content, line, key, says):
    ran = planned(content)
    assert ran.code == 1 and ran.out == ""
    assert f"show.toml:{line}: {key} " in ran.err and says in ran.err, ran.err


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("captons = true", 1, "there is no setting 'captons'. Did you mean 'burn_captions'? Choose from: image,"),
        ("diariser = 'pyannote'", 1, "Did you mean 'diarizer' in the table [recording]?"),
        ("burn_caption = true", 1, "Did you mean 'burn_captions'?"),
        ("seed = 3\nvoice = 'x'", 2, "Did you mean 'voices'?"),
        ("[generator]\nstep = 3", 2, "there is no generator setting 'step'. Did you mean 'steps'?"),
        ("[generators]\nsteps = 3", 1, "Did you mean 'generator'?"),
        ("steps = 3", 1, "It belongs in the table [generator]."),
        ("diarizer = 'pyannote'", 1, "It belongs in the table [recording]."),
        ("[generator]\nsteps = 3\nsize = '640x360'", 3, "write it above the first table"),
        ("[voices]\nseed = 3", 2, "write it above the first table"),
        ("a.b.c = 1", 1, "there is no setting 'a'"),
        ('"\\u001b[31m" = 1', None, "there is no setting"),
    ],
)
def test_a_key_that_does_not_exist_is_named_with_the_nearest(planned, content, line, says):
    ran = planned(content)
    assert ran.code == 1 and says in ran.err and "\x1b" not in ran.err, ran.err
    assert (f"show.toml:{line}: " if line else "show.toml: ") in ran.err


def test_all_mistakes_are_named_at_once(planned):
    ran = planned("title = 5\nsed = 3\n[generator]\nsteps = 0\n[voices]\nMAYA = 1\n")
    assert [
        place
        for place in ("1: title", "2: there is no setting 'sed'", "4: generator.steps", "6: voices.MAYA")
        if f"show.toml:{place}" not in ran.err
    ] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"title = show", 'title = "Our show"'),
        (b'image = "C:\\Users\\me.png"', "single quotes"),
        (b"seed = 1\nseed = 2\n", "at line 2"),
        ("title = 'Grüße'".encode("cp1252"), "line 1 is not UTF-8"),
        ("seed = 1".encode("utf-16"), "UTF-8"),
        (b"\x00\x01\x02", "not TOML"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b"seed = " + b"9" * 5000, "thousands of digits"),
        (b"# " + b"x" * 2_000_000, "1 MB"),
    ],
    ids=["no quotes", "backslash", "twice", "cp1252", "utf-16", "binary", "deep", "digits", "large"],
)
def test_a_file_that_is_no_settings_file_is_named(planned, content, says):
    ran = planned(content)
    assert ran.code == 1 and "show.toml: cannot read this settings file: " in ran.err and says in ran.err, ran.err


def test_places_that_hold_no_file_are_named(run, tmp_path):
    for place, says in (
        (tmp_path, "a folder"),
        (tmp_path / "nowhere.toml", "no such file"),
        ("x" * 300, "name too long"),
        ("/dev/zero", "1 MB"),
    ):
        ran = run("speak", "script.txt", "--config", place)
        assert ran.code == 1 and f"{place}: cannot read" in ran.err and says in ran.err.replace("File n", "n"), ran.err


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfsize = [640, 360]\r\nseed = 3\r\n",
        b"size = '640x360'",
        b'size = " 640 X 360 "',
        b"",
        b"lines = [1, 2]",
        b"lines = '1-2'",
        b"lines = 1",
        b"lines = 'all'",
        b"only = 'none'",
        b"image = 'none'",
        b"[generator]\ntext_guidance = 3\n[generator.loras]\n'a=b.safetensors' = 1",
        b"[recording]\nmaster = true",
        b"[voices]\nMAYA = 'hum_a'\n[seats]\nMAYA = 1\nLEO = '2'\n",
        b"title = '   '",
    ],
)
def test_what_can_be_meant_in_several_forms(planned, content):
    ran = planned(content)
    assert ran.code == 0, ran.err
    assert ran.json["size"] == ([640, 360] if b"640" in content else [1280, 720])
    assert ran.json["num_lines"] == (1 if content == b"lines = 1" else 2)


EVERYTHING = """\
image = "{image}"
renderer = "cartoon"
size = "320x180"
shots = "lively"
title = "From the file"
seed = 4
lines = 2
scene = 1
only = "speak"
jobs = 2
{switches}
[voices]
MAYA = "hum_b"
LEO = "hum_b"
[generator]
preset = "tiny"
steps = 3
step_cache = 0.5
quantize = "int8"
[generator.loras]
"a.safetensors" = 0.5
"""


@pytest.mark.parametrize("in_file", [True, False])
def test_flags_override_everything_in_a_file(quick, run, tmp_path, in_file):
    """The manifest of an episode says what was chosen."""
    names = [name for name, key in file_schema().keys.items() if isinstance(key.value, Switch)]
    assert {"draft", "burn_captions", "check"} <= set(names)
    config = tmp_path / "show.toml"
    switches = "\n".join(f"{name} = {str(in_file).lower()}" for name in names)
    config.write_text(EVERYTHING.format(image="nowhere.png", switches=switches), encoding="utf-8")
    reversed_ = [f"--{'no-' if in_file else ''}{name.replace('_', '-')}" for name in names]
    flags = (
        "--title",
        "",
        "--seed",
        0,
        "--lines",
        "all",
        "--scene",
        "all",
        "--only",
        "none",
        "--jobs",
        "none",
        "--shots",
        "off",
        "--image",
        "none",
        "--steps",
        "none",
        "--step-cache",
        "none",
        "--quantize",
        "none",
        "--lora",
        "none",
        "--preset",
        "multitalk-480p",
        "--voice",
        "none",
        "--voice",
        "LEO=hum_c",
    )
    given = [argument for argument in quick if argument != "--no-check"]
    ran = run(*given, "--config", config, *flags, *reversed_)
    assert ran.code == 0, ran.err
    folder = "quick" if in_file else "quick.draft"
    told = json.loads((tmp_path / "outputs" / folder / "manifest.json").read_text(encoding="utf-8"))
    assert (told["seed"], told["title"], told["num_frames"] > 50) == (0, "Quick", True)
    rest = {name: value for name, value in told["settings"].items() if name not in names}
    default = EpisodeSettings(voices={"LEO": "hum_c"}, renderer="stills", size=(160, 90))
    assert rest["generator"] == json.loads(json.dumps(vars(default.generator)))
    assert rest["voices"] == {"LEO": "hum_c"} and rest["title"] == "" and rest["image"] is None
    assert rest["lines"] is rest["scene"] is rest["only"] is None and rest["shots"] == "off"
    assert {name: told["settings"][name] for name in names} == dict.fromkeys(names, not in_file)
    assert ("check" in told) is not in_file


def test_a_voice_given_by_flag_leaves_the_other_rows_of_the_file(planned):
    ran = planned("[voices]\nMAYA = 'hum_a'\nLEO = 'hum_b'\n", "--voice", "LEO=hum_c")
    assert [row["voice"] for row in ran.json["characters"]] == ["hum_a", "hum_c"]
    ran = planned("[voices]\nNOBODY = 'hum_a'\n", "--voice", "none")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (("--steps", "many"), 2, "'many' is not a whole number"),
        (("--seed", "1.5"), 2, "whole number"),
        (("--text-guidance", "high"), 2, "not a number"),
        (("--steps", "0"), 1, "for example --steps 40"),
        (("--jobs", "1000"), 1, "--jobs cannot be 1000"),
        (("--text-guidance", "nan"), 1, "from 0 to 100"),
        (("--shots", "Calm"), 1, "Did you mean 'calm'?"),
        (("--image", ""), 1, "--image cannot be empty"),
        (("--lora", "a.safetensors"), 1, "FILE=SCALE"),
        (("--lora", "a=b"), 1, "FILE=SCALE"),
        (("--lora", "a=99"), 1, "from -10 to 10"),
        (("--seat", "MAYA="), 1, "--seat MAYA=left"),
        (("--title", "a\nb"), 1, "--title cannot be"),
        (("--renderer", " "), 1, "--renderer cannot be"),
    ],
)
def test_a_flag_that_is_not_possible_is_named_with_an_example(planned, flags, code, says):
    ran = planned("", *flags)
    assert ran.code == code and says in ran.err, ran.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("voices", "say", "af_heart", "Hi.", "--speed", "3"),
        ("voices", "say", "af_heart", "Hi.", "--speed", "nan"),
        ("join", "a.mp4", "--out", "b.mp4", "--fade", "-1"),
        ("join", "a.mp4", "--out", "b.mp4", "--fade", "slow"),
        ("write", "cats", "--minutes", "long"),
        ("write", "cats", "--lines", "2.5"),
        ("scene", "cats", "--timeout", "x"),
        ("write", "cats", "--temperature", "?"),
        ("scene", "cats", "--price-in", ""),
        ("write", "cats", "--seed", "1e3"),
    ],
    ids=" ".join,
)
def test_numbers_of_every_option_are_read_in_plain_words(run, wrong):
    ran = run(*wrong)
    told = " ".join(ran.err.replace("│", " ").split())
    assert ran.code == 2 and f"'{wrong[-2]}'" in told and not [word for word in JARGON if word in told], told
    assert "number" in told


def test_keys_that_a_command_does_not_use_are_noted(run, tmp_path, tone_voices):
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")
    config = tmp_path / "show.toml"
    config.write_text("shots = 'calm'\nseed = 3\n[generator]\nsteps = 3\n", encoding="utf-8")
    given = ("speak", tmp_path / "script.txt", "--voices", tone_voices, "--config", config, "--dry-run")
    assert "speak does not use shots\n" in run(*given).err
    assert "does not use" not in run(*given, "-q").err
    assert "does not use" not in run("render", *given[1:]).err


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_offers_every_setting_that_it_uses(command, width):
    shown = subprocess.run(
        [sys.executable, "-m", "talkshow", command, "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": str(width)},
        check=True,
    ).stdout
    schema = file_schema()
    keys = [key for part in (schema, *schema.tables.values()) for key in part.keys.values()]
    offered = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", shown))
    for key in keys:
        flags = {key.flag, f"--no-{key.flag[2:]}"} if isinstance(key.value, Switch) else {key.flag}
        if command in key.commands:
            assert flags <= offered, f"{command} has no {flags}"
    assert "…" not in shown and max(map(len, shown.splitlines())) <= width


def test_episodes_are_made_with_the_same_flags_whatever_they_are_made_of():
    schema = file_schema()
    for name, key in {**schema.keys, **schema.tables["generator"].keys}.items():
        assert {"render", "scene", "demo"} <= set(key.commands) or name in ("lines", "scene"), name
    assert all("convert" in key.commands for key in schema.tables["generator"].keys.values())


def test_the_page_of_settings_is_the_one_made_from_them():
    spec = importlib.util.spec_from_file_location("settings_table", ROOT / "docs/settings_table.py")
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    text = table.PAGE.read_text(encoding="utf-8")
    assert table.page(text) == text, "run: python docs/settings_table.py"
    schema = file_schema()
    for part in (schema, *schema.tables.values()):
        for name, key in part.keys.items():
            assert re.search(rf"^\| `{name}` .*`{re.escape(key.flag)}\b", text, re.M), name


def test_every_example_of_the_page_is_possible(tmp_path):
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    (tmp_path / "show.toml").write_text(re.search(r"```toml\n(.*?)```", text, re.S)[1], encoding="utf-8")
    shown = EpisodeSettings(**load_settings(tmp_path / "show.toml"))
    assert shown.size == (1920, 1080) and shown.seats == {"MAYA": "left", "LEO": "2"} and shown.generator.steps == 8
    table = ""
    for line in text.splitlines():
        table = line[3:] if line.startswith("## [") else table
        if found := re.match(r"\| `(\w+)` \| `(\1 = .+?)`, ", line):
            example = tmp_path / "example.toml"
            example.write_text(f"{table}\n{found[2]}\n", encoding="utf-8")
            load_settings(example)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "3"),
        ("seed", 1.5),
        ("seed", None),
        ("size", (640, 361)),
        ("size", 640),
        ("size", "wide"),
        ("draft", 1),
        ("check", "yes"),
        ("renderer", 5),
        ("renderer", None),
        ("shots", "fast"),
        ("title", 5),
        ("image", 5),
        ("voices", "MAYA=af_heart"),
        ("voices", {"MAYA": 1}),
        ("voices", {1: "a"}),
        ("seats", {"MAYA": None}),
        ("lines", (5, 3)),
        ("lines", 2.0),
        ("scene", 0),
        ("only", "film"),
        ("jobs", 0),
        ("generator", "tiny"),
        ("generator", {"step": 3}),
        ("generator", {"steps": 0}),
        ("generator", None),
    ],
)
def test_a_program_that_gives_a_wrong_value_is_told(field, value):
    with pytest.raises(SettingsError) as caught:
        EpisodeSettings(**{field: value})
    assert field in str(caught.value) or "generator setting" in str(caught.value) or "steps" in str(caught.value)
    assert not [word for word in JARGON if word in str(caught.value)]


def test_a_program_gets_the_types_that_the_fields_name():
    import numpy as np

    settings = EpisodeSettings(
        size="640x360",
        image="a.png",
        lines="3-5",
        seed=np.int64(3),
        voices={"MAYA": "x"},
        generator={"steps": 8, "text_guidance": 3, "loras": {"a": 1}, "models": "weights"},
    )
    assert settings == EpisodeSettings(
        size=(640, 360),
        image=Path("a.png"),
        lines=(3, 5),
        seed=3,
        voices={"MAYA": "x"},
        generator=GeneratorSettings(steps=8, text_guidance=3.0, loras=(("a", 1.0),), models=Path("weights")),
    )
    assert isinstance(settings.generator.text_guidance, float) and type(settings.seed) is int
    with pytest.raises(SettingsError, match="speakers"):
        RecordingSettings(speakers=0)


def test_every_setting_says_what_it_is():
    schema = file_schema()
    flags = [key.flag for part in (schema, *schema.tables.values()) for key in part.keys.values()]
    assert len(flags) == len(set(flags)) > 30
    for part in (schema, *schema.tables.values()):
        for name, key in part.keys.items():
            assert key.help.endswith(".") and key.panel and key.commands and key.value.words, name
            example = {name: key.value.example}
            assert part.check(example, Where())
            assert isinstance(key.value, (Switch, Table)) or key.value.metavar, name
