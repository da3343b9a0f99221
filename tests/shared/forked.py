"""Commands of the kit in any folder, each in a process of its own, forked from one that has imported the libraries.

That process has not imported kit: a command imports it anew, from the folder that it is told. What takes most of the
seconds of a short command, the libraries, is imported once.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LIBRARIES = ("albumentations", "cv2", "pandas", "pydantic", "rich", "safetensors", "sklearn.linear_model", "timm")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Started:
    """A command that was started, and the files of what it says."""

    pid: int
    out: Path
    err: Path

    def wait(self) -> int:
        """Its exit code, or minus the number of the signal that ended it."""
        return int(_asked(wait=self.pid))

    @property
    def ended(self) -> bool:
        """Whether it has ended and waits to be waited for, as Linux shows it."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)


def start(words: list[str], cwd: Path, code: Path = ROOT, **environment: str) -> Started:
    """Start `kit WORDS` in the folder cwd, with the package kit that lies in the folder `code`."""
    out, err = (Path(tempfile.mkstemp(prefix="kit-said-", dir=_place())[1]) for _ in range(2))
    pid = _asked(words=words, cwd=str(cwd), code=str(code), out=str(out), err=str(err), environment=environment)
    return Started(int(pid), out, err)


def run(words: list[str], cwd: Path, code: Path = ROOT) -> tuple[int, str, str]:
    """The exit code of `kit WORDS`, and what it says on stdout and stderr."""
    started = start(words, cwd, code)
    return started.wait(), started.out.read_text(), started.err.read_text()


def copy_kit(code: Path) -> None:
    """The package kit in the folder `code`, with what python compiled of it."""
    shutil.copytree(ROOT / "kit", code / "kit", ignore=shutil.ignore_patterns("*.pyc.*"))  # those are being written


@cache
def _place() -> Path:
    return Path(tempfile.mkdtemp(prefix="kit-forked-"))


@cache
def _server() -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    server = subprocess.Popen([sys.executable, __file__], cwd=_place(), **pipes)  # type: ignore[call-overload]
    atexit.register(server.communicate)  # without a line more it ends
    return server  # type: ignore[no-any-return]


def _asked(**request: Any) -> Any:
    server = _server()
    assert server.stdin is not None and server.stdout is not None
    print(json.dumps(request), file=server.stdin, flush=True)
    return json.loads(server.stdout.readline())


def serve() -> None:
    """Answer each line of stdin: a command by its pid, a wait by the exit code."""
    sys.dont_write_bytecode = True
    for library in LIBRARIES:
        importlib.import_module(library)
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _work(**request)
        print(json.dumps(answer), flush=True)


def _work(words: list[str], cwd: str, code: str, out: str, err: str, environment: dict[str, str]) -> None:
    status = 70
    try:
        files = (os.devnull, os.O_RDONLY), (out, os.O_WRONLY), (err, os.O_WRONLY)
        for stream, (path, how) in enumerate(files):
            os.dup2(os.open(path, how), stream)
        for number, name in ((1, "stdout"), (2, "stderr")):
            setattr(sys, name, os.fdopen(number, "w", 1, "utf-8", closefd=False))
        os.environ.update(environment)
        os.chdir(cwd)
        sys.path[0] = code  # where this file lies before
        sys.argv = ["kit", *words]
        assert not any(name.partition(".")[0] == "kit" for name in sys.modules)
        runpy.run_module("kit", run_name="__main__", alter_sys=True)
    except SystemExit as stopped:
        status = stopped.code if isinstance(stopped.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
