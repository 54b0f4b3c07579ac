"""The daily check at the same moment as another, as staff who mark, and as somebody who accepts: nothing twice, and
nothing that staff entered is overruled. Real connections on real PostgreSQL."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import decide, mark_funding, recheck_funding
from applications.models import Application, Decision, FundingDecision
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from npqh_portal.schools.models import School
from tests.factories import FINISHED, a_form, a_person, a_school, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 100 if os.environ.get("LONG") == "1" else 10


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Each in a thread with a connection of its own, from the same moment on; says how each went."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            start.wait(timeout=20)
            deed()
        except RuleViolation as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def check() -> int:
    return recheck_funding(clock.now())


@pytest.fixture
def application() -> Application:
    """Found eligible as it stands; its school is about to be of another type."""
    intake = an_intake(a_version(), cohort_funding="capped", capacity=500, funded_capacity=500)
    a_form(intake.version.programme, needs_endorsement=False)
    application = an_application(a_person(), intake, school=a_school(type_code="34"), **FINISHED)
    check()
    return application


def eligible(application: Application) -> list[str]:
    """What was found, the oldest first."""
    decisions = FundingDecision.objects.filter(application=application).order_by("at", "pk")
    return list(decisions.values_list("eligible", flat=True))


def test_two_checks_at_once_find_it_once(application: Application) -> None:
    a_person(Role.PROGRAMME_LEAD)
    expected = ["yes"]
    for number in range(ROUNDS):
        School.objects.update(type_code="11" if number % 2 == 0 else "34")
        assert at_once(check, check, check) == ["done"] * 3
        expected.append("no" if number % 2 == 0 else "yes")
        assert eligible(application) == expected
        assert Message.objects.filter(kind="funding-changed").count() == number + 1


def test_what_staff_mark_stands_whoever_comes_first(application: Application) -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    for _ in range(ROUNDS):
        School.objects.update(type_code="34")
        other = an_application(a_person(), application.intake, school=application.school, **FINISHED)
        check()
        School.objects.update(type_code="11")
        mark = partial(mark_funding, other, eligible=True, reason="By letter.", by=lead)
        assert at_once(check, mark) == ["done", "done"]
        other.refresh_from_db()
        assert (other.funding_status, other.eligible_for_funding) == ("marked_funded_by_policy", True)
        check()
        assert eligible(other)[-1] == "yes"


def test_a_funded_place_given_at_the_same_moment_stays_with_somebody_eligible(application: Application) -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    for _ in range(ROUNDS):
        School.objects.update(type_code="34")
        other = an_application(a_person(), application.intake, school=application.school, **FINISHED)
        check()
        School.objects.update(type_code="11")
        accept = partial(decide, other, verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
        told = at_once(check, accept)
        other.refresh_from_db()
        if told == ["done", "done"]:
            assert (other.state, other.funded_place, other.eligible_for_funding) == ("accepted", True, True)
        else:
            assert told == ["done", "NotEligibleForFunding"]
            assert (other.state, other.eligible_for_funding) == (ApplicationState.SUBMITTED, False)
