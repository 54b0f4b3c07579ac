"""Gives sheets, scripts and images the hashed names under which they are served."""

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.processes import run
from npqh_portal.launch.say import step
from npqh_portal.launch.stamps import digest, unless_done

COLLECTED = places.VAR / "static"


def collect(env: Environment) -> None:
    inputs = [places.ROOT / "static", places.ROOT / "requirements" / "base.txt"]
    with unless_done("collected", digest(inputs), COLLECTED) as to_do:
        if to_do:
            with step("Static files with hashed names"):
                run(
                    [places.PYTHON, "manage.py", "collectstatic", "--clear", "--no-input", "--verbosity", "0"],
                    env,
                    otherwise="Static files could not be collected: mend what the lines above name.",
                )
