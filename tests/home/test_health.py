import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from npqh_portal.notifications.actions import beat, queue_message
from tests.factories import a_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def health(client: Client, status: int = 200) -> dict[str, Any]:
    answer = client.get("/health/")
    assert answer.status_code == status
    assert answer.cookies == {}
    facts: dict[str, Any] = json.loads(answer.content)
    return facts


def test_all_is_well(client: Client) -> None:
    facts = health(client)
    assert (facts["status"], facts["database"], facts["redis"], facts["migrations_applied"]) == ("ok", True, True, True)
    assert facts["oldest_unsent_message_seconds"] == 0
    assert set(facts["tasks"]) == {
        "notifications.send_due_messages",
        "assessments.render_due_certificates",
        "applications.forget_interests",
        "cohorts.end_due_support",
        "cohorts.end_refused_support",
        "cohorts.move_cohorts_on",
        "cohorts.tell_calendars",
        "applications.make_offers",
        "applications.receive_applications",
        "applications.recheck_funding",
        "applications.tell_of_opening",
        "home.queue_due_reminders",
        "home.clear_sessions",
        "home.discard_late_files",
    }


def test_it_may_be_asked_over_plain_http_where_everything_else_is_sent_to_tls(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert health(client)["status"] == "ok"
    assert client.get("/").status_code == 301


def test_redis_away_is_degraded_and_still_serves(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    facts = health(client)
    assert (facts["status"], facts["redis"]) == ("degraded", False)


def test_message_left_lying_is_seen(client: Client, time_machine: Any) -> None:
    queue_message("sign-in-code", to=a_person(), key="one", secrets={"code": "ABC-DEF"})
    time_machine.move_to(NOW + timedelta(minutes=15), tick=False)
    assert health(client)["status"] == "ok"
    time_machine.move_to(NOW + timedelta(minutes=15, seconds=1), tick=False)
    facts = health(client)
    assert (facts["status"], facts["oldest_unsent_message_seconds"]) == ("degraded", 901)


def test_stopped_clock_is_seen(client: Client, time_machine: Any) -> None:
    beat("home.queue_due_reminders")
    time_machine.move_to(NOW + timedelta(minutes=15), tick=False)
    assert health(client)["tasks"]["home.queue_due_reminders"]["late"] is False
    time_machine.move_to(NOW + timedelta(minutes=15, seconds=1), tick=False)
    facts = health(client)
    assert facts["tasks"]["home.queue_due_reminders"]["late"] is True
    assert facts["status"] == "degraded"


def test_missing_migration_is_failing(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("audit", "0001_initial")
    facts = health(client, status=503)
    assert (facts["status"], facts["migrations_applied"]) == ("failing", False)
