"""Catch-ups and registers at the same moment, on real connections to PostgreSQL."""

from collections import Counter
from functools import partial

import pytest
from django.db.models import Sum

from cohorts.actions import MarkInput, record_register
from cohorts.actions.catch_up import (
    accept_catch_up,
    refuse_catch_up,
    send_catch_up,
    withdraw_catch_up,
)
from cohorts.models import AttendanceMark, CatchUp, Enrolment, LedgerEntry, Seminar
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests.cohorts.test_races_timetable import at_once
from tests.factories import a_cohort, a_group, a_person, a_seminar, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db(transaction=True)


def a_miss() -> tuple[Enrolment, Seminar]:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version, minutes=120)
    published(version)
    cohort = a_cohort(version)
    group = a_group(cohort, a_person(Role.FACILITATOR))
    seminar = a_seminar(cohort, item, group)
    absent = an_enrolment(cohort, group)
    record_register(seminar, marks={absent.pk: MarkInput("absent")}, by=None)
    return absent, seminar


def credited(enrolment: Enrolment) -> int:
    return int(LedgerEntry.objects.filter(enrolment=enrolment).aggregate(sum=Sum("change"))["sum"] or 0)


def test_pressed_in_two_tabs_at_once_one_is_handed_in() -> None:
    with at_once() as act:
        for _ in range(4):
            absent, seminar = a_miss()
            send = partial(send_catch_up, absent, item=seminar.item, offer=None, by=absent.person)
            assert act(partial(send, words="The same."), partial(send, words="The same.")) == ["done", "done"]
            assert CatchUp.objects.get(enrolment=absent).revision == 1
            another, seminar = a_miss()
            send = partial(send_catch_up, another, item=seminar.item, offer=None, by=another.person)
            went = act(partial(send, words="One."), partial(send, words="Another."))
            assert Counter(went) == {"done": 1, "CatchUpChangedMeanwhile": 1}
            assert CatchUp.objects.filter(enrolment=another).count() == 1


def test_of_two_who_decide_at_once_one_does() -> None:
    with at_once() as act:
        for _ in range(4):
            absent, seminar = a_miss()
            one = send_catch_up(absent, item=seminar.item, offer=None, words="Much.", by=absent.person)
            leaders = [a_person(Role.FACILITATOR) for _ in range(2)]
            went = act(
                partial(accept_catch_up, one, revision=1, by=leaders[0]),
                partial(refuse_catch_up, one, answer="No.", revision=1, by=leaders[1]),
                partial(withdraw_catch_up, one, by=absent.person),
            )
            assert Counter(went) == {"done": 1, "CatchUpDecided": 2}
            one.refresh_from_db()
            assert credited(absent) == (120 if one.state == "accepted" else 0)


def test_a_register_and_a_decision_at_once_credit_once() -> None:
    with at_once() as act:
        for number in range(6):
            absent, seminar = a_miss()
            one = send_catch_up(absent, item=seminar.item, offer=None, words="Much.", by=absent.person)
            status = "present" if number % 2 else "caught_up"
            went = act(
                partial(accept_catch_up, one, revision=1, by=a_person(Role.FACILITATOR)),
                partial(record_register, seminar, marks={absent.pk: MarkInput(status)}, by=None),
            )
            one.refresh_from_db()
            assert (went[1], credited(absent)) == ("done", 120)
            assert went[0] == "done" if one.state == "accepted" and one.decided_by else went[0] == "CatchUpDecided"
            marks = AttendanceMark.objects.filter(enrolment=absent, status="caught_up")
            assert (one.mark in marks) == (one.state == "accepted")
