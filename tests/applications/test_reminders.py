"""Who is reminded of an unfinished application, and when."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from applications.models import Application
from applications.reminders.drafts import due
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), closes_at=clock.now() + 3 * DAY)


def a_draft(intake: Intake, *, person: User | None = None, **fields: Any) -> Application:
    """One that nobody has touched for a while."""
    fields = {"changed_at": clock.now() - 9 * DAY} | fields
    return an_application(person or a_person(), intake, state=ApplicationState.DRAFT, **fields)


def test_whoever_writes_just_now_is_left_alone(intake: Intake) -> None:
    a_draft(intake, changed_at=clock.now())
    assert list(due(clock.now())) == []
    assert len(list(due(clock.now() + DAY))) == 1


def test_a_draft_is_reminded_in_the_last_week_and_on_the_last_day(intake: Intake) -> None:
    draft = a_draft(intake)
    (week,) = due(clock.now())
    (day,) = due(intake.closes_at - DAY)
    assert (week.about, week.to, week.stale_at) == (draft, draft.person, intake.closes_at - DAY)
    assert (day.about, day.stale_at) == (draft, intake.closes_at)
    assert week.key != day.key
    assert list(due(intake.closes_at)) == []
    assert list(due(intake.closes_at - 8 * DAY)) == []


@pytest.mark.parametrize("state", set(ApplicationState) - {ApplicationState.DRAFT})
def test_nobody_else_is(intake: Intake, state: ApplicationState) -> None:
    an_application(a_person(), intake, state=state)
    assert list(due(clock.now())) == []


def test_a_paused_intake_reminds_nobody(intake: Intake) -> None:
    a_draft(intake)
    Intake.objects.update(is_paused=True)
    assert list(due(clock.now())) == []


def test_asked_again_it_gives_the_same_key_and_a_later_closing_a_new_one(intake: Intake) -> None:
    a_draft(intake)
    now = clock.now()
    (first,), (again,) = due(now), due(now + timedelta(minutes=5))
    assert first.key == again.key
    Intake.objects.update(closes_at=intake.closes_at + DAY)
    (moved,) = due(now)
    assert moved.key != first.key


def test_the_letter_says_what_is_left_and_by_when(intake: Intake) -> None:
    ines = a_person(full_name="Ines Caldbeck")
    unfinished = FINISHED | {"school_name": "", "wants_one_to_one": None, "agreed_at": None}
    a_draft(intake, person=ines, **unfinished)
    (reminder,) = due(clock.now())
    message = queue_message(reminder.kind, to=ines, about=reminder.about, key=reminder.key, words=reminder.words)
    assert message is not None
    assert message.subject.startswith("Your application is not sent yet: send it by ")
    assert "Still to do: Your school, Support beside the programme, What you agree to." in message.text


def test_whoever_has_only_to_send_it_is_told_so(intake: Intake) -> None:
    a_draft(intake, **FINISHED)
    (reminder,) = due(clock.now())
    message = queue_message(reminder.kind, to=reminder.to, about=reminder.about, key=reminder.key, words=reminder.words)
    assert message is not None
    assert "Every part is done. All that is left is to check your answers and send them." in message.text


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_one_statement_however_many_there_are(
    intake: Intake, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        a_draft(intake)
    with django_assert_num_queries(1):
        assert len(list(due(clock.now()))) == count
