"""Content Credentials: what finished files claim, that a change is noticed, and the key that signs."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import c2pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.fixture
def signed(quick_episode: Path) -> Path:
    return quick_episode


def failed(run, *arguments: object):
    """What a command that ends with 1 said."""
    ran = run(*arguments)
    assert ran.code == 1, ran.out
    return ran


def claims(file: Path) -> dict:
    """As c2pa-python's own reader has it."""
    with c2pa.Reader(str(file)) as reader:
        return json.loads(reader.json())


def active(file: Path) -> dict:
    found = claims(file)
    return found["manifests"][found["active_manifest"]]


@pytest.mark.parametrize("name", ["episode.mp4", "mix.wav"])
def test_finished_files_are_signed(signed: Path, name: str, run) -> None:
    """The library's own reader finds them valid, but for the signer, whom nobody knows."""
    found = claims(signed / name)
    assert {each["code"] for each in found.get("validation_status", [])} <= {"signingCredential.untrusted"}
    told = run("verify", signed / name, "--json").json
    assert told["signed"] and not told["changed"] and not told["problems"] and not told["trusted"]
    manifest = json.loads((signed / "manifest.json").read_text())
    production = told["production"]
    assert {row["voice"] for row in production["voices"]} == {row["voice"] for row in manifest["characters"]}
    assert {row["name"]: row["sha256"] for row in production["inputs"]} == {
        name: row["sha256"] for name, row in manifest["inputs"].items()
    }
    parts = [row["part"] for row in production["parts"]]
    assert parts[0] == "voices" and (len(parts) == 2) == (name == "episode.mp4")


@given(share=st.floats(0.02, 0.999), bit=st.integers(0, 7))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_bit_is_noticed(signed: Path, tmp_path: Path, run, share: float, bit: int) -> None:
    """Anywhere in the samples of the sound."""
    data = bytearray((signed / "mix.wav").read_bytes())
    begin = data.index(b"data") + 8
    end = begin + int.from_bytes(data[begin - 4 : begin], "little")
    data[int(begin + share * (end - begin - 1))] ^= 1 << bit
    changed = tmp_path / "mix.wav"
    changed.write_bytes(data)
    ran = failed(run, "verify", changed)
    assert "changed since it was signed" in ran.out and "error:" in ran.err


def test_a_changed_video_is_noticed(signed: Path, tmp_path: Path, run) -> None:
    data = bytearray((signed / "episode.mp4").read_bytes())
    data[data.index(b"mdat") + 999] ^= 1
    (tmp_path / "episode.mp4").write_bytes(data)
    told = json.loads(failed(run, "verify", tmp_path / "episode.mp4", "--json").out)
    assert told["changed"] and told["problems"]


def test_files_without_claims(signed: Path, tmp_path: Path, run) -> None:
    """A picture of the episode claims nothing; a text cannot, and neither can what is not there."""
    assert "claims nothing" in run("verify", signed / "poster.png").out
    assert run("verify", signed / "poster.png", "--json").json["signed"] is False
    assert "no Content Credentials" in failed(run, "verify", signed / "episode.srt").err
    assert "no such file" in failed(run, "verify", tmp_path / "none.mp4").err
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(40))
    ran = run("verify", tmp_path / "broken.mp4")
    assert ran.code == 0 or "error:" in ran.err


def test_claims_of_other_tools(tmp_path: Path, signed: Path, run) -> None:
    """Another tool's manifest: its name, what it did, no voices. Hostile values in the place of ours do no harm."""
    from talkshow.provenance.keys import user_key

    key = user_key(tmp_path / "other")
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=key.certificates, private_key=key.private, ta_url=None)
    kind = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    definition = {
        "claim_generator_info": [{"name": "Some Camera\x1b[31m", "version": "3"}],
        "title": "a boat",
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": kind}]}},
            {"label": "org.talkshow.production", "data": {"voices": "all", "inputs": [3], "parts": [{"part": [1]}]}},
        ],
    }
    c2pa.Builder(json.dumps(definition)).sign_file(
        str(signed / "poster.png"), str(tmp_path / "boat.png"), c2pa.Signer.from_info(info)
    )
    ran = run("verify", tmp_path / "boat.png")
    assert "Some Camera" in ran.out and "digitalCapture" in ran.out and "\x1b" not in ran.out
    told = run("verify", tmp_path / "boat.png", "--json").json
    assert told["title"] == "a boat" and told["sources"] == ["digitalCapture"]


def test_unsigned_on_request_and_signed_again(tmp_path: Path, run, quick: tuple[object, ...]) -> None:
    """`--no-provenance` leaves nothing in the files; what it changes is the signature, not the episode."""
    out, folder = ("--out", tmp_path, "--name", "one"), tmp_path / "one"
    run(*quick, *out, "--no-provenance")
    plain = (folder / "mix.wav").read_bytes()
    assert run("verify", folder / "mix.wav", "--json").json["signed"] is False
    assert run("verify", folder / "episode.mp4", "--json").json["signed"] is False
    run(*quick, *out)
    assert run("verify", folder / "episode.mp4", "--json").json["signed"] is True
    samples = (folder / "mix.wav").read_bytes()
    assert plain[plain.index(b"data") :] in samples
    before = {name: (folder / name).stat().st_mtime_ns for name in ("mix.wav", "episode.mp4")}
    run(*quick, *out)
    assert before == {name: (folder / name).stat().st_mtime_ns for name in before}


def test_the_key_is_the_users_own(tmp_path: Path) -> None:
    from talkshow.provenance.keys import user_key

    first, again, other = user_key(tmp_path / "a"), user_key(tmp_path / "a"), user_key(tmp_path / "b")
    assert first == again and first.private != other.private
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "a").glob("*.pem")} == {0o600}
    assert not list((tmp_path / "a").glob(".*"))


def test_one_key_for_runs_side_by_side(tmp_path: Path) -> None:
    code = "from pathlib import Path; from talkshow.provenance.keys import user_key; import sys; "
    code += "print(user_key(Path(sys.argv[1])).identity)"
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "new")], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({each.communicate()[0] for each in runs}) == 1


def test_a_given_key(tmp_path: Path, run, quick: tuple[object, ...]) -> None:
    from talkshow.provenance.keys import CERTIFICATE_FILE, KEY_FILE, user_key

    user_key(tmp_path / "a"), user_key(tmp_path / "b")
    a, b = tmp_path / "a", tmp_path / "b"
    speak = ("speak", *quick[1:4], "--out", tmp_path / "out", "--name", "given", "--signing-key")
    run(*speak, a / KEY_FILE, "--signing-certificate", a / CERTIFICATE_FILE)
    assert run("verify", tmp_path / "out/given/mix.wav", "--json").json["signed"]
    first = active(tmp_path / "out/given/mix.wav")["signature_info"]["cert_serial_number"]
    run(*speak, b / KEY_FILE, "--signing-certificate", b / CERTIFICATE_FILE)
    assert active(tmp_path / "out/given/mix.wav")["signature_info"]["cert_serial_number"] != first
    for arguments, told in (
        ((a / KEY_FILE,), "belong together"),
        ((a / KEY_FILE, "--signing-certificate", b / CERTIFICATE_FILE), "does not belong to the key"),
        ((a / CERTIFICATE_FILE, "--signing-certificate", a / KEY_FILE), "no signing key"),
        ((tmp_path / "none", "--signing-certificate", a / CERTIFICATE_FILE), "cannot be read"),
    ):
        assert told in failed(run, *speak, *arguments).err
    shutil.rmtree(tmp_path / "out")


def test_without_a_home_the_episode_is_made_unsigned(
    tmp_path: Path, run, quick: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is in the place of the folder for keys."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    ran = run("speak", *quick[1:4], "--out", tmp_path / "out", "--name", "unsigned")
    assert "warning: the episode is not signed" in ran.err and "--no-provenance" in ran.err
    assert run("verify", tmp_path / "out/unsigned/mix.wav", "--json").json["signed"] is False
