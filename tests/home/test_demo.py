"""The demonstration is loaded once, and then held to what it is there to show."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker, Settings

from applications.models import Application
from assessments.models import Certificate, Submission
from cohorts.models import Cohort, Enrolment, Membership, Seminar
from cohorts.queries.engagement import standings_of
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.home.actions import queue_due_reminders
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.signin.demo import DEMO_SIGN_INS
from tests.factories import a_person


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Iterator[None]:
    """Loaded once for this file, inside a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_programmes", stdout=StringIO())
        call_command("load_demo", stderr=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_demo(demo: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, int]:
    ours = [config for config in apps.get_app_configs() if "site-packages" not in config.path]
    return {model._meta.label: model._default_manager.count() for config in ours for model in config.get_models()}


def standing_by_name(cohort: str) -> dict[str, tuple[str, int]]:
    enrolments = Enrolment.objects.filter(memberships__cohort__state=cohort).select_related("person").distinct()
    standings = standings_of([enrolment.pk for enrolment in enrolments], clock.now())
    return {e.person.full_name: (standings[e.pk].state.value, standings[e.pk].tenths) for e in enrolments}


@pytest.mark.usefixtures("in_demo")
def test_second_run_changes_nothing() -> None:
    before = everything()
    call_command("load_demo", stderr=StringIO())
    assert everything() == before


@pytest.mark.usefixtures("in_demo")
def test_every_sign_in_of_the_demonstration_exists() -> None:
    emails = {email for email, _ in DEMO_SIGN_INS}
    assert set(User.objects.filter(email__in=emails).values_list("email", flat=True)) == emails


@pytest.mark.usefixtures("in_demo")
def test_about_forty_people_apply_and_every_state_is_there() -> None:
    states = Counter(Application.objects.values_list("state", flat=True))
    assert Application.objects.count() == 41
    assert set(states) == {"draft", "submitted", "accepted", "declined"}
    assert set(Cohort.objects.values_list("state", flat=True)) == {"running", "assessing"}
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"active", "deferred", "withdrawn", "completed"}
    assert Membership.objects.filter(reason="late").count() == 1
    assert set(Submission.objects.values_list("state", flat=True)) == {
        "received", "allocated", "marked", "moderated", "confirmed",
    }  # fmt: skip
    assert Counter(Certificate.objects.values_list("state", flat=True)) == {"ready": 2, "revoked": 1}


@pytest.mark.usefixtures("in_demo")
def test_engagement_stands_on_both_sides_of_the_line() -> None:
    over = standing_by_name("assessing")
    assert over["Sunniva Plaskett"] == ("met", 900)
    assert over["Alasdair Muncaster"] == ("out_of_reach", 899)
    assert over["Delphine Orrest-Bah"][0] == "out_of_reach"
    running = standing_by_name("running")
    assert running["Maryam Okonjo-Hale"][0] == "on_track"
    assert running["Callum Innes-Bhatt"][0] == "at_risk"
    assert running["Desmond Quarrie-Lunt"][0] == "out_of_reach"


@pytest.mark.usefixtures("in_demo")
def test_somebody_failed_and_then_passed() -> None:
    verdicts = Submission.objects.filter(enrolment__person__full_name="Magnus Threlkeld-Ito").order_by("attempt")
    assert list(verdicts.values_list("outcome__verdict", flat=True)) == ["fail", "pass"]


@pytest.mark.usefixtures("in_demo")
def test_register_waits_for_today() -> None:
    today = Seminar.objects.filter(starts_at__gte=clock.start_of_day(clock.today()), marks=None).earliest("starts_at")
    assert clock.london_date(today.starts_at) == clock.today()
    assert today.facilitator.email == "gwen.ashdown-pike@marlowick.example"


@pytest.mark.usefixtures("in_demo")
def test_the_assessor_who_signs_in_has_a_script_to_mark() -> None:
    waiting = Submission.objects.get(state="allocated")
    marker = waiting.allocations.get(part="marker", ended_at=None).person
    assert (waiting.enrolment.person.full_name, marker.full_name) == ("Kit Sandwath", "Elias Wrenfield")
    assert marker.email in {email for email, _ in DEMO_SIGN_INS}


@pytest.mark.usefixtures("in_demo")
def test_nobody_meets_at_a_weekend_but_today() -> None:
    days = {clock.london_date(moment) for moment in Seminar.objects.values_list("starts_at", flat=True)}
    assert [day for day in sorted(days) if day.weekday() > 4 and day != clock.today()] == []


@pytest.mark.usefixtures("in_demo")
def test_history_is_in_order_and_nothing_of_it_is_sent_today() -> None:
    history = Entry.objects.exclude(subject_type__startswith="programmes.programmeversion").order_by("pk")
    moments = list(history.values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= clock.now()
    waited = {message.sent_at - message.queued_at if message.sent_at else None for message in Message.objects.all()}
    assert waited == {timedelta(minutes=1)}


@pytest.mark.usefixtures("in_demo")
def test_reminders_of_today_are_few() -> None:
    assert queue_due_reminders(clock.now()) <= 60


@pytest.mark.django_db
def test_it_is_refused_outside_the_demonstration(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="only with DEMO=1"):
        call_command("load_demo")
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_it_does_not_mix_with_real_people() -> None:
    a_person()
    with pytest.raises(CommandError, match="has people in it"):
        call_command("load_demo")


@pytest.mark.django_db
def test_it_needs_a_programme() -> None:
    with pytest.raises(CommandError, match="load_programmes"):
        call_command("load_demo")
