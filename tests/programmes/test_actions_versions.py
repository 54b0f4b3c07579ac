"""Versions: loaded and copied, edited while drafts, published, retired."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.programmes.actions import (
    copy_version,
    edit_draft,
    load_version,
    publish_version,
    retire_version,
)
from npqh_portal.programmes.errors import (
    DraftEdited,
    IntakeNotOver,
    LabelFaulty,
    LabelInUse,
    LabelTaken,
    ProgrammeDiffers,
    VersionFaulty,
    VersionFrozen,
    VersionNotDraft,
    VersionNotPublished,
)
from npqh_portal.programmes.models import FundingSuspension, PageRevision, Programme, ProgrammeVersion
from npqh_portal.programmes.queries import current_policy, plan_of, totals
from npqh_portal.programmes.rules.compare import differences
from npqh_portal.programmes.rules.plans import Framework, SuspensionPlan, Totals
from npqh_portal.programmes.states import LEGAL_MOVES, VersionState
from tests.factories import a_person, a_policy, a_version, an_intake
from tests.programmes.plans import MODULE, SEMINAR, SOUND

pytestmark = pytest.mark.django_db


def in_state(state: VersionState) -> ProgrammeVersion:
    """A sound version, moved there by the actions themselves."""
    version = load_version(SOUND, digest="1" * 64, by=None)
    if state != VersionState.DRAFT:
        version = publish_version(version, by=None)
    return retire_version(version, by=None) if state == VersionState.RETIRED else version


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
    version = in_state(state)
    if VersionState.PUBLISHED in LEGAL_MOVES[state]:
        assert publish_version(version, by=None).state == VersionState.PUBLISHED
    else:
        with pytest.raises(VersionNotDraft):
            publish_version(version, by=None)
        assert ProgrammeVersion.objects.get(pk=version.pk).state == state


def test_what_does_not_fit_together_is_not_published() -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    version.items.update(term=6)
    version.tasks.all().delete()
    with pytest.raises(VersionFaulty) as refusal:
        publish_version(version, by=None)
    assert str(refusal.value) == "NPQ in Headship 2026 cannot be published yet: 4 things in it do not fit together."
    assert ProgrammeVersion.objects.get().state == "draft"
    assert not Entry.objects.filter(verb="version.published").exists()


def test_the_sums_of_a_draft_edited_by_hand_are_what_its_items_say() -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    version.items.update(minutes=90)
    assert publish_version(version, by=None).state == "published"
    assert totals(version) == Totals(180, 90, 90)


# Edited by hand


def in_two_terms(plan: Framework) -> Framework:
    return replace(plan, terms=2)


def test_a_draft_edited_by_hand_is_not_loaded_over() -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    edit_draft(version, in_two_terms, by=None)
    with pytest.raises(DraftEdited, match="Give the changed file a new label"):
        load_version(replace(SOUND, items=(MODULE,)), digest="2" * 64, by=None)
    assert load_version(SOUND, digest="1" * 64, by=None) == version, "the same file still changes nothing"
    assert version.items.count() == 2


def test_nor_is_one_that_was_copied() -> None:
    copy_version(load_version(SOUND, digest="1" * 64, by=None), label="2027", by=None)
    with pytest.raises(DraftEdited):
        load_version(replace(SOUND, label="2027", terms=2), digest="2" * 64, by=None)


def test_an_edit_is_written_dated_and_recorded_by_its_codes() -> None:
    version, lead = load_version(SOUND, digest="1" * 64, by=None), a_person()
    longer = replace(SOUND, terms=2, items=(replace(SEMINAR, minutes=150), replace(MODULE, code="reading")))
    assert edit_draft(version, lambda plan: replace(plan, terms=2, items=longer.items), by=lead) == differences(
        SOUND, longer
    )
    version.refresh_from_db()
    assert (version.terms, version.edited_at is None) == (2, False)
    assert plan_of(version).items == longer.items
    entry = Entry.objects.get(verb="version.edited")
    assert entry.actor_id == lead.pk
    assert json.loads(entry.payload) == {
        "v": 1, "figures": "changed terms", "items": "changed seminar, added reading, removed module"
    }  # fmt: skip


def test_an_edit_that_changes_nothing_leaves_the_draft_to_its_file() -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    assert edit_draft(version, lambda plan: plan, by=None) == []
    version.refresh_from_db()
    assert version.edited_at is None
    assert not Entry.objects.filter(verb="version.edited").exists()


@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.RETIRED])
def test_only_a_draft_is_edited(state: VersionState) -> None:
    version = in_state(state)
    with pytest.raises(VersionFrozen, match="Copy it to a new draft"):
        edit_draft(version, in_two_terms, by=None)
    assert ProgrammeVersion.objects.get().edited_at is None


# Copies


@pytest.mark.parametrize("state", VersionState)
def test_any_version_is_copied_to_a_draft_like_it(state: VersionState) -> None:
    version, lead = in_state(state), a_person()
    copy = copy_version(version, label="2027", by=lead)
    assert (copy.state, copy.digest, copy.published_at) == ("draft", "", None)
    assert plan_of(copy) == replace(plan_of(version), label="2027")
    assert Entry.objects.get(verb="version.copied").actor_id == lead.pk
    assert publish_version(copy, by=None).state == "published"


def test_a_copy_has_the_policy_in_force() -> None:
    version = in_state(VersionState.PUBLISHED)
    a_policy(version, number=2, threshold_percent=80)
    copy = copy_version(version, label="2027", by=None)
    assert copy.policies.get().threshold_percent == 80


@pytest.mark.parametrize("label", ["", "2027 spring", "Spring", "a" * 41, "2027\n"])
def test_a_label_has_its_shape(label: str) -> None:
    version = in_state(VersionState.PUBLISHED)
    with pytest.raises(LabelFaulty):
        copy_version(version, label=label, by=None)
    assert ProgrammeVersion.objects.get() == version


def test_a_label_is_given_once() -> None:
    version = in_state(VersionState.PUBLISHED)
    copy_version(version, label="a" * 40, by=None)
    with pytest.raises(LabelInUse):
        copy_version(version, label="a" * 40, by=None)
    with pytest.raises(LabelInUse):
        copy_version(version, label="2026", by=None)
    assert ProgrammeVersion.objects.count() == 2


# Retired


@pytest.mark.parametrize("state", VersionState)
def test_only_a_published_version_can_be_retired(state: VersionState) -> None:
    version = in_state(state)
    if VersionState.RETIRED in LEGAL_MOVES[state]:
        assert retire_version(version, by=None).state == VersionState.RETIRED
        assert Entry.objects.get(verb="version.retired").subject_id == version.pk
    else:
        with pytest.raises(VersionNotPublished):
            retire_version(version, by=None)
        assert ProgrammeVersion.objects.get(pk=version.pk).state == state


@pytest.mark.parametrize(
    ("opens", "closes", "refused"),
    [
        (timedelta(days=-9), timedelta(days=9), True),
        (timedelta(days=3), timedelta(days=9), True),
        (timedelta(days=-9), timedelta(microseconds=1), True),
        (timedelta(days=-9), timedelta(0), False),
    ],
)  # fmt: skip
def test_a_version_is_not_retired_before_its_intakes_are_over(
    opens: timedelta, closes: timedelta, refused: bool
) -> None:
    version, now = in_state(VersionState.PUBLISHED), clock.now()
    with time_machine.travel(now, tick=False):
        an_intake(version, opens_at=now + opens, closes_at=now + closes, is_paused=True)
        if refused:
            with pytest.raises(IntakeNotOver, match="February 2027 are open or still to come"):
                retire_version(version, by=None)
        else:
            retire_version(version, by=None)
    assert ProgrammeVersion.objects.get().state == ("published" if refused else "retired")


# What belongs to the programme

TOLD = replace(
    SOUND,
    texts=(("benefits", "Grow."), ("cost", "It is free.")),
    suspensions=(SuspensionPlan("scholarship", date(2020, 7, 31), date(2022, 8, 31), "Suspended."),),
)


def test_texts_come_with_the_first_version_and_are_published() -> None:
    version = load_version(TOLD, digest="1" * 64, by=None)
    revisions = PageRevision.objects.filter(text__programme=version.programme)
    assert list(revisions.values_list("text__section", "number", "state", "body")) == [
        ("benefits", 1, "published", "Grow."),
        ("cost", 1, "published", "It is free."),
    ]


def test_a_later_file_fills_the_empty_sections_and_leaves_the_others() -> None:
    load_version(TOLD, digest="1" * 64, by=None)
    texts = (("benefits", "Shrink."), ("audience", "Heads."))
    load_version(replace(TOLD, label="2027", texts=texts), digest="2" * 64, by=None)
    assert list(PageRevision.objects.values_list("text__section", "body")) == [
        ("benefits", "Grow."),
        ("cost", "It is free."),
        ("audience", "Heads."),
    ]


def test_a_suspension_is_added_once_and_one_that_stands_is_left_alone() -> None:
    load_version(TOLD, digest="1" * 64, by=None)
    FundingSuspension.objects.update(to_on=None)
    other = SuspensionPlan("scholarship", date(2024, 1, 1))
    load_version(replace(TOLD, label="2027", suspensions=(*TOLD.suspensions, other)), digest="2" * 64, by=None)
    assert list(FundingSuspension.objects.values_list("source", "from_on", "to_on")) == [
        ("scholarship", date(2020, 7, 31), None),
        ("scholarship", date(2024, 1, 1), None),
    ]


def test_the_newest_policy_is_the_one_in_force() -> None:
    version = a_version()
    second = a_policy(version, number=2, threshold_percent=80)
    assert current_policy(version) == second
