"""The last place at a session, wanted by several at once, on real connections to PostgreSQL."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from cohorts.actions import attend_elsewhere, transfer
from cohorts.models import GuestPlace, Seminar
from cohorts.queries import who_is_expected
from npqh_portal import clock
from npqh_portal.programmes.states import VersionState
from tests.cohorts.test_races_timetable import at_once
from tests.factories import a_cohort, a_group, a_seminar, a_venue, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_place_goes_to_one_of_those_who_ask_or_move_at_once() -> None:
    """Two would be guests, one moves into the group: the hall never holds one too many."""
    for _ in range(4):
        version = a_version(state=VersionState.DRAFT)
        item = an_item(version)
        published(version)
        cohort = a_cohort(version)
        own, other = a_group(cohort), a_group(cohort, capacity=2)
        when = clock.now() + timedelta(days=3)
        host = a_seminar(cohort, item, other, starts_at=when, venue=a_venue(capacity=2))
        an_enrolment(cohort, other)
        asking = [an_enrolment(cohort, own) for _ in range(3)]
        with at_once() as act:
            went = act(
                partial(attend_elsewhere, asking[0], seminar=host, by=None),
                partial(attend_elsewhere, asking[1], seminar=host, by=None),
                partial(transfer, asking[2], cohort=cohort, group=other, by=None),
            )
        counted = Counter(went)
        assert counted["done"] == 1
        assert counted["SittingFull"] + counted["FullWithGuests"] == 2
        assert len(who_is_expected(Seminar.objects.get(pk=host.pk))) == 2


def test_one_who_asks_from_two_tabs_has_one_place() -> None:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version)
    published(version)
    cohort = a_cohort(version)
    person = an_enrolment(cohort, a_group(cohort))
    hosts = [a_seminar(cohort, item, a_group(cohort), starts_at=clock.now() + timedelta(days=day)) for day in (3, 4)]
    with at_once() as act:
        went = act(*(partial(attend_elsewhere, person, seminar=host, by=None) for host in hosts))
    assert Counter(went) == {"done": 1, "GuestElsewhere": 1}
    assert GuestPlace.objects.filter(ended_at=None).count() == 1
