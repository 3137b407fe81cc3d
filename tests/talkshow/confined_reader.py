"""A process that reads files with one function of the program and tells what came and how much memory it took."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

# Memory that is touched is measured (VmHWM), memory that is only reserved is limited.
_CODE = """
import importlib, json, pathlib, resource, sys
sys.path[:] = json.loads(sys.argv[4])
import av, cv2, numpy, soundfile, soxr
module, name, constants = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
module = importlib.import_module(module)
for constant, value in constants.items():
    assert hasattr(module, constant)
    setattr(module, constant, value)
def field(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":")) / 1024
cv2.cvtColor(numpy.zeros((64, 64, 3), numpy.uint8), cv2.COLOR_BGR2RGB)
most = int(field("VmSize") * 2 ** 20) + (2 << 30)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
print("{}", flush=True)
for line in sys.stdin:
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = field("VmRSS")
    try:
        getattr(module, name)(pathlib.Path(line.rstrip("\\n")))
        error, message = "", ""
    except Exception as exc:
        error, message = type(exc).__name__, str(exc)
    print(json.dumps([error, message, field("VmHWM") - before]), flush=True)
"""


@dataclass(frozen=True)
class Outcome:
    """error: the name of the exception, "" if there was none; peak_mb: memory beyond what was held before."""

    error: str
    message: str
    peak_mb: float


class Reader:
    """Calls `module.function(path)` in another process, with constants of the module set; a context manager."""

    def __init__(self, module: str, function: str, **constants: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE, module, function, json.dumps(constants), json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout and self._process.stdout.readline(), "the reader did not start"

    def read(self, path: Path) -> Outcome:
        assert self._process.stdin and self._process.stdout
        print(path, file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"the reader has died of {path}"
        return Outcome(*json.loads(line))

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
