import os
import subprocess
import sys
from pathlib import Path

import dj_database_url
import pytest
import redis

from npqh_portal.launch import places
from npqh_portal.launch.problems import Problem


def socket_dir_of(var: Path) -> Path:
    command = [sys.executable, "-c", "from npqh_portal.launch import places; print(places.socket_dir())"]
    env = {**os.environ, "VAR_DIR": str(var)}
    return Path(
        subprocess.run(command, cwd=places.ROOT, env=env, check=True, capture_output=True, text=True).stdout.strip()
    )


def test_sockets_lie_in_var_while_its_path_is_short() -> None:
    assert socket_dir_of(Path("/srv/portal/var")) == Path("/srv/portal/var/sockets")


def test_a_long_path_gets_a_short_folder_that_is_always_the_same(tmp_path: Path) -> None:
    var = tmp_path / ("long" * 30)
    folder = socket_dir_of(var)
    assert len(str(folder)) <= places.LONGEST_SOCKET_DIR
    assert folder == socket_dir_of(var)
    assert folder != socket_dir_of(tmp_path / ("other" * 30))


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / "sockets"
    link.symlink_to(elsewhere)
    with pytest.raises(Problem, match="belongs to somebody else"):
        places.open_private(link)


def test_an_opened_folder_is_ours_alone(tmp_path: Path) -> None:
    folder = places.open_private(tmp_path / "new")
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("folder", [Path("/srv/portal/var/sockets"), Path("/srv/a folder/portal's/sockets")])
def test_addresses_say_the_folder_to_each_library(folder: Path) -> None:
    database = dj_database_url.parse(places.database_url(folder))
    assert (database["HOST"], database["NAME"], database["USER"]) == (str(folder), "portal", "portal")
    address = places.redis_url(folder)
    assert redis.ConnectionPool.from_url(address).connection_kwargs["path"] == str(folder / "redis.sock")


def test_an_ordinary_redis_address_is_the_brokers_too() -> None:
    assert places.broker_url("redis://redis:6379/0") == "redis://redis:6379/0"
