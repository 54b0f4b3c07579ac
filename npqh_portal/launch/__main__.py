"""`python -m npqh_portal.launch COMMAND`, which is what every make target runs."""

import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed: install it, then say  make PYTHON=python3.11 run")

import os
import shlex
import time

from npqh_portal.launch import checking, locks, postgres, running, services
from npqh_portal.launch.environment import environment
from npqh_portal.launch.places import PYTHON, ROOT
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import Stopped, run_openly, stop_when_told
from npqh_portal.launch.say import say
from npqh_portal.launch.setup import set_up


def manage(arguments: str) -> int:
    """A management command with the services up."""
    set_up(environment(), for_tests=False)
    with services.kept(environment()) as env:
        # `dbshell` and the like look for psql on the path.
        env["PATH"] = f"{env.get('PATH', os.defpath)}{os.pathsep}{postgres.binary('psql').parent}"
        return run_openly([PYTHON, "manage.py", *shlex.split(arguments)], env)


def obey(command: str) -> int:
    # make passes these two through the environment, where quotes survive.
    arguments, management_command = os.environ.get("ARGS", ""), os.environ.get("C", "")
    match command:
        case "run":
            running.run_portal(environment())
        case "setup":
            set_up(environment(), for_tests=True)
        case "test":
            checking.run_tests(environment(), arguments, long=False)
        case "test-long":
            checking.run_tests(environment(), arguments, long=True)
        case "bench":
            checking.bench(environment(), arguments)
        case "check":
            checking.check(environment())
        case "fmt":
            checking.fmt(environment())
        case "manage":
            return manage(management_command)
        case "reset":
            services.reset()
        case "lock":
            locks.lock(environment())
        case "audit":
            locks.audit(environment())
        case _:
            raise Problem(f"There is no command {command!r}: `make help` lists them.")
    return 0


def main() -> int:
    os.chdir(ROOT)
    stop_when_told()
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    started = time.monotonic()
    try:
        status = obey(command)
    except Stopped:
        say(f"· Stopped; nothing was left running ({time.monotonic() - started:.1f} s)")
        return 0 if command == "run" else 130
    except Problem as problem:
        if problem.log:
            say(problem.log.rstrip())
        say(f"✗ {problem}")
        return 1
    except OSError as error:
        say(f"✗ The system refused: {error.strerror} ({error.filename}). Mend that, then try again.")
        return 1
    if command != "manage":
        say(f"· make {command}: done in {time.monotonic() - started:.1f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
