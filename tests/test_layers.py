"""What the import linter cannot say: actions never know of requests, mail, brokers or other people's servers."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = ("celery", "django.contrib.messages", "django.core.mail", "django.http", "django.shortcuts", "httpx", "kombu")
# The sweep that hands messages over is where mail leaves the portal.
MAIL_LEAVES_HERE = {ROOT / "npqh_portal/notifications/actions.py"}
ACTIONS = sorted(
    path
    for package in ("npqh_portal", "applications", "cohorts", "assessments")
    for path in (ROOT / package).rglob("*.py")
    if "actions" in {path.stem, path.parent.name} and path not in MAIL_LEAVES_HERE
)


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def test_there_are_actions_to_look_at() -> None:
    assert len(ACTIONS) > 5


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_actions_keep_to_the_database(path: Path) -> None:
    outside = {name for name in imported(path) if any(f"{name}.".startswith(f"{known}.") for known in OUTSIDE)}
    assert outside == set()
