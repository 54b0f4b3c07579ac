"""Reading page by page: what is read is noted once, the last page finishes, and no editing takes anything back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction

from cohorts.actions import defer_enrolment, exempt_item, record_completion
from cohorts.actions.study import finish_study, read_page
from cohorts.errors import DeliveryOver, NothingToRecord, NotOnList, PagesUnread
from cohorts.models import Completion, Enrolment, LedgerEntry, PageRead
from cohorts.queries.study import Reading, Study, readings_of, study_of
from npqh_portal import clock
from npqh_portal.programmes.actions import (
    begin_page,
    draft_page,
    move_page,
    publish_text,
    retire_page,
    take_page_back,
)
from npqh_portal.programmes.models import StudyPage, StudyRevision
from tests.cohorts.conftest import NOW, World
from tests.factories import a_study_page


def newest(page: StudyPage) -> StudyRevision:
    return page.revisions.filter(state="published")[0]


def reads(world: World, page: StudyPage, enrolment: Enrolment | None = None) -> Completion | None:
    who = enrolment or world.people[0]
    return read_page(who, item=world.module, revision=newest(page), by=who.person)


def study(world: World, enrolment: Enrolment | None = None) -> Study:
    found = study_of(enrolment or world.people[0], world.module.code, clock.now())
    assert found is not None
    return found


def a_later_page(world: World, title: str = "Since then") -> StudyPage:
    draft = begin_page(
        world.version.programme, item_code=world.module.code, title=title, minutes=5, body="More.", by=world.lead
    )
    return publish_text(draft, by=world.lead).page


def rewritten(page: StudyPage, body: str = "Other words.") -> StudyRevision:
    said = newest(page)
    return publish_text(draft_page(page, title=said.title, minutes=said.minutes, body=body, by=None), by=None)


@pytest.fixture
def pages(world: World) -> list[StudyPage]:
    world.enrol(2)
    return [a_study_page(world.module) for _ in range(3)]


# --- reading -------------------------------------------------------------------------------------


def test_reading_is_noted_by_page_with_the_revision_read(world: World, pages: list[StudyPage]) -> None:
    assert reads(world, pages[0]) is None
    noted = PageRead.objects.get()
    assert (noted.page, noted.revision, noted.read_at) == (pages[0], newest(pages[0]), NOW)
    assert [line.is_read for line in study(world).lines] == [True, False, False]
    assert not Completion.objects.exists()


def test_a_page_read_twice_is_noted_once(world: World, pages: list[StudyPage]) -> None:
    reads(world, pages[0])
    reads(world, pages[0])
    assert PageRead.objects.count() == 1


def test_the_last_unread_page_finishes_the_module_and_credits_it(world: World, pages: list[StudyPage]) -> None:
    for page in (pages[2], pages[0]):
        assert reads(world, page) is None
    assert study(world).is_last_unread(study(world).lines[1])
    completion = reads(world, pages[1])
    assert completion == Completion.objects.get()
    assert LedgerEntry.objects.get().change == 180
    assert reads(world, pages[1]) == completion
    assert (Completion.objects.count(), PageRead.objects.count()) == (1, 3)


def test_everybody_reads_for_themselves(world: World, pages: list[StudyPage]) -> None:
    reads(world, pages[0], world.people[1])
    assert study(world).read == 0
    assert readings_of(world.people[1]) == {world.module.code: Reading(pages=3, read=1)}
    assert readings_of(world.people[0]) == {world.module.code: Reading(pages=3, read=0)}


def test_what_was_read_is_never_taken_back(world: World, pages: list[StudyPage]) -> None:
    reads(world, pages[0])
    with pytest.raises(InternalError), transaction.atomic():
        PageRead.objects.all().delete()


# --- editing -------------------------------------------------------------------------------------


def test_editing_a_page_never_uncompletes_anyone_and_loses_nothing_read(world: World, pages: list[StudyPage]) -> None:
    for page in pages:
        reads(world, page)
    reads(world, pages[0], world.people[1])
    rewritten(pages[0])
    assert study(world).completion == Completion.objects.get()
    assert [line.is_read for line in study(world).lines] == [True, True, True]
    assert [line.is_new for line in study(world).lines] == [False, False, False]
    assert study(world, world.people[1]).read == 1
    assert PageRead.objects.filter(page=pages[0], revision__number=1).count() == 2


def test_a_page_added_later_shows_as_new_since_you_finished_and_nothing_more(
    world: World, pages: list[StudyPage], time_machine: Any
) -> None:
    for page in pages:
        reads(world, page)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    a_later_page(world)
    found = study(world)
    assert [(line.is_read, line.is_new) for line in found.lines] == [(True, False)] * 3 + [(False, True)]
    assert found.completion == Completion.objects.get()
    assert not found.may_record
    assert LedgerEntry.objects.count() == 1


def test_what_was_done_before_there_were_pages_stays_done(world: World) -> None:
    world.enrol()
    done = record_completion(world.people[0], item=world.module, by=world.people[0].person)
    a_study_page(world.module)
    assert study(world).completion == done


def test_retiring_a_page_never_uncompletes_anyone_and_taking_it_back_keeps_what_was_read(
    world: World, pages: list[StudyPage]
) -> None:
    for page in pages:
        reads(world, page)
    reads(world, pages[1], world.people[1])
    retire_page(pages[1], by=world.lead)
    assert [line.number for line in study(world).lines] == [1, 2]
    assert study(world).completion == Completion.objects.get()
    assert study(world, world.people[1]).read == 0
    take_page_back(pages[1], by=world.lead)
    assert [line.is_read for line in study(world, world.people[1]).lines] == [False, True, False]


def test_a_new_page_before_the_end_is_one_more_to_read(world: World, pages: list[StudyPage]) -> None:
    for page in pages[:2]:
        reads(world, page)
    a_later_page(world)
    assert reads(world, pages[2]) is None
    assert [line.revision.title for line in study(world).unread] == ["Since then"]
    assert not any(line.is_new for line in study(world).lines)


def test_once_the_last_unread_page_is_retired_the_module_can_be_finished(world: World, pages: list[StudyPage]) -> None:
    me = world.people[0]
    for page in pages[:2]:
        reads(world, page)
    with pytest.raises(PagesUnread) as refused:
        finish_study(me, item=world.module, by=me.person)
    assert str(refused.value) == "It counts as done once every page is read. Still to read: Page 3."
    retire_page(pages[2], by=world.lead)
    assert not Completion.objects.exists(), "retiring finishes nothing by itself"
    done = finish_study(me, item=world.module, by=me.person)
    assert finish_study(me, item=world.module, by=me.person) == done


def test_moving_pages_changes_numbers_and_nothing_read(world: World, pages: list[StudyPage]) -> None:
    reads(world, pages[0])
    move_page(pages[0], after=pages[2], by=world.lead)
    assert [(line.revision.page, line.is_read) for line in study(world).lines] == [
        (pages[1], False), (pages[2], False), (pages[0], True),
    ]  # fmt: skip


def test_the_revision_that_was_open_is_noted_though_a_newer_one_was_published(
    world: World, pages: list[StudyPage]
) -> None:
    me, before = world.people[0], newest(pages[0])
    rewritten(pages[0])
    read_page(me, item=world.module, revision=before, by=me.person)
    assert PageRead.objects.get().revision == before


# --- who records nothing -------------------------------------------------------------------------


def test_deferred_people_read_on_and_record_nothing(world: World, pages: list[StudyPage]) -> None:
    reads(world, pages[0])
    defer_enrolment(world.people[0], reason="Away.", by=world.lead)
    me = Enrolment.objects.get(pk=world.people[0].pk)
    with pytest.raises(NothingToRecord):
        reads(world, pages[1], me)
    found = study(world, me)
    assert (len(found.lines), found.read, found.may_record) == (3, 1, False)


@pytest.mark.parametrize("state", ["withdrawn", "completed"])
def test_people_who_left_or_completed_record_nothing(world: World, pages: list[StudyPage], state: str) -> None:
    Enrolment.objects.filter(pk=world.people[0].pk).update(state=state)
    world.people[0].refresh_from_db()
    with pytest.raises(NothingToRecord):
        reads(world, pages[0])
    assert not study(world).may_record


def test_after_the_course_nothing_is_noted(world: World, pages: list[StudyPage], time_machine: Any) -> None:
    time_machine.move_to(NOW + timedelta(days=600), tick=False)
    with pytest.raises(DeliveryOver):
        reads(world, pages[0])
    assert not study(world).may_record


def test_an_item_taken_off_the_list_is_read_and_not_noted(world: World, pages: list[StudyPage]) -> None:
    exempt_item(world.people[0], item=world.module, reason="Did it before.", by=world.lead)
    with pytest.raises(NotOnList):
        reads(world, pages[0])
    assert not study(world).may_record


def test_a_page_of_another_item_or_a_draft_is_not_noted(world: World, pages: list[StudyPage]) -> None:
    me = world.people[0]
    with pytest.raises(NotOnList):
        read_page(me, item=world.seminar_item, revision=newest(pages[0]), by=me.person)
    draft = draft_page(pages[0], title="Page 1", minutes=9, body="Not yet.", by=None)
    with pytest.raises(NotOnList):
        read_page(me, item=world.module, revision=draft, by=me.person)
    assert not PageRead.objects.exists()


def test_an_item_without_published_pages_shows_none(world: World) -> None:
    me = world.enrol()[0]
    begin_page(
        world.version.programme, item_code=world.module.code, title="Draft", minutes=5, body="Soon.", by=world.lead
    )
    assert study_of(me, world.module.code, clock.now()) is None
    assert readings_of(me) == {}
