"""The whole portal for one journey: a web server, and a Celery worker with its clock, on the test's own database."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.conf import settings
from django.db import connection

from npqh_portal.launch import places
from tests.real_portal import free_port, web, worker

PATIENCE = 40


@dataclass(frozen=True)
class RunningPortal:
    address: str
    mail: Path

    def letter_to(self, email: str, about: str) -> str:
        """The newest letter to somebody whose subject says so, once it has come. The worker sends it a moment later."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            for file in sorted(self.mail.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True):
                for letter in reversed(file.read_bytes().split(b"-" * 79 + b"\n")):
                    message = message_from_bytes(letter, policy=policy.default)
                    if message["To"] == email and about.lower() in (message["Subject"] or "").lower():
                        return plain_text(message)
            sleep(0.2)
        raise AssertionError(f"No letter about “{about}” came to {email}.")


def plain_text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def portal(transactional_db: None, tmp_path: Path) -> Iterator[RunningPortal]:
    port = free_port()
    server = os.environ.get("DATABASE_URL") or places.database_url()
    # Messages and files of the test go where its web server and worker look for them.
    env = os.environ | {
        "DATABASE_URL": f"{server.rpartition('/')[0]}/{connection.settings_dict['NAME']}",
        "REDIS_URL": settings.REDIS_URL.replace("db=0", "db=5"),
        "DEMO": "1",
        "FILES_DIR": str(tmp_path / "files"),
        "MAIL_DIR": str(tmp_path / "mail"),
        "PORT": str(port),
        "SITE_URL": f"http://localhost:{port}",
    }
    with web(env, log=tmp_path / "web.log"), worker(env, log=tmp_path / "worker.log"):
        yield RunningPortal(env["SITE_URL"], tmp_path / "mail")
