"""What somebody recorded as done by mistake is taken back, and its credit with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from cohorts.actions import exempt_item, record_completion, take_back_completion, withdraw_enrolment
from cohorts.actions.study import read_page
from cohorts.errors import NothingToTakeBack, TooLateToTakeBack
from cohorts.models import Completion, Enrolment
from cohorts.queries import standing_of
from cohorts.queries.forecasts import outlook_of
from npqh_portal.audit.models import Entry
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World
from tests.cohorts.test_engagement_pages import item_page
from tests.cohorts.test_views import signed_in, text_of
from tests.factories import a_cohort, a_study_page, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db


def done(enrolment: Enrolment, item: Item) -> Completion:
    return record_completion(enrolment, item=item, by=enrolment.person)


def take_back(enrolment: Enrolment, item: Item) -> Completion:
    return take_back_completion(enrolment, item=item, by=enrolment.person)


def entries(enrolment: Enrolment) -> list[tuple[int, str, int | None]]:
    return list(enrolment.ledger.order_by("pk").values_list("change", "source", "source_id"))


def test_the_credit_goes_with_it_and_both_stand_in_the_ledger(world: World) -> None:
    (a,) = world.enrol()
    first = done(a, world.module)
    take_back(a, world.module)
    assert entries(a) == [(180, "completion", first.pk), (-180, "taken_back", first.pk)]
    assert standing_of(a, NOW).credited == 0
    assert Entry.objects.filter(verb="completion.taken-back", subject_id=first.pk, actor_id=a.person_id).count() == 1


def test_it_can_be_recorded_again(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    first = done(a, world.module)
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    take_back(a, world.module)
    time_machine.move_to(NOW + timedelta(hours=2), tick=False)
    second = done(a, world.module)
    assert first != second
    assert list(a.completions.all()) == [second]
    assert [entry[0] for entry in entries(a)] == [180, -180, 180]
    listed = [
        [one.done_at for one in outlook_of(a, NOW + timedelta(minutes=minutes)).items if one.item.pk == world.module.pk]
        for minutes in (30, 60, 90, 120)
    ]
    assert listed == [[NOW], [None], [None], [NOW + timedelta(hours=2)]], "as it stood at each moment"


def test_what_was_never_recorded_is_not_taken_back(world: World) -> None:
    (a,) = world.enrol()
    with pytest.raises(NothingToTakeBack):
        take_back(a, world.module)
    assert entries(a) == []


def test_a_second_press_finds_it_taken_back(world: World) -> None:
    (a,) = world.enrol()
    done(a, world.module)
    assert take_back(a, world.module) == take_back(a, world.module)
    assert len(entries(a)) == 2


def test_what_staff_recorded_stands(world: World) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=world.lead)
    with pytest.raises(NothingToTakeBack):
        take_back(a, world.module)
    assert "take this back" not in item_page(a, world.module.code)


def test_nobody_takes_back_for_somebody_else(world: World) -> None:
    (a,) = world.enrol()
    done(a, world.module)
    with pytest.raises(NothingToTakeBack):
        take_back_completion(a, item=world.module, by=world.lead)


def test_what_was_read_page_by_page_stands(world: World) -> None:
    (a,) = world.enrol()
    read_page(a, item=world.module, revision=a_study_page(world.module).revisions.get(), by=a.person)
    with pytest.raises(NothingToTakeBack):
        take_back(a, world.module)
    assert "take this back" not in item_page(a, world.module.code)


@pytest.mark.parametrize("kind", [ItemKind.REFLECTION, ItemKind.FORMATIVE_TASK])
def test_what_was_written_or_sent_stands_for_itself(kind: ItemKind) -> None:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version, kind=kind, minutes=60)
    a = an_enrolment(a_cohort(published(version)))
    done(a, item)
    with pytest.raises(NothingToTakeBack):
        take_back(a, item)


def test_not_after_the_course_when_it_could_not_be_recorded_again(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    done(a, world.module)
    time_machine.move_to(datetime(2027, 7, 12, 23, 0, tzinfo=UTC), tick=False)
    with pytest.raises(TooLateToTakeBack):
        take_back(a, world.module)
    assert "take this back" not in item_page(a, world.module.code)


def test_not_by_somebody_who_has_left(world: World) -> None:
    (a,) = world.enrol()
    done(a, world.module)
    withdraw_enrolment(a, reason="Moved away.", by=world.lead)
    with pytest.raises(TooLateToTakeBack):
        take_back(a, world.module)


def test_not_of_what_is_off_the_list(world: World) -> None:
    (a,) = world.enrol()
    done(a, world.module)
    exempt_item(a, item=world.module, reason="Wrote it", by=world.lead)
    with pytest.raises(TooLateToTakeBack):
        take_back(a, world.module)


# --- the pages -----------------------------------------------------------------------------------


def test_a_press_of_the_button_leads_to_where_it_is_taken_back(world: World) -> None:
    (a,) = world.enrol()
    client, code = signed_in(a.person), world.module.code
    page = reverse("cohorts:engagement_item", args=[code])
    answer = client.post(reverse("cohorts:complete", args=[code]), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('cohorts:course')}?done={code}#item-{code}"
    row = answer.content.decode().partition(f'id="item-{code}"')[2].partition("</li>")[0]
    assert f'<a class="govuk-link" href="{page}">See it, or take it back</a>' in row
    assert "It is not done: take this back" in text_of(client.get(page))
    answer = client.post(reverse("cohorts:take_back_done", args=[code]), follow=True)
    assert answer.redirect_chain[-1][0] == page
    words = text_of(answer)
    assert "Taken back: “Module 1” is not done." in words
    assert "You took it back: not done −3 h 18 March 2026, midday." in words
    assert "You recorded it as done +3 h 18 March 2026, midday. Taken back on 18 March 2026, midday." in words
    assert "take this back" not in words
    assert "Mark as done : Module 1" in text_of(client.get(reverse("cohorts:course")))


def test_what_cannot_be_taken_back_is_refused_in_words(world: World) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=world.lead)
    answer = signed_in(a.person).post(reverse("cohorts:take_back_done", args=[world.module.code]), follow=True)
    assert "Only what you recorded as done yourself can be taken back" in text_of(answer)
    assert len(entries(a)) == 1


# --- the database --------------------------------------------------------------------------------


def test_a_completion_is_changed_in_nothing_else_and_taken_back_once(world: World) -> None:
    (a,) = world.enrol()
    completion = done(a, world.module)
    for change in (
        {"recorded_by": world.lead},
        {"recorded_at": NOW - timedelta(days=1)},
        {"item": world.other_item},
    ):
        with pytest.raises(InternalError, match="only_taken_back"), transaction.atomic():
            Completion.ever.filter(pk=completion.pk).update(**change)
    with pytest.raises(InternalError, match="never_deleted"), transaction.atomic():
        completion.delete()
    with pytest.raises(IntegrityError, match="a_completion_is_taken_back_afterwards"), transaction.atomic():
        Completion.ever.filter(pk=completion.pk).update(taken_back_at=NOW - timedelta(seconds=1))
    Completion.ever.filter(pk=completion.pk).update(taken_back_at=NOW)
    for later in (None, NOW + timedelta(days=1)):
        with pytest.raises(InternalError, match="taken_back_once"), transaction.atomic():
            Completion.ever.filter(pk=completion.pk).update(taken_back_at=later)


def test_an_item_stands_as_done_once_at_a_time(world: World) -> None:
    (a,) = world.enrol()
    done(a, world.module)
    with pytest.raises(IntegrityError, match="an_item_is_completed_once"):
        Completion.objects.create(enrolment=a, item=world.module)
