"""Sound and video that name other files, claim what they do not hold, or do not end."""

from __future__ import annotations

import functools
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from confined_reader import Reader
from media_files import (
    AAC,
    FRAGMENTED,
    PCM,
    box,
    chapters,
    cover,
    flac_with,
    fragment,
    matroska,
    mp4,
    numbers,
    sizes,
    table,
    tags,
    wav,
)
from picture_files import chunk, encoded, flat, ihdr, png
from recordings import RATE, coded, hummed
from recordings import wav as hummed_wav

from talkshow.errors import AudioError
from talkshow.recording.decode import open_sound

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by Linux' own files")
MANY = 60_000_000
HUGE_COVER = png(ihdr(20_000, 20_000), chunk(b"IDAT", bytes(99)), chunk(b"IEND", b""))


@pytest.fixture(scope="module")
def canary(tmp_path_factory) -> Path:
    """A recording that nothing may read."""
    return hummed_wav(tmp_path_factory.mktemp("canary") / "canary.wav")


def lists(canary: Path) -> dict[str, bytes]:
    """Files that name the canary."""
    name, address = str(canary), canary.as_uri()
    dash = (
        f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        f'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><BaseURL>{address}</BaseURL></Period></MPD>'
    )
    return {
        "hls.mp3": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:6.7,\n{name}\n#EXT-X-ENDLIST\n".encode(),
        "hls.wav": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:6.7,\n{address}\n#EXT-X-ENDLIST\n".encode(),
        "concat.mp3": f"ffconcat version 1.0\nfile '{name}'\n".encode(),
        "beside.m4a": b"ffconcat version 1.0\nfile canary.wav\n",
        "list.wav": f"[playlist]\nFile1={name}\nNumberOfEntries=1\n".encode(),
        "plain.m3u": f"{name}\n".encode(),
        "sdp.wav": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        "dash.mp4": dash.encode(),
        "late.mp3": f"  \n\nffconcat version 1.0\nfile '{name}'\n".encode(),
        "marked.mp3": b"\xef\xbb\xbf" + f"#EXTM3U\n#EXTINF:6.7,\n{name}\n".encode(),
    }


@pytest.mark.parametrize("name", sorted(lists(Path("/canary.wav"))))
def test_a_list_of_files_is_no_recording(run, tmp_path: Path, canary: Path, name: str) -> None:
    (tmp_path / "canary.wav").write_bytes(canary.read_bytes())
    file = tmp_path / name
    file.write_bytes(lists(canary)[name])
    ran = run("diarize", file, "--out", tmp_path / "out")
    assert ran.code == 1 and name in ran.err and "Convert the files themselves" in ran.err
    assert not list((tmp_path / "out").rglob("*.wav"))


@linux
def test_a_file_that_names_another_by_its_tables_does_not_open_it(tmp_path: Path) -> None:
    """QuickTime's references to sound elsewhere; who opens the trap, a pipe that nobody writes to, waits for ever."""
    trap = tmp_path / "trap.wav"
    os.mkfifo(trap)
    alias = struct.pack(">HHBB", 0, 2, 4, 0).ljust(150, b"\0") + struct.pack(">HH", 2, len(str(trap)))
    references = (
        box(b"url ", numbers(0), trap.as_uri().encode() + b"\0"),
        box(b"alis", numbers(0), alias + str(trap).encode() + b"\xff\xff\0\0"),
    )
    read = (
        "import sys; from pathlib import Path; from talkshow.recording.decode import open_sound\n"
        "with open_sound(Path(sys.argv[1])) as sound: print(sum(len(block) for block in sound.blocks()))"
    )
    for number, reference in enumerate(references):
        data = mp4(
            table(b"stts", (1000, 1)), table(b"stsc", (1, 1000, 1)), sizes(1000, 2), table(b"stco", (900,)), entry=PCM
        )
        file = tmp_path / f"{number}.mov"
        file.write_bytes(data.replace(box(b"url ", numbers(1)), reference))
        subprocess.run([sys.executable, "-c", read, str(file)], capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "name",
    ["a:b.wav", "http:x.wav", "concat:a|b.wav", "-i.wav", "%03d.wav", "pipe:0", "subfile,,start,0.wav", "data:,x.wav"],
)
def test_a_file_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        with Path(name).open("wb") as file:
            soundfile.write(file, hummed().mix, RATE, format="WAV")
    except OSError:
        pytest.skip("no such name on this system")
    with open_sound(Path(name)) as sound:
        assert sum(len(block) for block in sound.blocks()) == len(hummed().mix)


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:9/talk.mp3",
        "ftp://127.0.0.1/talk.mp3",
        "file:canary.wav",
        "concat:canary.wav|canary.wav",
        "subfile,,start,0,end,0,,:canary.wav",
        "pipe:0",
        "data:audio/wav;base64,UklGRg==",
    ],
)
def test_what_is_no_file_is_not_looked_for_elsewhere(run, tmp_path: Path, canary: Path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(canary.parent)
    for arguments in (("diarize", name), ("diarize", "--track", f"A={name}"), ("join", name, "-o", tmp_path / "a.mp4")):
        ran = run(*arguments) if arguments[0] == "join" else run(*arguments, "--out", tmp_path / "out")
        assert ran.code == 1 and ("talk.mp3" in ran.err or name[:20] in ran.err)
        assert "should not have happened" not in ran.err
        assert ("Download it first" in ran.err or "download it first" in ran.err) == ("://" in name)


def test_what_never_ends_is_not_begun(run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    for path, said in ((Path("/dev/zero"), "a device"), (tmp_path / "pipe.mp3", "a pipe"), (tmp_path, "a folder")):
        for command in (
            ("diarize", path, "--out", tmp_path / "out"),
            ("join", path, "-o", tmp_path / "all.mp4"),
            ("convert", path, "--dry-run", "--out", tmp_path / "out"),
        ):
            ran = run(*command)
            assert ran.code == 1 and said in ran.err, ran.err


def test_a_file_that_grows_is_read_as_long_as_it_was(tmp_path: Path) -> None:
    """Sound without an announced length, of which more comes for every block that is read."""
    file = tmp_path / "endless.aac"
    coded(tmp_path / "talk.aac", "aac")
    packets = (tmp_path / "talk.aac").read_bytes()
    file.write_bytes(packets * 4)
    with open_sound(file) as sound, file.open("ab") as more:
        num = 0
        for block in sound.blocks():
            num += len(block)
            more.write(packets)
            more.flush()
            assert num < 60 * RATE
    assert num / RATE == pytest.approx(4 * len(hummed().mix) / RATE, abs=0.5)


@functools.cache
def bombs() -> dict[str, bytes]:
    """Headers that would take gigabytes, or hours."""
    one = (table(b"stts", (1, 1024)), table(b"stsc", (1, 1, 1)), sizes(1, 9), table(b"stco", (900,)))
    many = (table(b"stts", (MANY, 1024)), table(b"stsc", (1, MANY, 1)), sizes(MANY, 1), table(b"stco", (900,)))
    none = (table(b"stts"), table(b"stsc"), sizes(0, 0), table(b"stco"))
    plain = (
        table(b"stts", (2**31 - 1, 1)),
        table(b"stsc", (1, 2**31 - 1, 1)),
        sizes(2**31 - 1, 2),
        table(b"stco", *[(900,)] * 30),
    )
    hidden = box(b"wave", *many)
    packed = box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", numbers(2**31), bytes(99)))
    return {
        "samples.mp4": mp4(*many),
        "fragment.mp4": mp4(*none, beside=FRAGMENTED, behind=fragment(MANY)),
        "fragment_hidden.mp4": mp4(*none, beside=FRAGMENTED + box(b"udta", fragment(MANY))),
        "plain.mov": mp4(*plain, entry=PCM),
        "hidden.mov": mp4(*one, entry=AAC[:-8] + hidden + AAC[-8:]),
        "packed.mov": box(b"moov", packed) + box(b"mdat", bytes(99)),
        "tags.mkv": matroska(1, tags(150_000)),
        "tracks.mkv": matroska(3_000),
        "channels.wav": wav(65_535, 48_000),
        "slow.wav": wav(1, 1),
        "fast.wav": wav(1, 2_000_000_000),
        "none.wav": wav(0, 48_000),
        "frames.ape": b"MAC "
        + struct.pack("<HHIIIIIII", 3990, 0, 52, 24, 2**32 - 16, 0, 0, 0, 0)
        + bytes(16)
        + struct.pack("<HHIIIHHI", 2000, 0, 294_912, 100, 170_000_000, 16, 2, 44_100)
        + bytes(4000),
        "frames.tta": b"TTA1" + struct.pack("<HHHII", 1, 2, 16, 4000, 2**32 - 1) + bytes(4000),
        "empty.wav": wav(1, 48_000, sound=b""),
        "nothing.mp3": b"",
    }


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader("whole_files", "read_all") as process:
        yield process


@linux
@pytest.mark.parametrize("name", sorted(bombs()))
def test_a_header_that_claims_too_much_is_refused_before_memory_is_spent(
    reader: Reader, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(bombs()[name])
    outcome = reader.read(tmp_path / name)
    assert outcome.error == "AudioError" and name in outcome.message, outcome
    assert outcome.peak_mb < 100, outcome


@linux
def test_what_stands_beside_the_sound_is_not_unfolded(reader: Reader, tmp_path: Path) -> None:
    """Covers that would take a gigabyte, chapters by the thousand, more sound than there is."""
    flac = hummed_wav(tmp_path / "a.flac").read_bytes()
    files = {
        "cover.flac": flac_with(6, cover(HUGE_COVER), flac),
        "chapters.mkv": matroska(1, chapters(20_000)),
        "claims.wav": wav(1, 48_000, claimed=2**32 - 1),
        "cover.mp3": id3(HUGE_COVER) + coded(tmp_path / "a.mp3", "libmp3lame").read_bytes(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        outcome = reader.read(tmp_path / name)
        assert not outcome.error and outcome.peak_mb < 100, (name, outcome)


def id3(picture: bytes) -> bytes:
    """Notes of an MP3 with a cover."""
    content = b"\0image/png\0\3\0" + picture
    framed = b"APIC" + struct.pack(">IH", len(content), 0) + content
    size = b"".join(bytes([len(framed) >> shift & 0x7F]) for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + framed


def test_sound_that_would_last_for_years_ends_with_an_error(tmp_path: Path) -> None:
    """After a packet that is broken, the next one's time says that years are missing."""
    file = coded(tmp_path / "talk.mkv", "flac")
    with av.open(str(file)) as source, av.open(str(tmp_path / "years.mkv"), "w") as out:
        stream = out.add_stream_from_template(source.streams.audio[0])
        for number, packet in enumerate(source.demux(source.streams.audio[0])):
            if packet.dts is None:
                continue
            if number == 10:
                damaged = av.Packet(b"\0" * packet.size)
                damaged.pts, damaged.dts, damaged.time_base = packet.pts, packet.dts, packet.time_base
                packet = damaged
            if number > 10:
                later = int(3 * 365 * 86_400 / packet.time_base)
                packet.pts, packet.dts = packet.pts + later, packet.dts + later
            packet.stream = stream
            out.mux(packet)
    with open_sound(tmp_path / "years.mkv") as sound, pytest.raises(AudioError, match=r"years\.mkv.*24 hours"):
        for _ in sound.blocks():
            assert sound.num_samples < 20 * RATE


def film_of(path: Path, picture: bytes) -> Path:
    """A film of 64x64 pixels by its header, each of whose frames is a PNG given."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "gray"
        for index in range(3):
            packet = av.Packet(picture)
            packet.pts = packet.dts = index
            packet.time_base, packet.stream = Fraction(1, 25), stream
            out.mux(packet)
    return path


@linux
@pytest.mark.parametrize(("sides", "read"), [((64, 64), True), ((9_000, 6_000), False), ((16_384, 16_384), False)])
def test_a_film_whose_frames_are_larger_than_it_says_is_not_joined(
    tmp_path: Path, sides: tuple[int, int], read: bool
) -> None:
    picture = png(ihdr(*sides, 8, 0), chunk(b"IDAT", flat(*sides)), chunk(b"IEND", b""))
    film = film_of(tmp_path / "film.mov", picture)
    with Reader("whole_files", "read_first_frame") as confined:
        outcome = confined.read(film)
    assert outcome.error == ("" if read else "VideoError"), outcome
    assert outcome.peak_mb < 100, outcome


def test_a_film_that_was_turned_is_joined_upright(run, tmp_path: Path) -> None:
    """As telephones film: what is shown stands on its side in the file, and a matrix says so."""
    picture = np.zeros((60, 120), np.uint8)
    picture[:20, :20] = 255
    film = film_of(tmp_path / "turned.mp4", encoded("png", picture))
    data = bytearray(film.read_bytes())
    struct.pack_into(">9i", data, data.index(b"tkhd") + 44, 0, 1 << 16, 0, -1 << 16, 0, 0, 60 << 16, 0, 1 << 30)
    film.write_bytes(bytes(data))
    ran = run("join", film, "-o", tmp_path / "all.mp4")
    assert ran.code == 0, ran.err
    with av.open(str(tmp_path / "all.mp4")) as joined:
        frame = next(joined.decode(video=0)).to_ndarray(format="gray")
    assert frame.shape == (120, 60) and frame[5:15, 45:55].min() > 200 and frame[30:, :].max() < 50


def test_a_list_is_no_film(run, tmp_path: Path, canary: Path) -> None:
    for name in ("hls.mp3", "concat.mp3", "dash.mp4"):
        (tmp_path / name).write_bytes(lists(canary)[name])
        ran = run("join", tmp_path / name, "-o", tmp_path / "all.mp4")
        assert ran.code == 1 and "Convert the files themselves" in ran.err


@linux
def test_the_command_ends_within_its_limits(tmp_path: Path) -> None:
    """The whole program, with a limit on all memory it may ask for."""
    (tmp_path / "talk.mp4").write_bytes(bombs()["samples.mp4"])
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "from talkshow.cli import main; main(sys.argv[1:])"
    )
    begun = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", code, "convert", str(tmp_path / "talk.mp4"), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 1 and "claim more samples" in ran.stderr and "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
    assert time.monotonic() - begun < 300
