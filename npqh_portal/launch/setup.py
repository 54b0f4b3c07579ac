"""Makes everything a fresh machine lacks, and nothing twice."""

import ctypes
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import run
from npqh_portal.launch.say import say, step
from npqh_portal.launch.stamps import digest, unless_done

REQUIREMENTS = places.ROOT / "requirements"
NODE_MODULES = places.ROOT / "node_modules"
SHEETS = places.ROOT / "static" / "build"
OLDEST_NODE = 20
NO_NETWORK = "Packages could not be fetched: connect to the network, or name a package mirror, then try again."

# What WeasyPrint draws certificates with, and the browser that walks the pages in tests: neither is on PyPI.
PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def set_up(env: Environment, *, for_tests: bool) -> None:
    """The whole set-up. A second call finds everything done and takes a blink."""
    if not os.access(places.ROOT, os.W_OK):
        raise Problem(f"The folder {places.ROOT} cannot be written: make it writable or copy the portal elsewhere.")
    refuse_borrowed_folders()
    places.open_private(places.VAR)
    places.open_private(places.OF_THE_CHECKOUT)
    with one_at_a_time():
        make_dotenv()
        make_venv(env)
        make_front_end(env)
        find_system_libraries(env, for_tests=for_tests)


def refuse_borrowed_folders() -> None:
    """Both are emptied before they are filled: behind a link, another checkout's would be."""
    for folder in (places.VENV, NODE_MODULES):
        if folder.is_symlink():
            raise Problem(
                f"{folder} is a link to {folder.readlink()}, which setting up would empty: "
                "remove the link, then try again."
            )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started together must not both fill the virtual environment."""
    with (places.OF_THE_CHECKOUT / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_dotenv() -> None:
    """Writes `.env` once, from the example, with a secret of this machine's own."""
    if places.DOTENV.exists():
        return
    example = (places.ROOT / ".env.example").read_text()
    text = example.replace("SECRET_KEY=\n", f"SECRET_KEY={secrets.token_urlsafe(50)}\n")
    descriptor = os.open(places.DOTENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    say("· .env written, with a secret key of its own")


def make_venv(env: Environment) -> None:
    # A virtual environment knows its own address and its Python: a moved checkout or a new Python needs a new one.
    whose = digest([], str(places.VENV), sys.version)
    with unless_done("venv", whose, places.PYTHON) as to_do:
        if to_do:
            run(
                [sys.executable, "-m", "venv", "--clear", places.VENV],
                env,
                otherwise="No virtual environment could be made: install Python's venv module (Debian: python3-venv).",
            )
    lock = REQUIREMENTS / "dev.txt"
    with unless_done("packages", digest([lock], whose), places.VENV / "bin" / "ruff") as to_do:
        if to_do:
            with step("Python packages"):
                pip(lock, env)


def pip(lock: Path, env: Environment) -> None:
    run(
        [
            places.PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "2",
            "--require-hashes", "-r", lock,
        ],
        env,
        otherwise=NO_NETWORK,
    )  # fmt: skip


def make_front_end(env: Environment) -> None:
    wanted = digest([places.ROOT / "package.json", places.ROOT / "package-lock.json"])
    with unless_done("front-end-packages", wanted, NODE_MODULES) as to_do:
        if to_do:
            with step("Front-end packages"):
                run(
                    [*npm(env), "ci", "--ignore-scripts", "--no-audit", "--fetch-retries", "1"],
                    with_venv(env),
                    otherwise=NO_NETWORK,
                )
    wanted = digest([places.ROOT / "static" / "src", places.ROOT / "static" / "build.mjs"], wanted)
    with unless_done("sheets", wanted, SHEETS) as to_do:
        if to_do:
            with step("Sheets, scripts and fonts"):
                run(
                    [*npm(env), "run", "build"],
                    with_venv(env),
                    otherwise="The sheets could not be built from static/src: mend what the lines above name.",
                )


def npm(env: Environment) -> list[str | Path]:
    """The machine's npm where its Node is new enough, else one from a wheel."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if version.lstrip("v").split(".")[0].isdecimal() and int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return [found]
    in_venv = places.VENV / "bin" / "npm"
    if not in_venv.exists():
        with step("Node.js, which this machine lacks"):
            pip(REQUIREMENTS / "node.txt", env)
    return [in_venv]


def with_venv(env: Environment) -> Environment:
    """For npm, whose scripts look for `node`: one is in `.venv` only if the machine's own will not do.

    That one trusts its own list of authorities unless told to trust the machine's, as behind a proxy it must.
    """
    path = f"{places.VENV / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    return {"NODE_USE_SYSTEM_CA": "1", **env, "PATH": path}


def find_system_libraries(env: Environment, *, for_tests: bool) -> None:
    missing = [] if has_pango() else list(PANGO_PACKAGES)
    if for_tests and not chromium():
        missing.append("chromium")
    if for_tests and not shutil.which("pdftoppm"):
        missing.append("poppler-utils")
    if not missing:
        return
    line = f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(missing)}"
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise Problem(f"This machine lacks {' '.join(missing)}. On Debian or Ubuntu run:  sudo sh -c '{line}'")
    with step(f"System libraries: {' '.join(missing)}"):
        run(
            ["sh", "-c", line],
            {**env, "DEBIAN_FRONTEND": "noninteractive"},
            otherwise=f"System libraries could not be installed. With the network up, run:  {line}",
        )


def has_pango() -> bool:
    try:
        for name in PANGO:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM)), None)
