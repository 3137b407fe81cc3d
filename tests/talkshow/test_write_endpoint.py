"""Endpoints that are busy, slow, silent, broken or not there; keys; interruptions."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from chat_server import ANSWER, KEY, broken_off, hanging, huge, keep_alive_only, plain, status, streamed, whole

from talkshow.script.reader import read_script
from talkshow.writing.streaming import Broken, Stalled, read_answer


@pytest.mark.parametrize(
    "busy",
    [status(429, headers={"Retry-After": "0"}), status(503), status(502), broken_off],
    ids=["429", "503", "502", "broken off"],
)
def test_a_busy_endpoint_is_asked_again(write, server, busy):
    server.behaviours = [busy, streamed(ANSWER)]
    ran = write()
    assert ran.code == 0 and "asking again in" in ran.err and len(server.requests) == 2


@pytest.mark.parametrize(
    ("behaviour", "says", "most"),
    [
        (status(429), "cannot answer now (HTTP 429", 3),
        (status(500), "HTTP 500", 6),
        (status(429, headers={"Retry-After": "900"}), "900 s (Retry-After), longer than the time-out of 600 s", 1),
        (status(429, headers={"Retry-After": "inf"}), "Retry-After", 1),
        (status(429, code="insufficient_quota"), "HTTP 429", 1),
        (status(401, f"Incorrect API key provided: {KEY}"), "the key is not accepted", 1),
        (status(403), "key", 1),
        (status(404, "model 'tiny' not found"), "--model", 1),
        (status(404, "nothing here"), "/v1", 4),
        (status(400, "too long", code="context_length_exceeded"), "too long", 1),
        (status(418), "HTTP 418", 1),
        (huge, "larger than 5 MB", 1),
        (plain("x" * 5_100_000), "larger than 5 MB", 1),
        (broken_off, "broke off", 3),
        (whole([1]), "broke off", 3),
        (whole({"error": {"message": "\x1b[31mout of memory"}}), "out of memory", 4),
    ],
    ids=[
        "429",
        "500",
        "long Retry-After",
        "endless Retry-After",
        "no money",
        "401",
        "403",
        "no model",
        "404",
        "context",
        "418",
        "huge",
        "huge and whole",
        "broken off",
        "a list",
        "error inside",
    ],
)
def test_endpoints_that_give_nothing_end_in_a_sentence(write, server, behaviour, says, most):
    server.behaviours = [behaviour]
    ran = write()
    assert ran.code == 1 and ran.out == "" and says in ran.err and len(server.requests) <= most
    assert "\x1b" not in ran.err and ran.err.strip().splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize("silent", [hanging, keep_alive_only])
def test_a_server_that_says_nothing_is_left(write, server, silent):
    server.behaviours, server.models = [silent], None
    ran = write("--model", "tiny-model", timeout=0.3)
    assert ran.code == 1 and ran.out == "" and "nothing came for 0.3 s" in ran.err and len(server.requests) <= 1


class Clock:
    """Time that passes only where a test says so. It stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.001))  # another thread's turn


@pytest.fixture
def clock(monkeypatch):
    """The clock by which an answer is waited for."""
    clock = Clock()
    monkeypatch.setattr("talkshow.writing.streaming.time", clock)
    return clock


def response(words, before):
    """A response of one token per word. `before` is called ahead of each, and ahead of the end."""

    def tokens():
        for word in words:
            before()
            yield b"data: " + json.dumps({"choices": [{"delta": {"content": word}}]}).encode() + b"\n\n"
        before()
        yield b"data: [DONE]\n\n"

    return lambda: contextlib.nullcontext(SimpleNamespace(iter_bytes=tokens))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("lines", ["one", "several", "no empty line"])
def test_events_are_read_in_every_form_of_the_standard(end, size, lines):
    """Whatever ends a line, in however many lines a value stands, wherever the network cuts the bytes."""
    indent = 1 if lines == "several" else None
    stream = b": hello" + end + b"event: message" + end
    for word in ("tea", " and", " c\u00e2ke\u2028"):
        value = json.dumps({"choices": [{"delta": {"content": word}}]}, indent=indent, ensure_ascii=False).encode()
        stream += b"".join(b"data: " + row + end for row in value.split(b"\n"))
        stream += b"" if lines == "no empty line" else end
    stream += b"data: [DONE]" + end + end
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    open_ = lambda: contextlib.nullcontext(SimpleNamespace(iter_bytes=lambda: iter(pieces)))  # noqa: E731
    assert read_answer(open_, 5.0, lambda _: 0, 9).text == "tea and c\u00e2ke\u2028"


def test_a_value_that_is_never_whole_is_no_answer():
    pieces = [b'data: {"choices": [\n', b'data: {"delta"\n']
    open_ = lambda: contextlib.nullcontext(SimpleNamespace(iter_bytes=lambda: iter(pieces)))  # noqa: E731
    with pytest.raises(Broken, match="not JSON"):
        read_answer(open_, 5.0, lambda _: 0, 9)


def test_a_slow_answer_is_waited_for(clock):
    """Longer in all than the time-out, which is the wait for one token."""

    def pass_time():
        clock.now += 1.9

    assert read_answer(response(["tea "] * 25, pass_time), 2.0, lambda _: 0, 9).text == "tea " * 25


def test_an_answer_slower_than_the_time_out_is_left(clock):
    taken = threading.Semaphore(1)

    def pass_time():
        taken.acquire()
        clock.now += 2.1 if clock.now else 0.1

    def take(_: str) -> int:
        taken.release()
        return 0

    with pytest.raises(Stalled):
        read_answer(response(["tea", " cake"], pass_time), 2.0, take, 9)
    taken.release()  # lets the reading thread end


def test_what_came_in_time_counts_also_where_it_is_read_late(clock):
    """A reader who is held up for longer than the time-out finds the rest lying there."""
    sent = threading.Semaphore(0)

    def held_up(piece: str) -> int:
        if piece == "tea":
            for _ in range(4):  # the end is on its way: all three words have come
                sent.acquire()
            clock.now += 60
        return 0

    assert read_answer(response(["tea", " and", " cake"], sent.release), 2.0, held_up, 9).text == "tea and cake"


def test_at_most_nine_requests_whatever_happens(write, server):
    wrong = streamed("nonsense")
    answers = [status(500), status(500), status(503), wrong, status(503), wrong, status(503)]
    server.behaviours = [*answers, *answers, status(503)]
    assert write().code == 1 and server.count <= 9


def test_nobody_there(write, server):
    server.shutdown()
    server.server_close()
    ran = write()
    assert ran.code == 1 and "nothing answers there" in ran.err and server.url in ran.err


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("localhost:8080", "http://"),
        ("http://[::1", "http://"),
        ("", "OPENAI_API_KEY"),
        ("ftp://x/v1", "http://"),
        ("http://x:99999/v1", "http://"),
    ],
)
def test_addresses_and_keys(run, tmp_path, monkeypatch, url, says):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    ran = run("write", "x", "-o", tmp_path / "x.txt", *(("--base-url", url) if url else ()))
    assert ran.code == 1 and says in ran.err


def test_a_key_file_belongs_to_its_owner_alone(write, server, tmp_path):
    file = tmp_path / "key"
    file.write_text("sk-from-a-file\n")
    file.chmod(0o644)
    if os.name == "posix":
        ran = write("--key-file", file)
        assert ran.code == 1 and "chmod 600" in ran.err and not server.requests and "sk-from" not in ran.err
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert write("--key-file", file).code == 0 and server.keys == ["Bearer sk-from-a-file"]


def test_a_password_in_the_address_is_not_told(run, server, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.behaviours = [status(500, "no, hunter22", headers={"Retry-After": "0"})]
    address = server.url.replace("http://", "http://me:hunter22@")
    ran = run("write", "x", "-o", tmp_path / "x.txt", "--base-url", address)
    assert ran.code == 1 and "hunter22" not in ran.err and "127.0.0.1" in ran.err


@pytest.mark.serial
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_leaves_what_came(server, tmp_path, tone_voices):
    text = ANSWER

    def behave(handler):
        handler.begin_stream()
        for at in range(0, len(text) - 150, 20):
            handler.event({"choices": [{"delta": {"content": text[at : at + 20]}}]})
        server.released.wait()

    server.behaviours = [behave]
    out = tmp_path / "pilots.txt"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "talkshow",
            "write",
            "pilots",
            "-o",
            out,
            "--base-url",
            server.url,
            "--voices",
            tone_voices,
            "--timeout",
            "600",
        ],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENAI_API_KEY": KEY},
    )
    said = list(itertools.takewhile(lambda line: "Mm-hm" not in line, process.stderr))
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    assert process.wait() == 130, [*said, rest]
    partial = tmp_path / "pilots.partial.txt"
    assert str(partial) in rest and "--continue" in rest and "Traceback" not in rest
    script = read_script(partial)
    assert script.speakers == ("ADA", "BEN") and script.hint("ADA").look == "old woman, grey bun, navy jacket"
    assert not out.exists()


def test_an_answer_that_ends_early_leaves_what_came(write, server, tmp_path):
    def behave(handler):
        handler.begin_stream()
        handler.event({"choices": [{"delta": {"content": ANSWER[:-150]}}]})
        server.released.wait()

    server.behaviours = [behave]
    ran = write(timeout=5)
    assert ran.code == 1 and "script.partial.txt" in ran.err
    assert len(list(read_script(tmp_path / "out/script.partial.txt").lines)) >= 4
