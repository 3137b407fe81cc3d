"""What lint finds, and how long it says a script will last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from talkshow.script import parse_script, read_script
from talkshow.script.lint import estimated_duration_s, lint, lint_report

VOICES = ("af_heart", "am_michael")
EXAMPLES = Path(__file__).resolve().parents[2] / "scripts_in"


def found(text: str) -> list[tuple[str, int, str]]:
    return [(problem.severity, problem.line, problem.message) for problem in lint(parse_script(text), VOICES)]


@pytest.mark.parametrize(
    ("text", "severity", "line", "says"),
    [
        ("cast:\n  A: voice=af_hart\nA: Hi.\n", "error", 2, "Did you mean 'af_heart'?"),
        ("cast:\n  A: seat=lefft\nA: Hi.\n", "error", 2, "Did you mean 'left'?"),
        ('cast:\n  A: seat="30,10,20,40"\nA: Hi.\n', "error", 2, "left,top,right,bottom"),
        ("cast:\n  A:\n  BEN:\nA: Hi.\n", "warning", 3, "never says anything"),
        ("A (lauhgs): Hi.\n", "warning", 1, "laughs"),
        ("A: Hi.\nA: " + "word " * 50 + "\n", "warning", 2, "50 words"),
        ("A {overlap 1}: Hi.\n", "warning", 1, "first line"),
        ("A {backchannel}: Hi.\nB: Ho.\n", "warning", 1, "first line"),
        ("A: Hi.\n== Two ==\nB {overlap 1}: Ho.\n", "warning", 3, "first line"),
        ("A: Hi.\nA: I was --\n", "warning", 2, "scene ends"),
        ("A: I was --\nA: Hi.\n", "warning", 1, "another speaker's"),
        ("A: Hi.\nB {overlap 1} (beat): Ho.\n", "warning", 2, "exclude"),
        (
            "A: Hi.\nB {backchannel}: That is a very long thing to say while somebody else is talking.\n",
            "warning",
            2,
            "line of its own",
        ),
        ("cast:\n  A: seat=off\n  B:\n[CLOSE ON A]\nB: Hi.\nA: Ho.\n", "warning", 5, "A is never seen"),
        ("A: Hi.\n[WIDE]\n[CLOSE UP]\nA: Ho.\n", "warning", 4, "[WIDE] does nothing"),
        ("A: Hi.\n[CLOSE ON]\nA: Ho.\n", "warning", 2, "unknown camera tag"),
    ],
)
def test_each_problem_once(text: str, severity: str, line: int, says: str) -> None:
    ((how, where, message),) = found(text)
    assert (how, where) == (severity, line) and says in message


@pytest.mark.parametrize(
    "text",
    [
        "cast:\n  A: voice=AF_HEART, seat=off\n  B: seat=2\n"
        "A: Hi.\nB: I was --\nA {overlap 0.3}: Yes.\nB {backchannel}: Mm.\n",
        "A: " + "Twelve words make a sentence that anybody can say in one breath. " * 8 + "\n",
        "A: " + "word " * 30 + "(beat) " + "word " * 30 + "\n",
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(text: str) -> None:
    assert found(text) == []


def test_missing_files_are_reported_once(tmp_path: Path) -> None:
    (tmp_path / "there.png").write_bytes(b"x")
    path = tmp_path / "show.txt"
    path.write_text(
        "cast:\n  A: sound=no.wav\n== One == {image: there.png}\nA: Hi.\n"
        "== Two == {image: gone.png}\nA: Hi.\n== Three == {image: gone.png}\nA: Ho.\n",
        encoding="utf-8",
    )
    problems = lint(read_script(path), VOICES)
    assert [(p.severity, p.line) for p in problems] == [("warning", 2), ("warning", 5)]
    assert "no.wav" in problems[0].message and "gone.png" in problems[1].message


def test_duration_counts_words_rests_gaps_and_speed() -> None:
    def seconds(text: str) -> float:
        return estimated_duration_s(parse_script(text))

    words = "one two three four five six seven eight nine ten eleven"  # 0.25 + 11 * 0.25 = 3 s
    assert seconds(f"A: {words}\n") == pytest.approx(1 + 3)
    assert seconds(f"A: {words}. Yes.\n") == pytest.approx(1 + 3 + 0.25 + 0.35)
    assert seconds(f"A: {words} (pause 2s)\n") == pytest.approx(1 + 5)
    assert seconds(f"cast:\n  A: speed=2\nA: {words}\n") == pytest.approx(1 + 1.5)
    assert seconds(f"A: {words}\nB: {words}\n") == pytest.approx(1 + 6.3)
    assert seconds(f"A: {words}\nB (pause 1s): {words}\n") == pytest.approx(1 + 7)
    assert seconds(f"A: {words}\nB {{overlap 1}}: {words}\n") == pytest.approx(1 + 5)
    assert seconds(f"A: {words}\nB {{backchannel}}: Mm.\n") == pytest.approx(1 + 3)


def test_duration_of_the_demo_is_near_what_was_measured() -> None:
    assert estimated_duration_s(read_script(EXAMPLES / "two_hosts.txt")) == pytest.approx(36.7, rel=0.1)


def test_report_is_what_the_command_prints() -> None:
    report = lint_report(parse_script("title: T\ncast:\n  A: voice=x\nA: Hi.\nB: Ho (wam).\n"), VOICES)
    assert json.loads(json.dumps(report)) == report
    assert (report["title"], report["speakers"], report["num_lines"]) == ("T", ["A", "B"], 2)
    assert report["estimated_duration_s"] > 0
    assert [set(problem) for problem in report["problems"]] == [{"severity", "line", "column", "message"}] * 3
    assert [problem["severity"] for problem in report["problems"]] == ["error", "warning", "warning"]


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_examples_have_no_problems(path: Path) -> None:
    from talkshow.cast.choosing import load_all_voices

    assert lint(read_script(path), load_all_voices()) == []
