"""Starts real programs for the tests of start-up, and finds whatever they leave behind."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from npqh_portal.launch.places import ROOT

MARK = "NPQH_STARTED_BY_TEST"


class Program:
    """A program started as a shell would start it, with a mark that all its offspring inherit."""

    def __init__(
        self, command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
    ) -> None:
        self.mark = f"{MARK}={uuid4().hex}"
        name, value = self.mark.split("=")
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**(os.environ if env is None else env), name: value},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.offspring():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process.stdout and not self.process.stdout.closed:
            self.process.stdout.close()
        self.process.wait()

    def wait_for(self, *words: str, seconds: float = 60) -> None:
        """Returns once the program has said them all, in any order."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + seconds
        while not all(word in self.said for word in words):
            line = self.process.stdout.readline() if time.monotonic() < deadline else ""
            assert line, f"{words} were not all said:\n{self.said}"
            self.said += line

    def send_to_group(self, number: signal.Signals) -> None:
        """As the terminal does for Ctrl-C."""
        os.killpg(self.process.pid, number)

    def end(self, seconds: float = 40) -> int:
        rest, _ = self.process.communicate(timeout=seconds)
        self.said += rest or ""
        return self.process.returncode

    def offspring(self) -> list[int]:
        """Every living process, however far removed: of the session it was started in, or with the mark inherited.

        Programs that write their title into /proc overwrite the mark; some of their children leave the session.
        """
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state, _, _, session = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:4]
                is_marked = self.mark.encode() in (folder / "environ").read_bytes().split(b"\0")
                if state != "Z" and (session == str(self.process.pid) or is_marked):
                    found.append(int(folder.name))
        return found

    def named(self, words: str) -> list[int]:
        """Its living processes whose command line holds the words."""
        return [pid for pid in self.offspring() if words in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")]


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
