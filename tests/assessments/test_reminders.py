"""What is due, when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Verdict
from assessments.reminders import due
from cohorts.actions import defer_enrolment
from cohorts.rules.dates import end_of, first_moment
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from tests.factories import a_window

from .conftest import CLOSES, OPENS, World

OPENING, CLOSING = first_moment(OPENS), end_of(CLOSES)


def names(at: datetime) -> list[str]:
    return [reminder.key.split(":")[0] for reminder in due(at)]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (OPENING - timedelta(microseconds=1), []),
        (OPENING, ["assessment-opens"]),
        (OPENING + timedelta(days=3, microseconds=-1), ["assessment-opens"]),
        (OPENING + timedelta(days=3), []),
        (CLOSING - timedelta(days=3, microseconds=1), []),
        (CLOSING - timedelta(days=3), ["assessment-deadline-3"]),
        (CLOSING - timedelta(days=1, microseconds=1), ["assessment-deadline-3"]),
        (CLOSING - timedelta(days=1), ["assessment-deadline-1"]),
        (CLOSING - timedelta(microseconds=1), ["assessment-deadline-1"]),
        (CLOSING, []),
    ],
)
def test_each_reminder_is_due_from_a_moment_to_a_cut_off(world: World, at: datetime, expected: list[str]) -> None:
    assert names(at) == expected
    assert all(reminder.stale_at > at for reminder in due(at))


def test_nobody_is_reminded_of_what_they_have_sent(world: World) -> None:
    world.send()
    assert names(CLOSING - timedelta(days=1)) == []


def test_nobody_is_reminded_who_may_not_send(world: World) -> None:
    defer_enrolment(world.somebody_else(), reason="Illness", by=None)
    world.released(Verdict.PASS)
    later = a_window(
        world.cohort,
        number=2,
        opens_on=datetime(2026, 11, 2, tzinfo=UTC).date(),
        closes_on=datetime(2026, 11, 9, tzinfo=UTC).date(),
    )
    assert names(first_moment(later.opens_on)) == []


def test_whoever_failed_is_told_of_the_next_window(world: World) -> None:
    world.released(Verdict.FAIL)
    a_window(
        world.cohort,
        number=2,
        opens_on=datetime(2026, 11, 2, tzinfo=UTC).date(),
        closes_on=datetime(2026, 11, 9, tzinfo=UTC).date(),
    )
    assert names(datetime(2026, 11, 2, tzinfo=UTC)) == ["assessment-opens"]


def test_every_letter_can_be_written_and_comes_once(world: World) -> None:
    for at in (OPENING, CLOSING - timedelta(days=3), CLOSING - timedelta(days=1)) * 2:
        for reminder in due(at):
            queue_message(
                reminder.kind, to=reminder.to, about=reminder.about, key=reminder.key, words=reminder.words,
                stale_at=reminder.stale_at,
            )  # fmt: skip
    assert Message.objects.count() == 3
    assert {"Tuesday 22 September 2026" in message.subject for message in Message.objects.all()} == {True}


def test_reminders_cost_the_same_for_one_and_for_three(world: World) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            list(due(OPENING))
        return len(found)

    one = statements()
    world.somebody_else()
    world.somebody_else()
    assert len(list(due(OPENING))) == 3
    assert statements() == one
