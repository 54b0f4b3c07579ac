"""Runs programs: short ones to their end, long ones together until one of them ends or we are told to stop."""

import os
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import FrameType, TracebackType
from typing import Self

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.say import say, say_line

Part = str | Path
Command = Sequence[Part]


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal was closed."""


def stop_when_told() -> None:
    """Turns the three ways of being told to stop into one exception in the main thread.

    Set even where the shell made us ignore SIGINT, as it does for commands put in the background.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_stopped)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def run(command: Command, env: Environment, *, otherwise: str) -> None:
    """A program whose output nobody needs unless it fails; `otherwise` says what to do then."""
    try:
        result = subprocess.run(
            [*with_parent(), *command],
            cwd=places.ROOT, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Problem(otherwise) from error
    if result.returncode:
        raise Problem(otherwise, log=result.stdout)


def run_openly(command: Command, env: Environment) -> int:
    """A program that talks to the terminal itself. Its status is the answer."""
    return subprocess.run([*with_parent(), *command], cwd=places.ROOT, env=env, check=False).returncode


@cache
def with_parent(last_word: str = "TERM") -> tuple[str, ...]:
    """A prefix by which the system ends the program if we are killed outright (Linux)."""
    prefix = (shutil.which("setpriv") or "setpriv", "--pdeathsig", last_word)
    with suppress(OSError):
        if subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return prefix
    return ()


class Process:
    """A long-running program, in a process group of its own so that Ctrl-C reaches us alone and we keep the order.

    Each line it writes is shown behind its name when `loud`; the last ones are kept for the account of a crash.
    """

    def __init__(
        self, name: str, command: Command, env: Environment, *, stop_signal: signal.Signals, loud: bool
    ) -> None:
        self.name = name
        self.stop_signal = stop_signal
        self.loud = loud
        self.last_lines: deque[str] = deque(maxlen=25)
        self._process = subprocess.Popen(
            [*map(str, command)],
            cwd=places.ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", process_group=0,
        )  # fmt: skip
        self._reader = Thread(target=self._read, daemon=True)

    def listen(self, ended: "SimpleQueue[Process]") -> None:
        self._ended = ended
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - we asked for a pipe
        for line in self._process.stdout:
            self.last_lines.append(line.rstrip())
            if self.loud:
                say_line(self.name, line.rstrip())
        self._process.wait()
        self._ended.put(self)

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def log(self) -> str:
        self._reader.join(timeout=1)
        return "\n".join(self.last_lines)

    def stop(self, patience: float) -> None:
        """Asks, waits, then insists, and leaves nothing of its group behind."""
        self.loud = False
        with suppress(ProcessLookupError):
            self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            say(f"  {self.name} did not stop within {patience:.0f} s and was ended.")
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Supervisor:
    """Programs that live and die together: the end of one is the end of all, in the reverse order of starting."""

    def __init__(self, patience: float = 20) -> None:
        self._patience = patience
        self._processes: list[Process] = []
        self._ended: SimpleQueue[Process] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(
                number, signal.SIG_IGN
            )  # stopping is under way; a second Ctrl-C must not leave half of it running
        for process in reversed(self._processes):
            process.stop(self._patience)
        stop_when_told()

    def start(
        self, name: str, command: Command, env: Environment,
        *, stop_signal: signal.Signals = signal.SIGTERM, loud: bool = True,
    ) -> Process:  # fmt: skip
        process = Process(name, command, env, stop_signal=stop_signal, loud=loud)
        self._processes.append(process)
        process.listen(self._ended)
        return process

    def watch(self) -> None:
        """Returns never: raises Stopped when told to stop, or Problem when a program ends by itself."""
        while True:
            self.check()
            with suppress(Empty):
                raise ended_by_itself(self._ended.get(timeout=60))

    def check(self) -> None:
        """Raises Problem if one of the programs has ended."""
        for process in self._processes:
            if process.has_ended():
                raise ended_by_itself(process)

    def pause(self, seconds: float = 0.05) -> None:
        self.check()
        time.sleep(seconds)


def ended_by_itself(process: Process) -> Problem:
    return Problem(
        f"{process.name} ended by itself, so everything was stopped: mend what its last lines, above, name.",
        log=f"--- the last lines of {process.name} ---\n{process.log()}",
    )
