"""Two at once on pages to study: one of them finds what the other has done."""

from functools import partial

import pytest

from cohorts.actions import record_completion, take_back_completion
from cohorts.actions.study import read_page
from cohorts.models import Completion, Enrolment, LedgerEntry, PageRead
from npqh_portal.programmes.actions import begin_page, draft_page, move_page, retire_page
from npqh_portal.programmes.errors import ChangedSince
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item, StudyPage, StudyRevision
from npqh_portal.programmes.states import VersionState
from tests.cohorts.test_races_support import at_once
from tests.factories import a_cohort, a_study_page, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db(transaction=True)


def somebody() -> tuple[Enrolment, Item, list[StudyPage]]:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version, kind=ItemKind.MODULE, minutes=60)
    pages = [a_study_page(item) for _ in range(2)]
    return an_enrolment(a_cohort(published(version))), item, pages


def test_the_last_page_sent_twice_finishes_once() -> None:
    enrolment, item, pages = somebody()
    read = partial(read_page, enrolment, item=item, by=enrolment.person)
    read(revision=pages[0].revisions.get())
    last = partial(read, revision=pages[1].revisions.get())
    first, second = at_once(last, last)
    assert first == second == Completion.objects.get()
    assert (PageRead.objects.count(), LedgerEntry.objects.get().change) == (2, 60)


def test_the_last_two_pages_read_on_two_devices_finish_once() -> None:
    enrolment, item, pages = somebody()
    read = partial(read_page, enrolment, item=item, by=enrolment.person)
    answers = at_once(*(partial(read, revision=page.revisions.get()) for page in pages))
    assert set(answers) == {None, Completion.objects.get()}
    assert LedgerEntry.objects.get().change == 60


def test_two_presses_of_take_back_take_it_back_once() -> None:
    enrolment, item, _ = somebody()
    record_completion(enrolment, item=item, by=enrolment.person)
    press = partial(take_back_completion, enrolment, item=item, by=enrolment.person)
    first, second = at_once(press, press)
    assert first == second == Completion.ever.get()
    assert sum(entry.change for entry in LedgerEntry.objects.all()) == 0


def test_two_pages_begun_at_once_stand_one_behind_the_other() -> None:
    _, item, _ = somebody()
    begin = partial(begin_page, item.version.programme, item_code=item.code, minutes=5, body="More.", by=None)
    at_once(partial(begin, title="A"), partial(begin, title="B"))
    assert [page.place for page in StudyPage.objects.all()] == [1, 2, 3, 4]


def test_a_page_moved_and_retired_at_once_is_both() -> None:
    _, _, (first, second) = somebody()
    at_once(partial(move_page, second, after=None, by=None), partial(retire_page, second, by=None))
    assert [(page.pk, page.retired_at is None) for page in StudyPage.objects.all()] == [
        (second.pk, False), (first.pk, True),
    ]  # fmt: skip


def test_of_two_who_write_at_once_one_is_told() -> None:
    _, _, (page, _) = somebody()
    seen = page.revisions.get().fingerprint
    write = partial(draft_page, page, title=page.title, minutes=5, seen=seen, by=None)
    answers = at_once(partial(write, body="One."), partial(write, body="Two."))
    assert ChangedSince in answers
    assert StudyRevision.objects.get(state="draft") in answers
