"""Two at once: the row locks let one of them find what the other has done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from cohorts import errors
from cohorts.actions.support import end_due_support, match_supporter, save_meeting
from cohorts.models import SupportMatch, SupportMeeting
from cohorts.states import MeetingState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from tests.cohorts.pairs import ONE, a_coach, a_match, decided
from tests.factories import a_cohort, a_person, a_version, an_application, an_enrolment, an_intake

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of them answers, or the refusal."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=10)
            return act()
        except RuleViolation as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=20) for future in [pool.submit(run, act) for act in acts]]


def enrolled() -> SupportMatch:
    """Somebody with one-to-one support granted, and a match that is over, so that it does not count."""
    version = a_version()
    person = a_person()
    application = an_application(person, an_intake(version), state="accepted")  # type: ignore[arg-type]
    enrolment = an_enrolment(a_cohort(version), None, person, application=application)
    decided(enrolment, ONE)
    return a_match(enrolment, a_coach(), planned_to_on=clock.today() + timedelta(days=99))


def test_two_leads_at_once_make_one_match() -> None:
    over = enrolled()
    SupportMatch.objects.update(to_on=clock.today())
    days = {"from_on": clock.today(), "planned_to_on": clock.today() + timedelta(days=99)}

    def match() -> object:
        return match_supporter(over.enrolment, strand=ONE, supporter=a_coach(), **days, by=None)

    answers = at_once(match, match)
    assert errors.AlreadySupported in answers
    assert SupportMatch.objects.filter(to_on=None).count() == 1
    assert Message.objects.filter(kind="support-matched").count() == 1


def test_two_who_save_one_meeting_at_once_do_not_write_over_each_other() -> None:
    match = enrolled()
    starts_at = clock.now() - timedelta(hours=2)
    meeting = SupportMeeting.objects.create(match=match, starts_at=starts_at, minutes=60, made_by=match.supporter)

    def save(notes: str) -> Callable[[], object]:
        return lambda: save_meeting(
            meeting, state=MeetingState.HELD, starts_at=starts_at, minutes=60, is_face_to_face=True, notes=notes,
            revision=1, by=match.supporter,
        )  # fmt: skip

    answers = at_once(save("One."), save("Two."))
    assert errors.MeetingChangedMeanwhile in answers
    meeting.refresh_from_db()
    assert meeting.revision == 2


def test_two_sweeps_at_once_end_it_once() -> None:
    match = enrolled()
    yesterday = clock.today() - timedelta(days=1)
    SupportMatch.objects.update(planned_to_on=yesterday)
    answers = at_once(*(2 * [lambda: end_due_support(clock.now())]))
    assert sorted(str(answer) for answer in answers) == ["0", "1"]
    assert Message.objects.filter(kind="support-ended").count() == 2
    match.refresh_from_db()
    assert match.to_on == clock.today()
