"""What set-up refuses to touch."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from npqh_portal.launch.places import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of one as set-up reads before it makes anything."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "npqh_portal" / "launch", folder / "npqh_portal" / "launch")
    shutil.copy(ROOT / "npqh_portal" / "__init__.py", folder / "npqh_portal")
    shutil.copy(ROOT / ".env.example", folder)
    return folder


@pytest.mark.parametrize("name", [".venv", "node_modules"])
def test_a_folder_of_another_checkout_is_not_emptied_through_a_link(checkout: Path, tmp_path: Path, name: str) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "kept").write_text("still here")
    (checkout / name).symlink_to(theirs)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "npqh_portal.launch", "setup"],
        cwd=checkout,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"{name} is a link to {theirs}, which setting up would empty: remove the link" in done.stderr
    assert [path.name for path in theirs.iterdir()] == ["kept"]
    assert not (checkout / "var").exists()
