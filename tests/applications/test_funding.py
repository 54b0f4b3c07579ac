"""Whether a place can be funded: at sending, every day after, and by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import tasks
from applications.actions import (
    decide_funding,
    mark_funding,
    recheck_funding,
    settle_school,
    submit_application,
    withdraw_application,
)
from applications.errors import (
    FundedPlaceHeld,
    FundingReasonNeeded,
    FundingSettled,
    OwnApplication,
    ScholarshipNotOpen,
)
from applications.kinds import By, Eligible, FundingStatus
from applications.models import Application, FundingDecision, MissingSchool
from applications.queries.funding import flipped, funding_found, in_review
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.people.models import PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import FundingSource
from npqh_portal.programmes.models import FundingSuspension, Intake, ProgrammeVersion
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.models import EligibilityEntry, EligibilityList, School, SchoolImport
from npqh_portal.web.words import short_day
from tests.factories import FINISHED, a_partner, a_person, a_school, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db

S = ApplicationState
# A Thursday in winter time.
SENT = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
SENT_ON = date(2026, 12, 3)
DAY = timedelta(days=1)


@pytest.fixture
def version() -> ProgrammeVersion:
    return a_version(fee_pence=214_500)


@pytest.fixture
def intake(version: ProgrammeVersion) -> Intake:
    return an_intake(version, opens_at=SENT - 30 * DAY, closes_at=SENT + 30 * DAY, cohort_funding="capped")


@pytest.fixture
def school() -> School:
    return a_school(type_code="34")


@pytest.fixture
def ines() -> User:
    return a_person(full_name="Ines Caldbeck")


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def draft(ines: User, intake: Intake, school: School) -> Application:
    return a_draft(ines, intake, school)


def a_draft(person: User, intake: Intake, school: School | None, **fields: Any) -> Application:
    named = {"school": school, "school_urn": school.urn, "school_name": school.name} if school else {}
    answers: dict[str, Any] = FINISHED | {"funding_route": "scholarship"} | named | fields
    return an_application(person, intake, state=S.DRAFT, **answers)


def a_list(kind: ListKind, *identifiers: str, from_on: date, to_on: date | None = None) -> EligibilityList:
    source = SchoolImport.objects.create(kind=kind.value, state="done", file_name="list.csv", sha256=64 * "0")
    listed = EligibilityList.objects.create(kind=kind, from_on=from_on, to_on=to_on, source=source)
    EligibilityEntry.objects.bulk_create(EligibilityEntry(list=listed, identifier=one) for one in identifiers)
    return listed


def sent(draft: Application, at: datetime = SENT) -> Application:
    with time_machine.travel(at, tick=False):
        return submit_application(draft, by=draft.person)


def recheck(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return recheck_funding(clock.now())


def mark(application: Application, *, eligible: bool, reason: str, by: User) -> FundingDecision:
    with time_machine.travel(SENT + DAY, tick=False):
        return mark_funding(application, eligible=eligible, reason=reason, by=by)


def columns(application: Application) -> tuple[str, bool | None]:
    stored = Application.objects.get(pk=application.pk)
    return stored.funding_status, stored.eligible_for_funding


def found(application: Application) -> list[tuple[str, str, str]]:
    """What was found, the oldest first."""
    decisions = FundingDecision.objects.filter(application=application).order_by("at", "pk")
    return [(one.eligible, one.status, one.occasion) for one in decisions]


def change_type(school: School, type_code: str) -> None:
    School.objects.filter(pk=school.pk).update(type_code=type_code)


# --- At sending


def test_sending_decides_funding_and_keeps_the_facts(draft: Application) -> None:
    application = sent(draft)
    assert columns(application) == ("funded", True)
    assert (application.funding_status, application.eligible_for_funding) == ("funded", True)
    decision = FundingDecision.objects.get()
    assert (decision.eligible, decision.status, decision.occasion) == ("yes", "funded", "submission")
    assert (decision.lists_of, decision.at, decision.by) == (SENT_ON, SENT, draft.person)
    assert decision.facts == {
        "cohort_funding": "capped",
        "works_in_england": True,
        "work_setting": "a_school",
        "establishment_type_code": "34",
        "on_rise_list": False,
        "kind_of_nursery": "",
        "employment_type": "",
        "referred_by_return_to_teaching_adviser": False,
        "previously_funded": False,
        "is_local_authority": False,
        "is_school_sought": False,
    }
    entry = Entry.objects.get(verb="funding.decided")
    assert f'"decision":{decision.pk},"eligible":"yes","status":"funded"' in entry.payload


@pytest.mark.parametrize(
    ("answers", "status", "eligible"),
    [
        (
            {"works_in_england": False, "employer_name": "Ysgol y Bont", "funding_route": "self"},
            "not_in_england",
            False,
        ),
        ({"previously_funded": True, "funding_route": "self"}, "previously_funded", False),
        (
            {"work_setting": "another_setting", "employment_type": "hospital_school", "employer_name": "A hospital"},
            "subject_to_review",
            None,
        ),
        (
            {"work_setting": "other", "referred_by_return_to_teaching_adviser": True, "employer_name": "A museum"},
            "referred_by_return_to_teaching_adviser",
            None,
        ),
        (
            # The school stands there from before they changed the setting.
            {"work_setting": "early_years_or_childcare", "kind_of_nursery": "childminder", "nursery_name": "At home"},
            "early_years_invalid_npq",
            False,
        ),
    ],
)
def test_each_answer_counts(
    ines: User, intake: Intake, answers: dict[str, Any], status: str, eligible: bool | None
) -> None:
    application = sent(a_draft(ines, intake, a_school(type_code="15"), **answers))
    assert columns(application) == (status, eligible)


def test_a_school_that_is_not_listed_waits_to_be_found(ines: User, intake: Intake, lead: User) -> None:
    application, task = sent_without_a_school(ines, intake)
    assert columns(application) == ("school_sought", None)
    assert recheck(SENT + DAY) == 0
    with time_machine.travel(SENT + DAY, tick=False):
        settle_school(task, school=a_school(type_code="2"), by=lead)
    assert columns(application) == ("funded", True)
    assert found(application) == [("unknown", "school_sought", "submission"), ("yes", "funded", "staff")]


def test_a_school_of_which_there_is_none_is_not_funded(ines: User, intake: Intake, lead: User) -> None:
    application, task = sent_without_a_school(ines, intake)
    with time_machine.travel(SENT + DAY, tick=False):
        settle_school(task, school=None, words="It lies in Wales.", by=lead)
    assert columns(application) == ("ineligible_establishment_type", False)


def test_the_daily_check_decides_where_a_school_was_found_otherwise(ines: User, intake: Intake) -> None:
    application, _task = sent_without_a_school(ines, intake)
    Application.objects.filter(pk=application.pk).update(school=a_school(type_code="34"))
    assert (recheck(SENT + DAY), recheck(SENT + DAY)) == (1, 0)
    assert columns(application) == ("funded", True)


def sent_without_a_school(person: User, intake: Intake) -> tuple[Application, MissingSchool]:
    draft = a_draft(person, intake, None)
    task = MissingSchool.objects.create(application=draft, name="Marlowick Primary School", asked_at=SENT - DAY)
    return sent(draft), task


def test_deciding_again_on_the_same_facts_adds_nothing(draft: Application) -> None:
    application = sent(draft)
    for _ in range(2):
        decide_funding(application, occasion=By.STAFF, by=None)
    assert FundingDecision.objects.count() == 1


# --- The lists of the day of sending


@pytest.mark.parametrize(
    ("from_on", "to_on", "is_funded"),
    [
        (SENT_ON, SENT_ON, True),
        (SENT_ON, None, True),
        (SENT_ON - DAY, SENT_ON, True),
        (SENT_ON + DAY, None, False),
        (SENT_ON - 9 * DAY, SENT_ON - DAY, False),
    ],
)
def test_the_list_in_force_on_the_day_of_sending_counts(
    draft: Application, school: School, from_on: date, to_on: date | None, is_funded: bool
) -> None:
    change_type(school, "11")
    a_list(ListKind.RISE, school.urn, from_on=from_on, to_on=to_on)
    a_list(ListKind.PP50, school.urn, from_on=SENT_ON)
    assert columns(sent(draft))[1] is is_funded


@pytest.mark.parametrize(
    ("at", "is_funded"),
    [
        # Midnight in London is eleven at night in UTC while summer time holds.
        (datetime(2026, 10, 1, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 1, 23, 0, tzinfo=UTC), False),
    ],
)
def test_the_day_of_sending_is_londons(ines: User, version: ProgrammeVersion, at: datetime, is_funded: bool) -> None:
    intake = an_intake(version, opens_at=at - DAY, closes_at=at + DAY)
    school = a_school(type_code="11")
    a_list(ListKind.RISE, school.urn, from_on=date(2026, 9, 1), to_on=date(2026, 10, 1))
    assert columns(sent(a_draft(ines, intake, school), at))[1] is is_funded


def test_next_years_list_changes_nothing_for_what_was_sent(draft: Application, school: School) -> None:
    change_type(school, "11")
    a_list(ListKind.RISE, from_on=SENT_ON - DAY, to_on=SENT_ON)
    application = sent(draft)
    a_list(ListKind.RISE, school.urn, from_on=SENT_ON + DAY)
    assert recheck(SENT + 2 * DAY) == 0
    assert columns(application) == ("ineligible_establishment_type", False)


# --- Funded before, here


def earlier(person: User, version: ProgrammeVersion, **fields: Any) -> Application:
    funding = fields.pop("cohort_funding", "capped")
    intake = an_intake(version, name="February 2025", cohort_funding=funding)
    stands: dict[str, Any] = {"state": S.ACCEPTED, "eligible_for_funding": True, "funded_place": True}
    return an_application(person, intake, **(stands | fields))


def test_a_funded_place_accepted_here_before_counts(draft: Application, ines: User, version: ProgrammeVersion) -> None:
    earlier(ines, version)
    assert columns(sent(draft)) == ("previously_funded", False)


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"state": S.WITHDRAWN, "decided_at": SENT}, True),
        ({"funded_place": None, "cohort_funding": "full"}, True),
        ({"funded_place": None, "cohort_funding": "zero"}, False),
        ({"funded_place": False}, False),
        ({"eligible_for_funding": False, "funded_place": None, "cohort_funding": "full"}, False),
        ({"state": S.DECLINED}, False),
        ({"state": S.SUBMITTED}, False),
        ({"state": S.WITHDRAWN, "decided_at": None}, False),
        ({"state": S.LAPSED}, False),
    ],
)
def test_which_earlier_applications_count(
    draft: Application, ines: User, version: ProgrammeVersion, fields: dict[str, Any], counts: bool
) -> None:
    earlier(ines, version, **fields)
    assert columns(sent(draft)) == (("previously_funded", False) if counts else ("funded", True))


def test_another_programme_or_person_does_not_count(draft: Application, ines: User, version: ProgrammeVersion) -> None:
    earlier(ines, a_version())
    earlier(a_person(), version)
    assert columns(sent(draft)) == ("funded", True)


def test_a_programme_of_the_suite_of_before_does_not_count(ines: User, school: School) -> None:
    version = a_version()
    version.programme.framework = "legacy"
    version.programme.save()
    earlier(ines, version)
    intake = an_intake(version, opens_at=SENT - DAY, closes_at=SENT + DAY)
    assert columns(sent(a_draft(ines, intake, school))) == ("funded", True)


@pytest.mark.parametrize("kept", ["applicant", "earlier"])
def test_two_people_found_to_be_one_are_one(
    draft: Application, ines: User, version: ProgrammeVersion, kept: str
) -> None:
    other = a_person()
    earlier(other, version)
    old, new = (other, ines) if kept == "applicant" else (ines, other)
    PersonAlias.objects.create(old_person=old, kept_person=new)
    assert columns(sent(draft)) == ("previously_funded", False)


# --- Scholarships suspended


@pytest.mark.parametrize(
    ("from_on", "to_on", "is_refused"),
    [
        (SENT_ON, SENT_ON, True),
        (SENT_ON - DAY, None, True),
        (SENT_ON - 9 * DAY, SENT_ON - DAY, False),
        (SENT_ON + DAY, None, False),
    ],
)
def test_no_scholarship_is_asked_for_while_they_are_suspended(
    draft: Application, version: ProgrammeVersion, from_on: date, to_on: date | None, is_refused: bool
) -> None:
    # S84, S85
    FundingSuspension.objects.create(
        programme=version.programme, source=FundingSource.SCHOLARSHIP, from_on=from_on, to_on=to_on
    )
    if is_refused:
        with pytest.raises(ScholarshipNotOpen):
            sent(draft)
        assert Application.objects.get().state == S.DRAFT
    else:
        assert sent(draft).state == S.SUBMITTED


def test_who_pays_otherwise_sends_it_all_the_same(ines: User, intake: Intake, school: School) -> None:
    FundingSuspension.objects.create(
        programme=intake.version.programme, source=FundingSource.SCHOLARSHIP, from_on=SENT_ON
    )
    FundingSuspension.objects.create(programme=a_version().programme, source=FundingSource.SELF, from_on=SENT_ON)
    assert columns(sent(a_draft(ines, intake, school, funding_route="self"))) == ("funded", True)


# --- Every day


def becomes_another_type(application: Application) -> None:
    change_type(application.school, "11")  # type: ignore[arg-type]  # it has one


def is_funded_elsewhere(application: Application) -> None:
    earlier(application.person, application.intake.version)


def cohort_loses_its_funding(application: Application) -> None:
    Intake.objects.filter(pk=application.intake_id).update(cohort_funding="zero")


FLIPS: list[tuple[Callable[[Application], None], str]] = [
    (becomes_another_type, "ineligible_establishment_type"),
    (is_funded_elsewhere, "previously_funded"),
    (cohort_loses_its_funding, "unfunded_cohort"),
]


@pytest.mark.parametrize(("change", "status"), FLIPS)
def test_what_changes_is_found_the_next_day_and_told(
    draft: Application, lead: User, change: Callable[[Application], None], status: str
) -> None:
    application = sent(draft)
    change(application)
    assert recheck(SENT + DAY) == 1
    assert columns(application) == (status, False)
    assert found(application) == [("yes", "funded", "submission"), ("no", status, "daily")]
    newest = FundingDecision.objects.first()
    assert newest is not None
    assert (newest.lists_of, newest.at, newest.by) == (SENT_ON, SENT + DAY, None)
    assert Entry.objects.get(verb="funding.changed").payload == f'{{"from":"funded","to":"{status}","v":1}}'
    message = Message.objects.get(kind="funding-changed")
    assert message.person == lead
    assert message.subject == "Funding changed for 1 application to February 2027"
    assert f"{application.reference}: was “eligible”, is “not eligible”." in message.text
    assert list(flipped(Application.objects.all())) == [application]


def test_a_list_that_was_corrected_changes_it_and_back(draft: Application, school: School, lead: User) -> None:
    change_type(school, "11")
    listed = a_list(ListKind.RISE, school.urn, from_on=SENT_ON)
    application = sent(draft)
    entry = EligibilityEntry.objects.get()
    entry.delete()
    assert recheck(SENT + DAY) == 1
    assert list(flipped(Application.objects.all())) == [application]
    EligibilityEntry.objects.create(list=listed, identifier=school.urn)
    assert recheck(SENT + 2 * DAY) == 1
    assert [eligible for eligible, _, _ in found(application)] == ["yes", "no", "yes"]
    assert not flipped(Application.objects.all()).exists()
    assert Message.objects.filter(kind="funding-changed", person=lead).count() == 2


def test_checking_twice_finds_it_once(draft: Application, lead: User) -> None:
    application = sent(draft)
    becomes_another_type(application)
    assert [recheck(SENT + DAY), recheck(SENT + DAY), recheck(SENT + 9 * DAY)] == [1, 0, 0]
    assert FundingDecision.objects.count() == 2
    assert Message.objects.filter(kind="funding-changed").count() == 1


def test_another_reason_for_the_same_answer_is_kept_and_not_told(
    draft: Application, school: School, lead: User
) -> None:
    application = sent(draft)
    change_type(school, "28")
    assert recheck(SENT + DAY) == 0
    assert [facts["establishment_type_code"] for facts in FundingDecision.objects.values_list("facts", flat=True)] == [
        "28",
        "34",
    ]
    assert columns(application) == ("funded", True)
    assert not Message.objects.filter(kind="funding-changed").exists()
    assert not flipped(Application.objects.all()).exists()


@pytest.mark.parametrize("state", [state for state in S if state is not S.DRAFT])
def test_only_the_undecided_are_checked(draft: Application, state: ApplicationState) -> None:
    application = sent(draft)
    Application.objects.filter(pk=application.pk).update(state=state, decided_at=SENT, waitlisted_at=SENT)
    becomes_another_type(application)
    assert recheck(SENT + DAY) == (1 if state in UNDECIDED else 0)


def test_a_draft_is_not_checked(draft: Application) -> None:
    assert recheck(SENT) == 0
    assert columns(draft) == ("", None)


def test_a_funded_place_that_was_offered_is_not_taken_back(draft: Application) -> None:
    application = sent(draft)
    Application.objects.filter(pk=application.pk).update(state=S.OFFERED, waitlisted_at=SENT, funded_place=True)
    becomes_another_type(application)
    assert recheck(SENT + DAY) == 0
    assert decide_funding(application, occasion=By.STAFF, by=None).status == "funded"
    assert columns(application) == ("funded", True)


def test_what_was_sent_before_funding_was_decided_is_decided_and_no_news(
    ines: User, intake: Intake, school: School, lead: User
) -> None:
    application = an_application(ines, intake, submitted_at=SENT, school=school, **FINISHED)
    assert recheck(SENT + DAY) == 0
    assert found(application) == [("yes", "funded", "daily")]
    assert not Message.objects.filter(kind="funding-changed").exists()


def test_the_leads_who_reach_the_intake_are_told_one_letter_each(version: ProgrammeVersion, lead: User) -> None:
    partner = a_partner()
    of_the_partner = a_person(Role.PROGRAMME_LEAD, organisation=partner)
    a_person(Role.PROGRAMME_LEAD, organisation=a_partner("Another Partner"))
    a_person(Role.REVIEWER)
    a_person(Role.PROGRAMME_LEAD, is_active=False)
    intake = an_intake(version, opens_at=SENT - DAY, closes_at=SENT + DAY, delivery_partner=partner)
    applications = [sent(a_draft(a_person(), intake, a_school(type_code="34"))) for _ in range(22)]
    School.objects.update(type_code="11")
    assert recheck(SENT + DAY) == 22
    messages = Message.objects.filter(kind="funding-changed")
    assert {message.person for message in messages} == {lead, of_the_partner}
    assert messages.count() == 2
    for message in messages:
        assert message.subject == "Funding changed for 22 applications to February 2027"
        assert sum(str(one.reference) in message.text for one in applications) == 20
        assert "And 2 more." in message.text


def test_the_daily_check_asks_few_statements_however_many_there_are(version: ProgrammeVersion, lead: User) -> None:
    def statements(number: int) -> int:
        intake = an_intake(version, name=f"Of {number}", opens_at=SENT - DAY, closes_at=SENT + DAY)
        for _ in range(number):
            sent(a_draft(a_person(), intake, a_school(type_code="34")))
        School.objects.update(type_code="11")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert recheck(SENT + DAY) == number
        Application.objects.update(state=S.DECLINED, decided_at=SENT)
        return len(captured)

    assert statements(12) == statements(3) <= 16


def test_the_clock_checks_and_leaves_its_beat(draft: Application, settings: Any) -> None:
    application = sent(draft)
    becomes_another_type(application)
    tasks.recheck_funding()
    assert columns(application) == ("ineligible_establishment_type", False)
    assert Beat.objects.get().name == "applications.recheck_funding"
    assert "applications.recheck_funding" in {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}


# --- By hand


@pytest.fixture
def waiting(ines: User, intake: Intake) -> Application:
    return sent(
        a_draft(
            ines, intake, None,
            work_setting="another_setting", employment_type="hospital_school", employer_name="Ravenglass Hospital",
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("eligible", "status", "word"),
    [(True, "marked_funded_by_policy", "can"), (False, "marked_ineligible_by_policy", "cannot")],
)
def test_what_dfe_decides_on_review_is_entered_by_hand(
    waiting: Application, lead: User, ines: User, eligible: bool, status: str, word: str
) -> None:
    assert list(in_review(Application.objects.all())) == [waiting]
    decision = mark(waiting, eligible=eligible, reason="  Their email of 9 December. ", by=lead)
    assert (decision.status, decision.occasion, decision.by) == (status, "staff", lead)
    assert columns(waiting) == (status, eligible)
    assert not in_review(Application.objects.all()).exists()
    entry = Entry.objects.filter(verb="funding.decided").latest("pk")
    assert words_of_all([entry])[entry.pk] == {"reason": "Their email of 9 December."}
    assert "December" not in entry.payload
    message = Message.objects.get(kind="funding-reviewed")
    assert (message.person, message.subject) == (ines, f"Your place {word} be funded")
    assert "email of 9 December" not in message.text


def test_marking_twice_marks_once_and_the_clock_leaves_it(waiting: Application, lead: User) -> None:
    first = mark(waiting, eligible=True, reason="By letter.", by=lead)
    assert mark(waiting, eligible=True, reason="By letter.", by=lead) == first
    assert recheck(SENT + DAY) == 0
    assert decide_funding(waiting, occasion=By.STAFF, by=None) == first
    assert FundingDecision.objects.count() == 2
    assert Message.objects.filter(kind="funding-reviewed").count() == 1


def test_what_was_marked_can_be_marked_otherwise(waiting: Application, lead: User) -> None:
    mark(waiting, eligible=True, reason="By letter.", by=lead)
    mark(waiting, eligible=False, reason="They corrected it.", by=lead)
    assert columns(waiting) == ("marked_ineligible_by_policy", False)
    assert Message.objects.filter(kind="funding-reviewed").count() == 2


def test_it_overrules_that_somebody_was_funded_before(
    draft: Application, ines: User, version: ProgrammeVersion, lead: User
) -> None:
    earlier(ines, version)
    application = sent(draft)
    mark(application, eligible=True, reason="By letter.", by=lead)
    assert columns(application) == ("marked_funded_by_policy", True)


def test_marking_needs_a_reason_and_somebody_else(waiting: Application, lead: User, ines: User) -> None:
    with pytest.raises(FundingReasonNeeded):
        mark(waiting, eligible=True, reason=" ", by=lead)
    with pytest.raises(OwnApplication):
        mark(waiting, eligible=True, reason="By letter.", by=ines)
    assert columns(waiting) == ("subject_to_review", None)


def test_no_is_refused_while_the_place_is_a_funded_one(draft: Application, lead: User) -> None:
    application = sent(draft)
    Application.objects.filter(pk=application.pk).update(state=S.ACCEPTED, decided_at=SENT, funded_place=True)
    with pytest.raises(FundedPlaceHeld):
        mark(application, eligible=False, reason="By letter.", by=lead)
    assert columns(application) == ("funded", True)
    mark(application, eligible=True, reason="By letter.", by=lead)
    assert columns(application) == ("marked_funded_by_policy", True)


@pytest.mark.parametrize("state", list(S))
def test_when_it_can_be_marked(waiting: Application, lead: User, state: ApplicationState) -> None:
    Application.objects.filter(pk=waiting.pk).update(state=state, decided_at=SENT, waitlisted_at=SENT)
    if state in {*UNDECIDED, S.ACCEPTED}:
        assert mark(waiting, eligible=True, reason="By letter.", by=lead).eligible == Eligible.YES
    else:
        with pytest.raises(FundingSettled):
            mark(waiting, eligible=True, reason="By letter.", by=lead)


# --- What is read of it


def test_a_draft_reads_what_is_likely_today(draft: Application, school: School) -> None:
    funding = funding_found(draft, SENT_ON)
    assert funding is not None
    assert (funding.eligible, funding.status, funding.is_likely) == (Eligible.YES, FundingStatus.FUNDED, True)
    assert (funding.fee, funding.changes, funding.lists_of, funding.suspended) == ("£2,145", [], SENT_ON, "")
    assert not FundingDecision.objects.exists()


def test_a_draft_that_does_not_say_where_one_works_reads_nothing(ines: User, intake: Intake) -> None:
    assert funding_found(an_application(ines, intake, state=S.DRAFT), SENT_ON) is None
    assert funding_found(a_draft(a_person(), intake, None, work_setting="early_years_or_childcare"), SENT_ON) is None


def test_what_was_sent_reads_what_was_decided_last(draft: Application, school: School, lead: User) -> None:
    change_type(school, "11")
    application = sent(draft)
    funding = funding_found(application, SENT_ON + 40 * DAY)
    assert funding is not None
    assert (funding.eligible, funding.is_likely, funding.lists_of) == (Eligible.NO, False, SENT_ON)
    assert funding.why == "The workplace is of a type that DfE does not fund (type 11)."
    assert funding.changes[0] == "your school came onto DfE’s RISE list"
    mark(application, eligible=True, reason="By letter.", by=lead)
    funding = funding_found(application, SENT_ON)
    assert funding is not None
    assert (funding.why, funding.changes) == ("DfE has reviewed it, and the place can be funded.", [])


def test_a_suspension_is_told_in_its_own_words(draft: Application, version: ProgrammeVersion) -> None:
    suspension = FundingSuspension.objects.create(
        programme=version.programme, source=FundingSource.SCHOLARSHIP, from_on=SENT_ON, to_on=SENT_ON, words="Full up."
    )
    told = [funding_found(draft, SENT_ON + offset) for offset in (-DAY, 0 * DAY, DAY)]
    again = short_day(SENT_ON + DAY)
    assert [one.suspended for one in told if one] == [
        "", f"DfE scholarships cannot be taken up before {again}. Full up.", "",
    ]  # fmt: skip
    suspension.words, suspension.to_on = "", None
    suspension.save()
    today = funding_found(draft, SENT_ON)
    assert today is not None
    assert today.suspended == "DfE scholarships cannot be taken up at present."


def test_withdrawing_leaves_what_was_found(draft: Application) -> None:
    application = sent(draft)
    withdraw_application(application, by=application.person)
    assert columns(application) == ("funded", True)
    assert recheck(SENT + DAY) == 0
