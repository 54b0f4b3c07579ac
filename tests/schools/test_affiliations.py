"""Where somebody works, and worked."""

from datetime import timedelta

import pytest

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.errors import ChangeReasonMissing
from npqh_portal.people.queries import changes_of
from npqh_portal.schools.actions import change_school
from npqh_portal.schools.errors import SchoolBeginsAhead, SchoolBeginsTooEarly, SchoolNotOpen
from npqh_portal.schools.models import Affiliation
from npqh_portal.schools.queries import works_at
from tests.factories import a_person, a_school

pytestmark = pytest.mark.django_db


def test_a_school_changes_and_the_one_before_ends_that_day() -> None:
    person, first, second = a_person(), a_school(name="Marlowick School"), a_school(name="Tarnhollow School")
    today = clock.today()
    change_school(person, school=first, from_on=today - timedelta(days=30), before="Fellside School", by=person)
    for _ in range(2):
        change_school(person, school=second, from_on=today, by=person)
    assert list(Affiliation.objects.order_by("pk").values_list("school", "from_on", "to_on")) == [
        (first.pk, today - timedelta(days=30), today),
        (second.pk, today, None),
    ]
    assert works_at(person) == second
    assert [(one.before, one.after) for one in changes_of(person)] == [
        ("Marlowick School", "Tarnhollow School"),
        ("Fellside School", "Marlowick School"),
    ]
    assert Entry.objects.filter(verb="person.school_changed").count() == 2


def test_what_is_no_change_of_school() -> None:
    person, today = a_person(), clock.today()
    with pytest.raises(SchoolNotOpen, match="Marlowick School"):
        change_school(person, school=a_school(name="Marlowick School", status="2"), from_on=today, by=person)
    with pytest.raises(SchoolBeginsAhead):
        change_school(person, school=a_school(), from_on=today + timedelta(days=1), by=person)
    with pytest.raises(ChangeReasonMissing):
        change_school(person, school=a_school(), from_on=today, by=a_person())
    change_school(person, school=a_school(), from_on=today, by=person)
    with pytest.raises(SchoolBeginsTooEarly):
        change_school(person, school=a_school(), from_on=today - timedelta(days=1), by=person)
    assert Affiliation.objects.count() == 1
