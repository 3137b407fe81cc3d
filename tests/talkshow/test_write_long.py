"""Long scripts, long sources."""

from __future__ import annotations

import json
import re

from chat_server import ANSWER, BREAKFAST, TEA, status, streamed

from talkshow.script.reader import read_script


def outline_and_scenes(num_scenes: int, lines_a_scene: int):
    """A model that plans and then writes each scene."""

    def behave(handler):
        prompt = handler.asked["messages"][1]["content"]
        found = re.search(r"Write scene (\d+) of", prompt)
        if not found:
            plan = {
                **BREAKFAST,
                "scenes": [
                    {"title": f"Gate {n}", "prompt": "an airport cafe", "beats": ["They meet.", "They part."]}
                    for n in range(1, num_scenes + 1)
                ],
            }
            return streamed(json.dumps(plan), size=400)(handler)
        lines = [
            {
                "speaker": ("ADA", "BEN")[n % 2],
                "tags": "",
                "text": f"This is remark number {n} of scene {found[1]}, and I mean every word of what I say.",
            }
            for n in range(lines_a_scene)
        ]
        return streamed(json.dumps({"lines": lines}), size=400)(handler)

    return behave


def test_a_ten_minute_script_is_planned_and_round_trips(write, server, tmp_path, run):
    server.behaviours = [outline_and_scenes(5, 27)]
    ran = write("--minutes", 10)
    assert ran.code == 0, ran.err
    path = tmp_path / "out/script.txt"
    script = write.script
    assert [scene.title for scene in script.scenes] == [f"Gate {n}" for n in range(1, 6)]
    assert len(list(script.lines)) == 135 and "PLOT" not in script.speakers
    report = run("lint", path, "--voices", path.parents[1] / "none").code
    assert report in (0, 1)
    told = run("lint", path, "--json").json
    assert 500 < told["estimated_duration_s"] < 800
    for to in ("plain", "fountain", "markdown", "yaml", "json"):
        again = tmp_path / f"again.{to}"
        assert run("format", path, "--to", to, "-o", again).code == 0
        assert read_script(again, to) == script
    assert run("format", path).out.rstrip("\n") == path.read_text().rstrip("\n")
    prompts = [request["messages"][1]["content"] for request in server.requests]
    assert "remark number 26 of scene 1" in prompts[2] and "They part." in prompts[1] and len(prompts) == 6


def test_a_plan_in_text(write, server):
    plan = TEA.split("== The")[0] + "".join(f"== Gate {n} ==\nPLOT: They meet.\nPLOT: They part.\n" for n in (1, 2))

    def behave(handler):
        if handler.asked.get("response_format"):
            return status(400)(handler)
        scene = "Write scene" in handler.asked["messages"][1]["content"]
        lines = "".join(f"{('ADA', 'BEN')[n % 2]}: Remark number {n}.\n" for n in range(22))
        return streamed(lines if scene else plan)(handler)

    server.behaviours = [behave]
    assert write("--lines", 45).code == 0
    assert len(list(write.script.lines)) == 44


def test_a_long_script_that_breaks_off_keeps_its_scenes(write, server, tmp_path):
    good = outline_and_scenes(3, 20)
    server.behaviours = [good, good, good, status(401)]
    ran = write("--lines", 60)
    assert ran.code == 1 and "script.partial.txt" in ran.err
    partial = read_script(tmp_path / "out/script.partial.txt")
    assert len(list(partial.lines)) == 40 and len(partial.scenes) == 2


def test_long_sources_are_condensed_in_steps(write, server, tmp_path):
    long = tmp_path / "out/long.txt"
    long.parent.mkdir()
    long.write_text("\n\n".join(f"Fact {n}. " + "The airport has many gates. " * 20 for n in range(80)))

    def behave(handler):
        if handler.asked["messages"][0]["content"].startswith("Condense"):
            return streamed("Gates, many of them.")(handler)
        return streamed(ANSWER)(handler)

    server.behaviours = [behave]
    ran = write("--from", long)
    assert ran.code == 0 and "part 1 of 4" in ran.err
    condensed = [request["messages"][0]["content"] for request in server.requests[:-1]]
    assert len(condensed) == 4 and all(any(f"Fact {n}." in part for part in condensed) for n in range(80))
    assert "Gates, many of them." in server.requests[-1]["messages"][-1]["content"]


def test_sources_from_a_pdf(write, server, tmp_path):
    pdf = tmp_path / "out/notes.pdf"
    pdf.parent.mkdir()
    pdf.write_bytes(pdf_with("The coffee in Lisbon is cheap."))
    assert write("--from", pdf).code == 0
    assert "The coffee in Lisbon is cheap." in server.requests[0]["messages"][-1]["content"]
    for content in (b"%PDF-1.4 nonsense", pdf_with("")):
        pdf.write_bytes(content)
        ran = write("--from", pdf)
        assert ran.code == 1 and "notes.pdf" in ran.err
    (tmp_path / "out/notes.txt").write_bytes(b"\x00\x01\xff\xfe\x80" * 9)
    assert "not text" in write("--from", tmp_path / "out/notes.txt").err


def pdf_with(text: str) -> bytes:
    """The smallest PDF with a line of text."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
