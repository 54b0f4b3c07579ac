"""Two tabs at once: the row locks let one of them find what the other has written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from cohorts.actions.network import join_directory, log_visit
from cohorts.actions.placements import agree_placement, log_placement_day, name_placement
from cohorts.errors import ChangedMeanwhile, DayLogged, PlacementChangedMeanwhile
from cohorts.kinds import Contrast
from cohorts.models import DirectoryEntry, Enrolment, Placement, PlacementDay, SchoolVisit
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_person, a_version, an_enrolment, published

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


def enrolled() -> Enrolment:
    version = a_version(state=VersionState.DRAFT)
    version.tasks.update(placement_days_least=9)
    return an_enrolment(a_cohort(published(version)))


def named(enrolment: Enrolment, why: str, *, revision: int = 0) -> Placement:
    return name_placement(
        enrolment, school=None, school_name="Harrowgate Bay", host="", contrasts=[Contrast.OTHER],
        why_it_contrasts=why, revision=revision, by=enrolment.person,
    )  # fmt: skip


def refused(answers: list[object], refusal: type[RuleViolation]) -> int:
    return sum(answer is refusal for answer in answers)


def test_of_two_first_texts_for_the_directory_one_is_shown_the_other() -> None:
    person = enrolled().person

    def join(about: str) -> Callable[[], object]:
        return lambda: join_directory(person, about=about, shows_school=True, shows_email=False, revision=0, by=person)

    answers = at_once(join("One"), join("Two"))
    assert refused(answers, ChangedMeanwhile) == 1
    assert DirectoryEntry.objects.count() == 1


def test_a_visit_sent_twice_at_once_is_there_once() -> None:
    enrolment = enrolled()

    def log() -> object:
        return log_visit(
            enrolment, visited_on=clock.today(), school=None, school_name="X", host="", purpose="Y", learnt="",
            by=enrolment.person,
        )  # fmt: skip

    assert len(at_once(log, log, log)) == 3
    assert SchoolVisit.objects.count() == 1


def test_of_two_first_placements_one_is_shown_the_other() -> None:
    enrolment = enrolled()
    answers = at_once(lambda: named(enrolment, "One"), lambda: named(enrolment, "Two"))
    assert refused(answers, ChangedMeanwhile) == 1


def test_a_day_logged_twice_at_once_with_other_words_is_refused_once_in_words() -> None:
    enrolment, on = enrolled(), clock.today() - timedelta(days=1)
    named(enrolment, "One")

    def log(what: str) -> Callable[[], object]:
        return lambda: log_placement_day(enrolment, on=on, what=what, by=enrolment.person)

    assert refused(at_once(log("One"), log("Two")), DayLogged) == 1
    assert PlacementDay.objects.count() == 1


def test_what_a_lead_agrees_to_is_what_they_have_read() -> None:
    enrolment, lead = enrolled(), a_person()
    placement = named(enrolment, "One")
    agreed, _ = at_once(
        lambda: agree_placement(placement, revision=1, by=lead), lambda: named(enrolment, "Two", revision=1)
    )
    placement.refresh_from_db()
    assert placement.why_it_contrasts == "Two"
    assert placement.agreed_at is None
    assert agreed is PlacementChangedMeanwhile or isinstance(agreed, Placement)
