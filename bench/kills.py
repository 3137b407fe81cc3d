"""Random kills: is the episode the same in the end, and is everything that is not the program's still there?

    python bench/kills.py --kills 200 --seed 1

`render`, `convert` and `write` run in folders that hold files of somebody else, and are killed (SIGKILL) at random
moments, several times in a row; then the command is run to its end. What lies there is compared with the folder of an
undisturbed run: decoded pictures and sound, texts, the files of others byte for byte, and what is left over. Prints
JSON; ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kills_compared import Difference, differences, seed_foreign_files

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/talkshow"))
from chat_server import ANSWER, Handler, running  # noqa: E402 - the tests' own server

LINES = 14
MOST_KILLS_A_SERIES = 6
FROM_THE_START = 0.15  # share of the kills that may come while the program still loads
TOKEN_S = 0.004
ENVIRONMENT = {**os.environ, "OPENAI_API_KEY": "sk-none"}


@dataclass(frozen=True)
class Job:
    """A command, with `{folder}` for where it works.

    inputs: copied beside that folder before each series; watched: what there shows that work has begun; seconds: from
    then to the end, undisturbed; whole: the folder of the undisturbed run.
    """

    kind: str
    arguments: tuple[str, ...]
    inputs: Path
    watched: str
    seconds: float = 0.0
    whole: Path = Path()

    def command(self, folder: Path) -> list[str]:
        return [sys.executable, "-m", "talkshow", *(part.format(folder=folder) for part in self.arguments)]


@dataclass
class Tally:
    """What came of the kills of one kind."""

    kills: int = 0
    series: int = 0
    during: Counter[str] = field(default_factory=Counter)  # the last line that was shown before the kill
    failed: list[str] = field(default_factory=list)  # runs that did not end well
    found: list[Difference] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        counts = Counter(each.what for each in self.found)
        return {
            "kills": self.kills,
            "series": self.series,
            "during": dict(self.during.most_common()),
            "failed_runs": len(self.failed),
            "differences": {what: counts[what] for what in ("pictures", "sound", "texts", "foreign", "left_over")},
            "examples": [*self.failed[:3], *(f"{each.what}: {each.where}" for each in self.found[:10])],
        }


def jobs(base: Path, url: str) -> Iterator[Job]:
    """The commands, each measured by an undisturbed run of its own."""
    inputs = base / "inputs"
    _write_inputs(inputs)
    film = ("--renderer", "stills", "--size", "160x90", "--voices", str(inputs / "voices"))
    render = measured(
        base,
        Job(
            "render",
            (
                "render",
                "{folder}/in/talk.txt",
                "--out",
                "{folder}",
                "--name",
                "episode",
                "--lines",
                f"1-{LINES}",
                *film,
            ),
            inputs,
            "episode/.work/lock",
        ),
    )
    yield render
    for track in ("MAYA", "LEO"):
        shutil.copy(render.whole / f"episode/tracks/{track}.wav", inputs / f"{track}.wav")
    shutil.copy(render.whole / "episode/mix.wav", inputs / "mix.wav")
    _write_rttm(render.whole / "episode/timeline.json", inputs / "mix.rttm")
    convert = (
        "convert",
        "{folder}/in/mix.wav",
        "--rttm",
        "{folder}/in/mix.rttm",
        "--no-captions",
        "--out",
        "{folder}",
        "--name",
        "episode",
        *film[:4],
    )
    yield measured(base, Job("convert", convert, inputs, "episode/.work/lock"))
    write = (
        "write",
        "two pilots argue about breakfast",
        "-o",
        "{folder}/episode/script.txt",
        "--base-url",
        url,
        "--voices",
        str(inputs / "voices"),
        "--lines",
        "6",
        "--overwrite",  # the user's own script.txt is set aside
    )
    yield measured(base, Job("write", write, inputs, "episode"))


def measured(base: Path, job: Job) -> Job:
    """The job with its undisturbed folder, and how long it works."""
    whole = base / f"{job.kind}-whole"
    shutil.copytree(job.inputs, whole / "in")
    process = subprocess.Popen(
        job.command(whole), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    _wait_for(whole / job.watched, process)
    begun = time.monotonic()
    said = process.communicate()[1]
    if process.returncode:
        raise SystemExit(f"the undisturbed run of {job.kind} failed: {said}")
    return Job(job.kind, job.arguments, job.inputs, job.watched, time.monotonic() - begun, whole)


def disturbed(job: Job, folder: Path, wanted: int, rng: random.Random, tally: Tally) -> None:
    """One series: some kills in a row, then a run to the end, then the comparison."""
    shutil.copytree(job.inputs, folder / "in")
    foreign = seed_foreign_files(folder, job.kind, rng)
    for _ in range(wanted):
        if not _killed(job, folder, rng, tally):
            break
    ran = subprocess.run(job.command(folder), capture_output=True, text=True, env=ENVIRONMENT, check=False)
    tally.series += 1
    if ran.returncode:
        tally.failed.append(f"{job.kind}, exit {ran.returncode}: {ran.stderr.strip().splitlines()[-1:]}")
    tally.found += differences(folder, job.whole, foreign)


def _killed(job: Job, folder: Path, rng: random.Random, tally: Tally) -> bool:
    """Start the command and kill it at a random moment; False where it was over before."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(job.command(folder), stdout=subprocess.DEVNULL, stderr=said, env=ENVIRONMENT)
        moment = rng.random() * job.seconds
        if rng.random() > FROM_THE_START:
            _wait_for(folder / job.watched, process, since=time.time())
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        if process.returncode >= 0:
            if process.returncode:
                said.seek(0)
                tally.failed.append(f"{job.kind}, exit {process.returncode}: {said.read().strip()[-200:]}")
            return False
        said.seek(0)
        lines = said.read().strip().splitlines() or ["loading"]
    tally.kills += 1
    tally.during[lines[-1].split(":")[0][:40]] += 1
    return True


def _wait_for(path: Path, process: subprocess.Popen[str], since: float = 0.0) -> None:
    """Until the path is there (and is newer than `since`), or the process has ended."""
    while process.poll() is None and not (path.exists() and path.stat().st_mtime >= since):
        time.sleep(0.002)


def _write_inputs(folder: Path) -> None:
    """A script and two humming voices."""
    for name in ("hum_a", "hum_b"):
        (folder / "voices" / name).mkdir(parents=True)
        (folder / "voices" / name / "voice.toml").write_text(
            f'name = "{name}"\nengine = "tone"\nlanguage = "en-US"\ngender = "female"\ndescription = "hums"\n'
            'licence = "CC0-1.0"\nconsent = "synthetic"\n',
            encoding="utf-8",
        )
    lines = "".join(
        f"{('MAYA', 'LEO')[number % 2]}: Remark number {number} of a long talk about the weather.\n"
        for number in range(LINES)
    )
    (folder / "talk.txt").write_text(
        f"title: Weather\ncast:\n  MAYA: voice=hum_a\n  LEO: voice=hum_b\n{lines}", encoding="utf-8"
    )


def _write_rttm(timeline: Path, path: Path) -> None:
    cues = json.loads(timeline.read_text(encoding="utf-8"))["cues"]
    path.write_text(
        "".join(
            f"SPEAKER mix 1 {cue['start_s']:.3f} {cue['end_s'] - cue['start_s']:.3f} <NA> <NA> "
            f"{cue['speaker']} <NA> <NA>\n"
            for cue in cues
        ),
        encoding="utf-8",
    )


def slowly(handler: Handler) -> None:
    """The answer of a model that takes its time."""
    handler.begin_stream()
    for at in range(0, len(ANSWER), 8):
        handler.event({"choices": [{"index": 0, "delta": {"content": ANSWER[at : at + 8]}}]})
        time.sleep(TOKEN_S)
    handler.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    handler.write(b"data: [DONE]\n\n")


@contextmanager
def working_folder(given: Path | None) -> Iterator[Path]:
    """A folder that stays, or a temporary one."""
    if given is not None:
        given.mkdir(parents=True)
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    """Kill, compare and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200, help="in all, shared by the kinds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default="render,convert,write")
    parser.add_argument("--keep", type=Path, help="a new folder in which everything stays, to look at")
    options = parser.parse_args()
    rng, kinds = random.Random(options.seed), options.kinds.split(",")
    tallies: dict[str, Tally] = {}
    with working_folder(options.keep) as base, running() as server:
        server.behaviours = [slowly]
        for job in jobs(base, server.url):
            if job.kind not in kinds:
                continue
            tally = tallies[job.kind] = Tally()
            share = options.kills * (kinds.index(job.kind) + 1) // len(kinds)
            share -= options.kills * kinds.index(job.kind) // len(kinds)
            while tally.kills < share:
                wanted = min(rng.randint(1, MOST_KILLS_A_SERIES), share - tally.kills)
                folder = base / f"{job.kind}-{tally.series}"
                disturbed(job, folder, wanted, rng, tally)
                if options.keep is None:
                    shutil.rmtree(folder)
                if tally.failed and not tally.kills:
                    break  # it fails by itself: no kill will ever come
    print(
        json.dumps(
            {
                "seed": options.seed,
                "kills": sum(each.kills for each in tallies.values()),
                **{kind: tally.as_dict() for kind, tally in tallies.items()},
            },
            indent=1,
        )
    )
    sys.exit(any(tally.found or tally.failed for tally in tallies.values()))


if __name__ == "__main__":
    main()
