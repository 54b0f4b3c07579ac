"""Self-evaluation in the leadership behaviours: before anything else, with plans, reviewed at the end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from cohorts import errors
from cohorts.actions import MarkInput, record_completion, record_register
from cohorts.actions.behaviours import finish_review, save_evaluation, save_plans, save_review, send_evaluation
from cohorts.models import BehaviourRating, Completion, Enrolment, SelfEvaluation
from cohorts.queries import dates_of
from cohorts.queries.behaviours import evaluation_of
from cohorts.queries.enrolments import latest_membership_of
from cohorts.rules.behaviours import SCALE, Judged, Reviewed
from cohorts.rules.dates import end_of
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from tests.cohorts.browsing import Browsing
from tests.cohorts.practising import Practising, build

PAGE, REVIEW = "/participant/behaviours/", "/participant/behaviours/review/"
# The first day of the last of three terms, none of them entered.
REVIEWED_AT = datetime(2026, 9, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def legacy(db: None, time_machine: Any, settings: Any) -> Practising:
    settings.REQUIRE_SECOND_FACTOR = False
    return build(time_machine, behaviours=7)


def whole(rating: int = 2) -> list[Judged]:
    return [Judged(number, rating, f"Plan {number}") for number in range(1, 8)]


def saves(legacy: Practising, judged: list[Judged], *, revision: int = 0) -> SelfEvaluation:
    return save_evaluation(legacy.enrolment, judged=judged, revision=revision, by=legacy.person)


def sends(legacy: Practising) -> SelfEvaluation:
    return send_evaluation(saves(legacy, whole()), by=legacy.person)


def test_a_draft_may_lack_anything_and_is_sent_as_a_whole(legacy: Practising) -> None:
    """S55, S56, S57."""
    half = [Judged(1, 3, "Ask."), *(Judged(number, None, "") for number in range(2, 7)), Judged(7, 4, " ")]
    draft = saves(legacy, half)
    with pytest.raises(errors.EvaluationUnfinished) as refused:
        send_evaluation(draft, by=legacy.person)
    assert refused.value.missing == [
        *((number, what) for number in range(2, 7) for what in ("rating", "plan")), (7, "plan"),
    ]  # fmt: skip
    sent = send_evaluation(saves(legacy, whole(), revision=1), by=legacy.person)
    assert sent.sent_at == clock.now()
    assert send_evaluation(sent, by=legacy.person).sent_at == sent.sent_at
    assert Entry.objects.filter(verb="evaluation.sent").count() == 1


def test_of_two_tabs_neither_silently_wins(legacy: Practising) -> None:
    saves(legacy, whole(2))
    with pytest.raises(errors.ChangedMeanwhile):
        saves(legacy, whole(3))
    assert saves(legacy, whole(2), revision=9).revision == 1, "the same again changes nothing"
    assert set(BehaviourRating.objects.values_list("rating", flat=True)) == {2}


def test_first_ratings_stand_and_plans_may_be_worked_on(legacy: Practising) -> None:
    """S56."""
    sent = sends(legacy)
    with pytest.raises(errors.EvaluationSent):
        saves(legacy, whole(4), revision=1)
    with pytest.raises(InternalError, match="never changes"), transaction.atomic():
        BehaviourRating.objects.update(rating=4)
    save_plans(legacy.enrolment, plans={3: "Another plan"}, revision=sent.revision, by=legacy.person)
    row = BehaviourRating.objects.get(behaviour__number=3)
    assert (row.rating, row.plan) == (2, "Another plan")


def test_ratings_go_from_1_to_4_once_for_each_behaviour(legacy: Practising) -> None:
    saves(legacy, whole())
    for rating in (0, 5):
        with pytest.raises(IntegrityError, match="rated_on_the_scale"), transaction.atomic():
            BehaviourRating.objects.update(rating=rating)
    row = BehaviourRating.objects.all()[0]
    with pytest.raises(IntegrityError, match="a_behaviour_is_rated_once"), transaction.atomic():
        BehaviourRating.objects.create(evaluation=row.evaluation, behaviour=row.behaviour)


def test_a_review_comes_after_a_start_in_the_database_too(legacy: Practising) -> None:
    saves(legacy, whole())
    with pytest.raises(InternalError, match="before the evaluation"), transaction.atomic():
        BehaviourRating.objects.update(rating_now=3)
    with pytest.raises(IntegrityError, match="a_review_comes_after_a_start"), transaction.atomic():
        SelfEvaluation.objects.update(reviewed_at=clock.now())


def test_behaviours_of_one_descriptor_are_two_all_the_same(legacy: Practising) -> None:
    """S58: all of this fixture's have the same."""
    sends(legacy)
    rated = BehaviourRating.objects.order_by("behaviour__number").values_list(
        "behaviour__name", "behaviour__descriptor"
    )
    assert list(rated) == [(f"Behaviour {number}", "Keeps at it") for number in range(1, 8)]


# --- before anything else (S55) ------------------------------------------------------------------


def test_nothing_of_ones_own_is_recorded_before_the_evaluation(legacy: Practising) -> None:
    """S55."""
    stage = legacy.stages[0]
    with pytest.raises(errors.NotEvaluated, match="7 leadership behaviours"):
        record_completion(legacy.enrolment, item=stage, by=legacy.person)
    with pytest.raises(errors.NotEvaluated):
        legacy.sends(legacy.work_task, "Done.")
    saves(legacy, whole())
    with pytest.raises(errors.NotEvaluated):
        legacy.sends(legacy.work_task, "Done.")
    assert not Completion.objects.exists()
    send_evaluation(SelfEvaluation.objects.get(), by=legacy.person)
    legacy.sends(legacy.work_task, "Done.")
    assert Completion.objects.get().item == legacy.work_task


def test_staff_and_registers_are_not_held_up(legacy: Practising) -> None:
    record_completion(legacy.enrolment, item=legacy.work_task, by=legacy.lead)
    record_completion(legacy.enrolment, item=legacy.stages[0], by=None)
    record_register(legacy.sitting, marks={legacy.enrolment.pk: MarkInput("present", 120)}, by=legacy.facilitator)
    assert Completion.objects.count() == 2


def test_a_programme_without_behaviours_asks_for_none(db: None, time_machine: Any) -> None:
    without = build(time_machine)
    without.sends(without.work_task, "Done.")
    with pytest.raises(errors.BehavioursNotAsked):
        save_evaluation(without.enrolment, judged=[], revision=0, by=without.person)


# --- the end -------------------------------------------------------------------------------------


def reviewed(rating: int | None = 3) -> list[Reviewed]:
    return [Reviewed(number, rating, "The group.", "") for number in range(1, 8)]


def test_the_review_opens_with_the_last_term(legacy: Practising, time_machine: Any) -> None:
    sent = sends(legacy)
    stay = latest_membership_of(legacy.enrolment)
    assert evaluation_of(legacy.enrolment, stay).review_on == REVIEWED_AT.date()
    time_machine.move_to(REVIEWED_AT - timedelta(days=1), tick=False)
    with pytest.raises(errors.ReviewTooEarly, match="12 September 2026"):
        save_review(legacy.enrolment, reviewed=reviewed(), revision=1, by=legacy.person)
    time_machine.move_to(REVIEWED_AT, tick=False)
    half = save_review(legacy.enrolment, reviewed=reviewed(None), revision=sent.revision, by=legacy.person)
    with pytest.raises(errors.EvaluationUnfinished):
        finish_review(half, by=legacy.person)
    done = save_review(legacy.enrolment, reviewed=reviewed(), revision=half.revision, by=legacy.person)
    finish_review(done, by=legacy.person)
    lines = evaluation_of(legacy.enrolment, stay).lines
    assert [(one.rated, one.rated_now, one.steps) for one in lines] == [(SCALE[2], SCALE[3], 1)] * 7


def test_without_a_start_there_is_nothing_to_review(legacy: Practising, time_machine: Any) -> None:
    time_machine.move_to(REVIEWED_AT, tick=False)
    with pytest.raises(errors.BehavioursNotAsked):
        save_review(legacy.enrolment, reviewed=reviewed(), revision=0, by=legacy.person)


# --- pages ---------------------------------------------------------------------------------------


def test_what_is_missing_is_said_at_each_box_and_nothing_is_lost(legacy: Practising) -> None:
    page = Browsing(legacy.person).open(PAGE)
    answers = {f"rating_{number}": 2 for number in range(1, 8)} | {"plan_1": "Ask two colleagues."}
    page.send("send", **answers)
    assert "What you wrote is saved, and not sent" in page.text
    assert "Write how you will develop Behaviour 2" in page.text
    assert "Write how you will develop Behaviour 1" not in page.text
    assert page.held["rating_7"] == ["2"]
    assert BehaviourRating.objects.get(behaviour__number=1).plan == "Ask two colleagues."
    page.send("send", **{f"plan_{number}": "Ask." for number in range(2, 8)})
    assert "those ratings stay" in page.text
    assert SelfEvaluation.objects.get().sent_at


def test_the_course_leads_to_the_evaluation_until_it_is_sent(legacy: Practising) -> None:
    course = Browsing(legacy.person).open("/participant/course/")
    assert f'href="{PAGE}"' in course.html
    assert "First comes your evaluation of yourself" in course.text
    work = Browsing(legacy.person).open("/participant/formative/talk/")
    work.send("send", words="Done.")
    assert "Nothing was recorded: first comes your evaluation" in work.text
    assert work.held["words"] == ["Done."], "nothing typed is lost"
    sends(legacy)
    assert "First comes your evaluation" not in course.open("/participant/course/").text


def test_plans_are_changed_and_the_review_is_written_in_the_browser(legacy: Practising, time_machine: Any) -> None:
    sends(legacy)
    page = Browsing(legacy.person).open(PAGE).send(plan_1="Another.")
    assert "Saved: your plans" in page.html
    assert page.open(REVIEW).address == PAGE, "not yet"
    time_machine.move_to(REVIEWED_AT, tick=False)
    page.open(REVIEW).send("send", **{f"rating_{number}": 4 for number in range(1, 8)}, helped_1="The group.")
    assert "2 steps up" in page.text
    staff = Browsing(legacy.facilitator).open(f"/facilitator/beside/{legacy.enrolment.public_id}/work/")
    assert "2 steps up" in staff.text


def test_once_the_course_is_over_nothing_is_promised_for_an_evaluation(legacy: Practising, time_machine: Any) -> None:
    ends_on = dates_of(legacy.cohort).delivery_ends_on
    time_machine.move_to(end_of(ends_on), tick=False)
    page = Browsing(legacy.person).open("/participant/course/")
    assert "First comes your evaluation" not in page.text
    assert "Before anything else" not in page.open(PAGE).text
    ratings = {f"rating_{number}": 3 for number in range(1, 8)}
    page.send("send", **ratings, **{f"plan_{number}": "Ask." for number in range(1, 8)})
    assert "Sent: your evaluation." in page.html
    assert "You can record" not in page.html
    assert "Your course has ended: see how far you have come." in page.text


def test_a_second_tab_is_told_and_shown_what_stands(legacy: Practising) -> None:
    first, second = Browsing(legacy.person).open(PAGE), Browsing(legacy.person).open(PAGE)
    first.send("save", plan_1="From the first tab")
    second.send("save", plan_1="From the second tab")
    assert "What stands now" in second.text
    assert "From the first tab" in second.text
    assert second.held["plan_1"] == ["From the second tab"]


def test_whoever_has_left_reads_and_writes_no_more(legacy: Practising) -> None:
    Enrolment.objects.filter(pk=legacy.enrolment.pk).update(state="withdrawn")
    page = Browsing(legacy.person).open(PAGE)
    assert "No evaluation was sent" in page.text
    with pytest.raises(errors.LogClosed):
        saves(legacy, whole())
