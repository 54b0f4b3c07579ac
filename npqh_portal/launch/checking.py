"""`make test`, `make bench`, `make check` and `make fmt`."""

import shlex
import time

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import Command, Part, run_openly
from npqh_portal.launch.say import say, step
from npqh_portal.launch.services import thrown_away
from npqh_portal.launch.setup import SHEETS, set_up
from npqh_portal.launch.static import collect

DJADE = places.VENV / "bin" / "djade"  # a program, not a module

# What tests and checks must not take from this machine's `.env`.
FOR_TESTS = {
    "DOTENV": "/dev/null",
    "DEBUG": "0",
    "DEMO": "1",
    "SECRET_KEY": "only-for-tests-0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
}
LIKE_PRODUCTION = {
    "DOTENV": "/dev/null",
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": "only-for-checks-0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "SITE_URL": "https://npqh.example",
    "ALLOWED_HOSTS": "npqh.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
}


def run_tests(env: Environment, arguments: str, *, long: bool) -> None:
    """Every test, or those that ARGS names, on two processes and services of their own."""
    set_up(env, for_tests=True)
    collect(env | FOR_TESTS)
    with thrown_away(env | FOR_TESTS) as env, step("Tests"):
        env |= {"LONG": "1"} if long else {}
        # Who has nothing left to do takes over half of what the other still has: neither waits for the other's long
        # tests. pytest calls status 5 what ARGS must have misspelt: no test was found.
        spread = ["-n", "2", "--dist", "worksteal"]
        if run_openly([places.PYTHON, "-m", "pytest", *spread, *shlex.split(arguments)], env):
            raise Problem(
                "Tests failed: their names are above; `make test ARGS='-n 0 path/to/test.py'` runs a few alone."
            )


def bench(env: Environment, arguments: str) -> None:
    """The portal's work beside its limits, all of it or what ARGS names, on services of their own. Judges nothing."""
    set_up(env, for_tests=True)
    collect(env | FOR_TESTS)
    with thrown_away(env | FOR_TESTS, careless=False) as env, step("Benchmarks"):
        if run_openly([places.PYTHON, "-m", "tests.bench", *shlex.split(arguments)], env):
            raise Problem("The benchmarks did not come to their end: what they say above is why.")


def check(env: Environment) -> None:
    """Everything that can be said about the code without running it, all of it even when one part fails."""
    set_up(env, for_tests=True)
    collect(env | FOR_TESTS)
    python: Part = places.PYTHON
    manage = [python, "manage.py"]
    templates: list[Part] = sorted((places.ROOT / "templates").rglob("*.html"))
    with thrown_away(env | FOR_TESTS) as env:
        production = env | LIKE_PRODUCTION
        failed = [
            *checked("lint", [python, "-m", "ruff", "check", "--quiet", "."], env),
            *checked("format", [python, "-m", "ruff", "format", "--check", "--quiet", "."], env),
            *checked("templates", [DJADE, "--target-version", "5.2", "--check", *templates], env),
            *checked("types", [python, "-m", "mypy"], env),
            *checked("import orders", [places.VENV / "bin" / "lint-imports", "--no-cache", "--no-logo"], env),
            *checked(
                "missing migrations",
                [python, "-W", "error::RuntimeWarning", *manage[1:], "makemigrations", "--check", "--dry-run"],
                env,
            ),
            *checked("settings in production", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
            *sheets_of_somebody_else(),
        ]
    if failed:
        raise Problem(f"Not in order: {', '.join(failed)}. `make fmt` mends lint and format where it can.")
    say("· All in order")


def checked(name: str, command: Command, env: Environment) -> list[str]:
    """The name if the check fails."""
    started = time.monotonic()
    status = run_openly(command, env)
    say(f"· {name}: {'in order' if status == 0 else 'NOT in order'} ({time.monotonic() - started:.1f} s)")
    return [name] if status else []


def sheets_of_somebody_else() -> list[str]:
    """The kit's typeface and its folder belong to GOV.UK: a sheet that names them must not be served."""
    found = [
        sheet.name
        for sheet in SHEETS.rglob("*.css")
        if "GDS" in sheet.read_text() or "assets/fonts" in sheet.read_text()
    ]
    return [f"typeface in {name}" for name in found]


def fmt(env: Environment) -> None:
    set_up(env, for_tests=False)
    templates: list[Part] = sorted((places.ROOT / "templates").rglob("*.html"))
    python: Part = places.PYTHON
    run_openly([python, "-m", "ruff", "check", "--fix", "--quiet", "."], env)
    run_openly([python, "-m", "ruff", "format", "--quiet", "."], env)
    run_openly([DJADE, "--target-version", "5.2", *templates], env)
