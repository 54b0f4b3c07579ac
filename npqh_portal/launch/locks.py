"""`make lock` and `make audit`: both ask the package index, so neither is part of the checks."""

from pathlib import Path

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import run, run_openly
from npqh_portal.launch.say import step
from npqh_portal.launch.setup import NO_NETWORK, REQUIREMENTS, npm, set_up

TOOLS = places.VAR / "tools"


def lock(env: Environment) -> None:
    """Compiles requirements/*.in to the locks beside them. Newer versions come with ARGS=--upgrade."""
    tools = tool("uv", env)
    for name in ("base", "dev", "node"):
        with step(f"requirements/{name}.txt"):
            run(
                [
                    tools / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
                    "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links",
                    *env.get("ARGS", "").split(),
                    *(["--constraints", "requirements/base.txt"] if name == "dev" else []),
                    f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt",
                ],
                env,
                otherwise="The requirements do not fit together, or the package index cannot be reached: see above.",
            )  # fmt: skip


def audit(env: Environment) -> None:
    """Asks the public lists of known vulnerabilities. They change by the day: red is news."""
    tools = tool("pip-audit", env)
    python = run_openly(
        [tools / "pip-audit", "--disable-pip", "--require-hashes", "-r", REQUIREMENTS / "base.txt"], env
    )
    script = run_openly([*npm(env), "audit", "--omit", "dev"], env)
    if python or script:
        raise Problem(
            "Known vulnerabilities, or packages the lists do not know: raise versions with `make lock ARGS=--upgrade`."
        )


def tool(name: str, env: Environment) -> Path:
    """Tools that nothing else depends on live in an environment of their own."""
    set_up(env, for_tests=False)
    folder = TOOLS / name / "bin"
    if not (folder / name).exists():
        with step(name):
            run(
                [places.PYTHON, "-m", "venv", "--clear", folder.parent],
                env,
                otherwise="The tool's environment could not be made: see above.",
            )
            run([folder / "python", "-m", "pip", "install", "--quiet", name], env, otherwise=NO_NETWORK)
    return folder
