import signal
import sys
from pathlib import Path

import pytest

from tests.launch.programs import Program, eventually

# Two programs that say how they were stopped; the first takes a moment, as a worker does that finishes its work.
SUPERVISE = """
import os, sys
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import Stopped, Supervisor, stop_when_told, with_parent
from npqh_portal.launch.say import say

CHILD = '''
import pathlib, signal, sys, time
def stop(number, frame):
    time.sleep(float(sys.argv[2]))
    # Written to a file, not said: the signal may come while "is up" is being printed, and printing does not nest.
    open(sys.argv[3], "a").write(sys.argv[1] + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(sys.argv[1], "is up", flush=True)
up = pathlib.Path(sys.argv[3] + " worker is up")
if sys.argv[1] == "worker":
    up.touch()
if sys.argv[1] == sys.argv[4]:
    while not up.exists():
        time.sleep(0.01)
    sys.exit("this is why")
time.sleep(300)
'''

def child(name, slow):
    return [*with_parent(), sys.executable, "-c", CHILD, name, slow, sys.argv[1], sys.argv[2]]

stop_when_told()
try:
    with Supervisor(patience=5) as supervisor:
        supervisor.start("worker", child("worker", "0.3"), dict(os.environ))
        supervisor.start("web", child("web", "0"), dict(os.environ))
        supervisor.watch()
except Stopped:
    say("told to stop")
except Problem as problem:
    say(problem.log)
    sys.exit(str(problem))
"""


def supervise(tmp_path: Path, crashing: str = "nobody") -> Program:
    return Program([sys.executable, "-c", SUPERVISE, tmp_path / "order", crashing])


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_stop_stops_everything_in_reverse_order(tmp_path: Path, told: signal.Signals) -> None:
    with supervise(tmp_path) as program:
        program.wait_for("worker is up", "web is up")
        assert len(program.offspring()) == 3
        program.send_to_group(told)
        assert program.end() == 0
        assert (tmp_path / "order").read_text() == "web worker "
        assert program.offspring() == []


def test_the_end_of_one_program_ends_all_and_shows_its_last_lines(tmp_path: Path) -> None:
    with supervise(tmp_path, crashing="web") as program:
        assert program.end() == 1
        assert "this is why" in program.said
        assert program.said.splitlines()[-1].startswith("web ended by itself, so everything was stopped")
        assert (tmp_path / "order").read_text() == "worker "
        assert program.offspring() == []


def test_a_closed_terminal_stops_everything_though_nobody_listens(tmp_path: Path) -> None:
    with supervise(tmp_path) as program:
        program.wait_for("worker is up", "web is up")
        assert program.process.stdout is not None
        program.process.stdout.close()
        program.send_to_group(signal.SIGHUP)
        program.process.wait(20)
        assert (tmp_path / "order").read_text() == "web worker "
        assert program.offspring() == []


def test_a_supervisor_killed_outright_takes_its_programs_along(tmp_path: Path) -> None:
    with supervise(tmp_path) as program:
        program.wait_for("worker is up", "web is up")
        program.process.kill()
        assert eventually(lambda: program.offspring() == [])
