"""Change projects, small changes in every course, and days out of school."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from cohorts import errors
from cohorts.access import projects_shared_with_coach, work_led_by, work_overseen_by
from cohorts.actions.formative import (
    attach_formative_file,
    caption_formative_file,
    give_feedback,
    save_formative_draft,
    send_formative_work,
)
from cohorts.actions.practice import save_small_change
from cohorts.actions.project import save_project, share_project
from cohorts.models import ChangeProject, Cohort, Completion, CourseChange, Enrolment, Facilitation, SupportMatch
from cohorts.queries.engagement import item_lines
from cohorts.queries.enrolments import latest_membership_of
from cohorts.queries.practice import asked_of, courses_of, days_attended, small_changes_of
from cohorts.queries.project import project_of, sent_work_of
from cohorts.rules.practice import course_terms, day_equivalents
from cohorts.rules.project import stage_asks
from cohorts.rules.terms import Term
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Course
from npqh_portal.web.uploads import FileOfWrongKind
from tests.cohorts.practising import NOW, Practising, a_picture, practising
from tests.factories import a_person

__all__ = ["practising"]
PLAN: dict[str, Any] = {
    "what": "Read aloud.", "why": "19 of 61.", "for_whom": "Years 3 and 4.", "how_known": "By summer.",
    "starts_on": date(2026, 4, 1), "ends_on": date(2026, 7, 1),
}  # fmt: skip


def plans(practising: Practising, **fields: Any) -> ChangeProject:
    there = ChangeProject.objects.filter(enrolment=practising.enrolment).first()
    said = {**PLAN, "revision": there.revision if there else 0, **fields}
    return save_project(practising.enrolment, **said, by=practising.person)


# --- the project ---------------------------------------------------------------------------------


def test_a_plan_is_saved_half_done_and_the_same_again_changes_nothing(practising: Practising) -> None:
    half = plans(practising, why="", starts_on=None, ends_on=None)
    assert (half.what, half.why, half.starts_on, half.revision) == ("Read aloud.", "", None, 1)
    assert plans(practising, why="", starts_on=None, ends_on=None, revision=7).revision == 1, "whichever the revision"
    assert plans(practising).revision == 2
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="project.")] == ["project.saved"] * 2
    assert not Words.objects.filter(body__icontains="aloud").exists()


def test_of_two_tabs_neither_silently_wins(practising: Practising) -> None:
    plans(practising)
    for revision in (0, 2):
        with pytest.raises(errors.ChangedMeanwhile):
            plans(practising, what="Other", revision=revision)
    assert ChangeProject.objects.get().what == "Read aloud."


def test_a_project_ends_on_its_first_day_or_later(practising: Practising) -> None:
    assert plans(practising, ends_on=PLAN["starts_on"]).ends_on == PLAN["starts_on"]
    with pytest.raises(errors.ProjectBackwards):
        plans(practising, ends_on=PLAN["starts_on"] - timedelta(days=1))
    with pytest.raises(IntegrityError, match="a_project_ends_after_it_begins"), transaction.atomic():
        ChangeProject.objects.update(ends_on=date(2026, 3, 31))


def test_a_project_opens_on_the_first_day_of_the_course(practising: Practising) -> None:
    Cohort.objects.filter(pk=practising.cohort.pk).update(starts_on=clock.today() + timedelta(days=1))
    with pytest.raises(errors.CourseNotBegun, match=r"begins on 19 March 2026"):
        plans(practising)
    Cohort.objects.filter(pk=practising.cohort.pk).update(starts_on=clock.today())
    assert plans(practising).revision == 1


def test_whoever_has_left_plans_no_more_and_a_programme_without_stages_asks_for_none(practising: Practising) -> None:
    practising.enrolment.personal_items.filter(item__in=practising.stages).delete()
    with pytest.raises(errors.ProjectNotAsked):
        plans(practising)
    assert not asked_of(practising.enrolment).project
    Enrolment.objects.filter(pk=practising.enrolment.pk).update(state="withdrawn")
    with pytest.raises(errors.LogClosed):
        plans(practising)


def test_stages_stand_in_the_order_of_the_version_with_how_far_each_is(practising: Practising) -> None:
    """S22, S26."""
    first, second, third, last = practising.stages
    sent = practising.sends(first, "Eleven lessons.")
    give_feedback(sent, words="Ask them too.", revision=1, by=practising.facilitator)
    practising.sends(second, "Fifty minutes.")
    save_formative_draft(practising.enrolment, item=third, words="Half", revision=0, by=practising.person)
    work = sent_work_of(practising.enrolment)
    project = project_of(practising.enrolment, latest_membership_of(practising.enrolment), work)
    assert [(one.item, one.state) for one in project.stages] == [
        (first, "answered"), (second, "waiting"), (third, "draft"), (last, "to_begin"),
    ]  # fmt: skip
    assert [one.item for one in project.tasks] == [practising.task]
    assert set(Completion.objects.values_list("item", flat=True)) == {first.pk, second.pk}
    assert len({one.asks for one in project.stages}) == 4


def test_a_stage_takes_pictures_and_a_formative_task_does_not(practising: Practising) -> None:
    picture = attach_formative_file(
        practising.enrolment, item=practising.stages[0], upload=a_picture(), by=practising.person
    )
    assert (picture.kind, picture.is_picture) == ("png", True)
    with pytest.raises(FileOfWrongKind):
        attach_formative_file(practising.enrolment, item=practising.task, upload=a_picture(), by=practising.person)


def test_what_a_picture_shows_is_said_until_it_has_feedback(practising: Practising) -> None:
    stage = practising.stages[0]
    picture = attach_formative_file(practising.enrolment, item=stage, upload=a_picture(), by=practising.person)
    caption_formative_file(picture, caption="Year 3", by=practising.person)
    caption_formative_file(picture, caption="Year 3", by=practising.person)
    assert Entry.objects.filter(verb="formative-work.file-captioned").count() == 1
    sent = practising.sends(stage, "See the picture.")
    caption_formative_file(picture, caption="Year 4", by=practising.person)
    give_feedback(sent, words="Good.", revision=1, by=practising.facilitator)
    with pytest.raises(errors.CaptionSent):
        caption_formative_file(picture, caption="Year 5", by=practising.person)
    picture.refresh_from_db()
    assert picture.caption == "Year 4"


@pytest.mark.parametrize(
    ("of", "places"), [(1, [0]), (2, [0, 3]), (3, [0, 1, 3]), (4, [0, 1, 2, 3]), (6, [0, 0, 1, 1, 2, 3])]
)
def test_however_many_stages_the_first_finds_out_and_the_last_keeps(of: int, places: list[int]) -> None:
    four = [stage_asks(place, 4) for place in range(1, 5)]
    assert [stage_asks(place, of) for place in range(1, of + 1)] == [four[place] for place in places]


# --- who reads it --------------------------------------------------------------------------------


def a_match(practising: Practising) -> SupportMatch:
    coach = a_person(Role.COACH, full_name="Dorothea Wainfleet")
    return SupportMatch.objects.create(
        enrolment=practising.enrolment, strand="new_heads", supporter=coach, from_on=clock.today(),
        planned_to_on=clock.today() + timedelta(days=100),
    )  # fmt: skip


def test_a_coach_reads_a_project_only_while_it_is_shared_with_them(practising: Practising) -> None:
    match = a_match(practising)
    plan = plans(practising)
    assert not projects_shared_with_coach(match.supporter).exists()
    share_project(practising.enrolment, is_shared=True, by=practising.person)
    share_project(practising.enrolment, is_shared=True, by=practising.person)
    assert list(projects_shared_with_coach(match.supporter)) == [plan]
    assert not projects_shared_with_coach(practising.facilitator).exists()
    share_project(practising.enrolment, is_shared=False, by=practising.person)
    assert not projects_shared_with_coach(match.supporter).exists()
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="project.s").order_by("pk")] == [
        "project.saved", "project.shared", "project.sharing-ended",
    ]  # fmt: skip


def test_sharing_ends_with_the_support_and_whoever_comes_next_reads_nothing(practising: Practising) -> None:
    before = a_match(practising)
    plans(practising)
    share_project(practising.enrolment, is_shared=True, by=practising.person)
    SupportMatch.objects.filter(pk=before.pk).update(to_on=clock.today())
    after = a_match(practising)
    assert not projects_shared_with_coach(before.supporter).exists()
    assert not projects_shared_with_coach(after.supporter).exists()


def test_without_a_plan_or_a_supporter_nothing_is_shared(practising: Practising) -> None:
    with pytest.raises(errors.ProjectMissing):
        share_project(practising.enrolment, is_shared=True, by=practising.person)
    plans(practising)
    with pytest.raises(errors.NobodySupports):
        share_project(practising.enrolment, is_shared=True, by=practising.person)


def test_written_work_is_read_by_their_facilitator_and_lead_alone(practising: Practising) -> None:
    assert practising.enrolment in work_led_by(practising.facilitator)
    assert practising.enrolment in work_overseen_by(practising.lead)
    for person in (a_person(Role.FACILITATOR), a_person(Role.COACH), practising.person, practising.lead):
        assert not work_led_by(person).exists()
    assert not work_overseen_by(a_person(Role.ADMINISTRATOR)).exists()
    Facilitation.objects.update(to_on=clock.today())
    assert not work_led_by(practising.facilitator).exists()


# --- small changes -------------------------------------------------------------------------------


def tries(practising: Practising, course: Course, **fields: Any) -> CourseChange:
    said: dict[str, Any] = {"planned": "At the gate.", "happened": "", "revision": 0} | fields
    return save_small_change(practising.enrolment, course=course, **said, by=practising.person)


def test_every_course_asks_for_one_small_change_from_its_first_term_on(practising: Practising) -> None:
    """S20, S26."""

    def states() -> list[str]:
        stay = latest_membership_of(practising.enrolment)
        return [one.state for one in small_changes_of(practising.enrolment, stay, clock.today())]

    assert list(courses_of(practising.enrolment)) == [practising.early, practising.late]
    assert states() == ["to_plan", "later"]
    change = tries(practising, practising.early)
    assert states() == ["planned", "later"]
    tries(practising, practising.early, happened="Jumpers.", revision=change.revision)
    tries(practising, practising.late)
    assert states() == ["tried", "planned"]
    assert not Completion.objects.exists(), "it earns nothing"
    verbs = list(Entry.objects.filter(verb__startswith="small-change").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["small-change.planned", "small-change.tried", "small-change.planned"]


def test_a_small_change_is_planned_in_words_before_it_is_tried(practising: Practising) -> None:
    with pytest.raises(errors.SmallChangeNotPlanned):
        tries(practising, practising.early, planned=" ", happened="Much.")
    tries(practising, practising.early)
    with pytest.raises(errors.ChangedMeanwhile):
        tries(practising, practising.early, planned="Other")
    with pytest.raises(IntegrityError, match="a_small_change_is_planned"), transaction.atomic():
        CourseChange.objects.update(planned="")


def test_a_course_that_is_not_theirs_asks_for_none(practising: Practising) -> None:
    practising.enrolment.personal_items.filter(item__course=practising.late).update(expectation="exempt")
    with pytest.raises(errors.SmallChangeNotAsked):
        tries(practising, practising.late)


# --- terms and days ------------------------------------------------------------------------------

TERMS = [
    Term("Spring", date(2026, 1, 5), date(2026, 3, 27)),
    Term("Summer", date(2026, 4, 13), date(2026, 7, 17)),
    Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
]


def test_a_term_lasts_until_the_next_one_begins() -> None:
    terms = course_terms(TERMS, date(2026, 1, 12), date(2026, 12, 1), count=3)
    days = (date(2026, 1, 11), date(2026, 1, 12), date(2026, 4, 12), date(2026, 4, 13), date(2026, 9, 1))
    assert [terms.number_on(day) for day in days] == [0, 1, 1, 2, 3]
    assert (terms.first_day(1), terms.first_day(3), terms.first_day(5)) == (
        date(2026, 1, 12), date(2026, 9, 1), date(2026, 9, 1),
    )  # fmt: skip


def test_where_not_all_terms_are_entered_they_are_of_equal_length() -> None:
    terms = course_terms(TERMS[:1], date(2026, 1, 1), date(2026, 1, 31), count=3)
    assert terms.first_days == (date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21))


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "0"), (179, "0"), (180, "Half"), (359, "Half"), (360, "1"), (1979, "5"), (1980, "5 and a half"), (2880, "8")],
)
def test_a_day_is_told_only_once_it_is_attended(minutes: int, told: str) -> None:
    assert day_equivalents(minutes, day_minutes=360, planned=8).attended == told


@given(st.integers(0, 10_000), st.integers(1, 1440))
def test_days_are_never_rounded_up(minutes: int, day_minutes: int) -> None:
    halves = day_equivalents(minutes, day_minutes=day_minutes, planned=8).halves
    assert halves * day_minutes <= minutes * 2 < (halves + 1) * day_minutes


def test_days_are_what_is_credited_in_person(
    practising: Practising, django_assert_num_queries: Callable[[int], Any]
) -> None:
    """S75."""
    version = practising.enrolment.version
    lines = item_lines(practising.enrolment, NOW)
    assert days_attended(version, lines) is None, "this programme counts none"
    version.day_equivalents, version.day_minutes = 8, 60
    with django_assert_num_queries(1):
        days = days_attended(version, lines)
    assert days
    assert (days.halves, days.planned) == (0, 8)
    practising.attends(90)
    practising.sends(practising.stages[0], "On my own.")
    days = days_attended(version, item_lines(practising.enrolment, NOW))
    assert days
    assert days.attended == "1 and a half"


def test_a_work_task_is_sent_like_a_stage(practising: Practising) -> None:
    """S77."""
    work = save_formative_draft(
        practising.enrolment, item=practising.work_task, words="Eleven initiatives.", revision=0, by=practising.person
    )
    send_formative_work(work, number=1, by=practising.person)
    assert Completion.objects.get().item == practising.work_task
