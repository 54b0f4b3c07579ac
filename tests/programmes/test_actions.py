"""Loading drafts and publishing them."""

from dataclasses import replace

import pytest

from npqh_portal.audit.models import Entry
from npqh_portal.programmes.actions import load_version, publish_version
from npqh_portal.programmes.errors import LabelTaken, ProgrammeDiffers, VersionNotDraft
from npqh_portal.programmes.models import Programme, ProgrammeVersion
from npqh_portal.programmes.queries import current_policy, totals
from npqh_portal.programmes.states import LEGAL_MOVES, VersionState
from tests.factories import a_person, a_policy, a_version
from tests.programmes.plans import MODULE, SEMINAR, SOUND

pytestmark = pytest.mark.django_db


def test_a_load_makes_a_draft_with_all_its_parts() -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    assert (version.state, version.label, version.published_at) == ("draft", "2026", None)
    assert list(version.items.values_list("number", "code", "course__code")) == [
        (1, "seminar", "culture"),
        (2, "module", None),
    ]
    assert [area.name for area in version.courses.get().areas.all()] == ["School culture"]
    assert current_policy(version).components.get().kinds == ["seminar", "module"]
    assert version.tasks.get().word_limit == 1500
    assert totals(version) == SOUND.totals


def test_the_same_file_gives_the_same_version_and_no_second_entry() -> None:
    first = load_version(SOUND, digest="1" * 64, by=None)
    assert load_version(SOUND, digest="1" * 64, by=None) == first
    assert Entry.objects.filter(verb="version.loaded").count() == 1


def test_a_changed_file_replaces_the_draft_of_its_label() -> None:
    first = load_version(SOUND, digest="1" * 64, by=None)
    second = load_version(replace(SOUND, items=(MODULE,), terms=6), digest="2" * 64, by=None)
    assert second.pk == first.pk
    assert (second.terms, second.digest) == (6, "2" * 64)
    assert [item.code for item in second.items.all()] == ["module"]


def test_a_published_version_of_that_label_refuses_a_changed_file() -> None:
    published = publish_version(load_version(SOUND, digest="1" * 64, by=None), by=None)
    with pytest.raises(LabelTaken):
        load_version(replace(SOUND, items=(MODULE,)), digest="2" * 64, by=None)
    assert published.items.count() == 2


def test_a_new_label_makes_a_second_version_and_leaves_the_first() -> None:
    first = publish_version(load_version(SOUND, digest="1" * 64, by=None), by=None)
    second = load_version(replace(SOUND, label="2027", items=(SEMINAR,)), digest="2" * 64, by=None)
    assert second.pk != first.pk
    assert (first.items.count(), second.items.count()) == (2, 1)


def test_a_programme_keeps_its_name() -> None:
    load_version(SOUND, digest="1" * 64, by=None)
    with pytest.raises(ProgrammeDiffers):
        load_version(replace(SOUND, name="NPQ in Ships"), digest="2" * 64, by=None)
    assert Programme.objects.get().name == "NPQ in Headship"


def test_publishing_is_recorded_with_who_did_it() -> None:
    lead = a_person()
    version = publish_version(load_version(SOUND, digest="1" * 64, by=None), by=lead)
    assert version.state == VersionState.PUBLISHED
    assert version.published_at is not None
    assert Entry.objects.get(verb="version.published").actor_id == lead.pk


@pytest.mark.parametrize("state", VersionState)
def test_only_a_draft_can_be_published(state: VersionState) -> None:
    version = a_version(state=state)
    if VersionState.PUBLISHED in LEGAL_MOVES[state]:
        assert publish_version(version, by=None).state == VersionState.PUBLISHED
    else:
        with pytest.raises(VersionNotDraft):
            publish_version(version, by=None)
        assert ProgrammeVersion.objects.get(pk=version.pk).state == state


def test_the_newest_policy_is_the_one_in_force() -> None:
    version = a_version()
    second = a_policy(version, number=2, threshold_percent=80)
    assert current_policy(version) == second
