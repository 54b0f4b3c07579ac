"""Where things are kept, and the addresses of the embedded services.

The settings ask here too, so that `manage.py` finds a running `make run` from a shell with nothing set.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from npqh_portal.launch.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OF_THE_CHECKOUT = ROOT / "var"

# These two can be moved through the environment, for a second portal from one checkout, as the tests do.
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
DOTENV = Path(os.environ.get("DOTENV") or ROOT / ".env")

# A Unix socket's whole path may not pass 108 bytes, the database adds a name of its own.
LONGEST_SOCKET_DIR = 85


def socket_dir() -> Path:
    """The folder of the embedded services' sockets: the same answer in every shell, whatever its environment.

    Usually inside the checkout; below the temporary folder when the checkout's path is too long for a socket.
    """
    inside = VAR / "sockets"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIR:
        return inside
    digest = hashlib.sha256(os.fsencode(VAR)).hexdigest()[:12]
    outside = Path("/tmp") / f"npqh-{os.getuid()}-{digest}"  # noqa: S108 - TMPDIR differs between shells; the owner is checked
    check_owner(outside)
    return outside


def open_private(folder: Path) -> Path:
    """Make the folder if need be and see that only we can enter it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_owner(folder)
        folder.chmod(0o700)
    except OSError as error:
        raise Problem(
            f"The folder {folder} cannot be written ({error.strerror}): make it writable or move the checkout."
        ) from error
    return folder


def check_owner(folder: Path) -> None:
    """Anybody may make a folder below the temporary one: refuse what somebody else put there."""
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != os.getuid()):
        raise Problem(f"The folder {folder} belongs to somebody else: remove it, then try again.")


def short_temporary_dir() -> Path:
    """A new private folder for one run of the tests, short enough for sockets."""
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > LONGEST_SOCKET_DIR - 20:
        parent = "/tmp"  # noqa: S108 - mkdtemp makes a private folder inside it
    return Path(tempfile.mkdtemp(prefix="npqh-", dir=parent))


def database_url(sockets: Path | None = None, name: str = "portal") -> str:
    """The embedded PostgreSQL server's address."""
    return f"postgresql://portal@{quote(str(sockets or socket_dir()), safe='')}/{name}"


def redis_url(sockets: Path | None = None) -> str:
    """The embedded Redis server's address, as redis-py and the cache write it."""
    return f"unix://{quote(str((sockets or socket_dir()) / 'redis.sock'))}?db=0"


def broker_url(redis: str) -> str:
    """The same Redis as Celery writes it, which has a word of its own for Unix sockets."""
    if redis.startswith("unix://"):
        return "redis+socket://" + redis.removeprefix("unix://").replace("?db=", "?virtual_host=")
    return redis
