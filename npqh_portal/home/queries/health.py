"""Whether the portal's parts are well, for whoever watches it from outside."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min

from npqh_portal.notifications.models import Beat, Message
from npqh_portal.notifications.states import MessageState

# How late a regular task may be before it is called so: three of its turns, or two days for a nightly one.
TURNS = 3
NIGHTLY = timedelta(days=2)
# The sweep runs twice a minute, so a message this old has been passed over.
UNSENT_LONGEST = timedelta(minutes=15)


def health(at: datetime) -> dict[str, Any]:
    """Plain values for JSON. `status` is "failing" when pages cannot be served, "degraded" when work is waiting."""
    try:
        facts = {"database": True, **_of_the_database(at)}
    except DatabaseError:
        facts = {"database": False, "migrations_applied": False}
    facts["redis"] = _redis_answers()
    return {"status": _status(facts), **facts}


def _status(facts: dict[str, Any]) -> str:
    if not (facts["database"] and facts["migrations_applied"]):
        return "failing"
    unsent = facts["oldest_unsent_message_seconds"]
    is_late = any(task["late"] for task in facts["tasks"].values())
    if not facts["redis"] or is_late or unsent > UNSENT_LONGEST.total_seconds():
        return "degraded"
    return "ok"


def _of_the_database(at: datetime) -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    if not _on_disk() <= applied.keys():
        return {"migrations_applied": False, "oldest_unsent_message_seconds": 0, "tasks": {}}
    due = Message.objects.filter(state__in=[MessageState.QUEUED, MessageState.SENDING], due_at__lte=at)
    oldest = due.aggregate(oldest=Min("due_at"))["oldest"]
    beats = dict(Beat.objects.values_list("name", "at"))
    return {
        "migrations_applied": True,
        "oldest_unsent_message_seconds": int((at - oldest).total_seconds()) if oldest else 0,
        "tasks": {
            name: _beat(entry["schedule"], beats.get(name), at)
            for entry in settings.CELERY_BEAT_SCHEDULE.values()
            for name in [str(entry["task"])]
        },
    }


def _beat(schedule: Any, last: datetime | None, at: datetime) -> dict[str, Any]:
    patience = schedule * TURNS if isinstance(schedule, timedelta) else NIGHTLY
    # A task that has never run belongs to a portal that has only just been started.
    return {"last": last.isoformat() if last else None, "late": last is not None and at - last > patience}


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """Read once for each process: a release is a new process."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or ())


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
