"""Redis is away: whoever sends a form does not wait for it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In a process of its own, whose broker is a port where nothing listens.
NUDGE = """
import time, django
django.setup()
from npqh_portal.notifications.actions import nudge
nudge("notifications.send_due_messages")
started = time.monotonic()
nudge("notifications.send_due_messages")
print(time.monotonic() - started)
"""


def test_a_nudge_gives_up_at_once() -> None:
    environment = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "npqh_portal.settings"}
    answer = subprocess.run(
        [sys.executable, "-c", NUDGE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert "The broker is away" in answer.stderr
    assert float(answer.stdout) < 1
