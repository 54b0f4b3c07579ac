"""Support beside the programme: each strand decided on its own, at sending or by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from applications.actions import decide_strands, grant_strand, submit_application
from applications.errors import FundingSettled, OwnApplication, SupportNotAsked, SupportReasonNeeded
from applications.kinds import By, Strand
from applications.models import Application, StrandDecision
from applications.queries.funding import support_found
from applications.rules.headship import first_months_end
from applications.rules.strands import (
    StrandAnswer,
    StrandReason,
    one_to_one_support,
    strands_asked,
    support_for_new_heads,
)
from applications.states import UNDECIDED, ApplicationState
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.models import EligibilityEntry, EligibilityList, School, SchoolImport
from tests.factories import FINISHED, a_form, a_person, a_school, a_version, an_application, an_intake

S = ApplicationState
SENT = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
SENT_ON = date(2026, 12, 3)
STARTS_ON = date(2027, 2, 22)
DAY = timedelta(days=1)
R = StrandReason


# --- For new heads: how long ago, or how soon


@pytest.mark.parametrize(
    ("started_on", "months", "ends_on"),
    [
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
    ],
)
def test_the_first_months_end_on_the_same_day_or_the_last_of_the_month(
    started_on: date, months: int, ends_on: date
) -> None:
    assert first_months_end(started_on, months) == ends_on


@pytest.mark.parametrize(
    ("started_on", "months", "on", "answer"),
    [
        (date(2025, 12, 4), 12, SENT_ON, StrandAnswer(True, R.NEW_TO_HEADSHIP)),
        (date(2025, 12, 3), 12, SENT_ON, StrandAnswer(False, R.LONG_IN_HEADSHIP)),
        (date(2025, 12, 3), 13, SENT_ON, StrandAnswer(True, R.NEW_TO_HEADSHIP)),
        (date(2021, 12, 4), 60, SENT_ON, StrandAnswer(True, R.NEW_TO_HEADSHIP)),
        (date(2021, 12, 3), 60, SENT_ON, StrandAnswer(False, R.LONG_IN_HEADSHIP)),
        (SENT_ON, 12, SENT_ON, StrandAnswer(True, R.NEW_TO_HEADSHIP)),
        # Appointed, and yet to begin: also after the programme has started.
        (STARTS_ON + 200 * DAY, 12, SENT_ON, StrandAnswer(True, R.NEW_TO_HEADSHIP)),
        (date(2024, 2, 29), 12, date(2025, 2, 27), StrandAnswer(True, R.NEW_TO_HEADSHIP)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), StrandAnswer(False, R.LONG_IN_HEADSHIP)),
        # Sent after the programme has started: its start counts.
        (date(2026, 2, 23), 12, STARTS_ON + 30 * DAY, StrandAnswer(True, R.NEW_TO_HEADSHIP)),
        (date(2026, 2, 22), 12, STARTS_ON + 30 * DAY, StrandAnswer(False, R.LONG_IN_HEADSHIP)),
        (None, 12, SENT_ON, StrandAnswer(False, R.NO_HEADSHIP)),
    ],
)
def test_who_is_new_to_headship(started_on: date | None, months: int, on: date, answer: StrandAnswer) -> None:
    assert support_for_new_heads(started_on=started_on, months=months, starts_on=STARTS_ON, on=on) == answer


# --- One-to-one: which list


@pytest.mark.parametrize(
    ("has_school", "listed_on", "counted", "answer"),
    [
        (True, ["pp50"], ["pp50", "pp50-fe"], StrandAnswer(True, R.LISTED_PP50)),
        (True, ["pp50-fe"], ["pp50", "pp50-fe"], StrandAnswer(True, R.LISTED_PP50_FE)),
        (True, ["rise"], ["pp50", "pp50-fe"], StrandAnswer(False, R.NOT_LISTED)),
        (True, ["rise"], ["rise"], StrandAnswer(True, R.LISTED_RISE)),
        (True, ["pp50", "rise"], [], StrandAnswer(False, R.NOT_LISTED)),
        (True, [], ["pp50"], StrandAnswer(False, R.NOT_LISTED)),
        (False, [], ["pp50"], StrandAnswer(False, R.NO_SCHOOL)),
    ],
)
def test_which_school_serves_a_disadvantaged_community(
    has_school: bool, listed_on: list[str], counted: list[str], answer: StrandAnswer
) -> None:
    assert one_to_one_support(has_school=has_school, listed_on=listed_on, counted=counted) == answer


def test_every_list_that_can_count_has_its_reason() -> None:
    reasons = {one_to_one_support(has_school=True, listed_on=[kind], counted=[kind]).reason for kind in ListKind.values}
    assert reasons == {R.LISTED_PP50, R.LISTED_PP50_FE, R.LISTED_RISE}


@pytest.mark.parametrize(
    ("new", "one", "asked"),
    [
        (True, True, [Strand.NEW_HEADS, Strand.ONE_TO_ONE]),
        (True, False, [Strand.NEW_HEADS]),
        (None, True, [Strand.ONE_TO_ONE]),
        (False, None, []),
    ],
)
def test_only_what_was_asked_for_is_decided(new: bool | None, one: bool | None, asked: list[Strand]) -> None:
    assert strands_asked({"wants_new_head_support": new, "wants_one_to_one": one}) == asked


# --- With rows


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), opens_at=SENT - 30 * DAY, closes_at=SENT + 30 * DAY, starts_on=STARTS_ON)


@pytest.fixture
def school() -> School:
    return a_school(type_code="34", ukprn="10000001")


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


ASKS = {
    "headship": "new",
    "headship_started_on": date(2026, 9, 1),
    "wants_new_head_support": True,
    "wants_one_to_one": True,
    "endorser_role": "chair",
}


def sent(intake: Intake, school: School | None, **fields: Any) -> Application:
    named = {"school": school, "school_urn": school.urn, "school_name": school.name} if school else {}
    draft = an_application(a_person(), intake, **({"state": S.DRAFT} | FINISHED | named | ASKS | fields))
    with time_machine.travel(SENT, tick=False):
        return submit_application(draft, by=draft.person)


def a_list(kind: ListKind, identifier: str, *, from_on: date, to_on: date | None = None) -> None:
    source = SchoolImport.objects.create(kind=kind.value, state="done", file_name="list.csv", sha256=64 * "0")
    listed = EligibilityList.objects.create(kind=kind, from_on=from_on, to_on=to_on, source=source)
    EligibilityEntry.objects.create(list=listed, identifier=identifier)


def found(application: Application) -> dict[str, tuple[bool, str]]:
    return {one.strand: (one.is_granted, one.why) for one in support_found(application)}


@pytest.mark.django_db
def test_each_strand_is_decided_apart_when_it_is_sent(intake: Intake, school: School) -> None:
    application = sent(intake, school)
    assert found(application) == {
        "new_heads": (True, R.NEW_TO_HEADSHIP.label),
        "one_to_one": (False, R.NOT_LISTED.label),
    }
    decision = StrandDecision.objects.get(strand="one_to_one")
    assert (decision.occasion, decision.at, decision.by) == ("submission", SENT, application.person)
    payloads = Entry.objects.filter(verb="support.decided").order_by("pk").values_list("payload", flat=True)
    assert list(payloads) == [
        '{"granted":true,"reason":"new_to_headship","strand":"new_heads","v":1}',
        '{"granted":false,"reason":"not_listed","strand":"one_to_one","v":1}',
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "by", "from_on", "to_on", "is_granted"),
    [
        (ListKind.PP50, "urn", SENT_ON, SENT_ON, True),
        (ListKind.PP50, "urn", SENT_ON + DAY, None, False),
        (ListKind.PP50, "urn", SENT_ON - 9 * DAY, SENT_ON - DAY, False),
        (ListKind.PP50_FE, "ukprn", SENT_ON, None, True),
        (ListKind.PP50_FE, "urn", SENT_ON, None, False),
        (ListKind.PP50, "ukprn", SENT_ON, None, False),
        (ListKind.RISE, "urn", SENT_ON, None, False),
    ],
)
def test_the_lists_in_force_on_the_day_of_sending_count(
    intake: Intake, school: School, kind: ListKind, by: str, from_on: date, to_on: date | None, is_granted: bool
) -> None:
    a_list(kind, getattr(school, by), from_on=from_on, to_on=to_on)
    assert found(sent(intake, school))["one_to_one"][0] is is_granted


@pytest.mark.django_db
def test_the_form_says_which_lists_and_how_many_months(intake: Intake, school: School) -> None:
    form = a_form(intake.version.programme, number=2, disadvantage_lists=["rise"], new_head_months=3)
    a_list(ListKind.PP50, school.urn, from_on=SENT_ON)
    assert found(sent(intake, school, form=form)) == {
        "new_heads": (False, R.LONG_IN_HEADSHIP.label),
        "one_to_one": (False, R.NOT_LISTED.label),
    }
    a_list(ListKind.RISE, school.urn, from_on=SENT_ON)
    assert found(sent(intake, school, form=form))["one_to_one"] == (True, R.LISTED_RISE.label)


@pytest.mark.django_db
def test_nothing_is_decided_that_was_not_asked_for(intake: Intake, school: School) -> None:
    assert found(sent(intake, school, wants_new_head_support=False, wants_one_to_one=False)) == {}


@pytest.mark.django_db
def test_deciding_again_adds_only_what_is_found_otherwise(intake: Intake, school: School) -> None:
    application = sent(intake, school)
    with time_machine.travel(SENT + DAY, tick=False):
        assert decide_strands(application, occasion=By.STAFF, by=None) == []
        a_list(ListKind.PP50, school.urn, from_on=SENT_ON)
        added = decide_strands(application, occasion=By.STAFF, by=None)
    assert [(one.strand, one.is_granted) for one in added] == [("one_to_one", True)]
    assert found(application)["one_to_one"] == (True, R.LISTED_PP50.label)


@pytest.mark.django_db
def test_staff_grant_or_refuse_by_hand_and_that_stands(intake: Intake, school: School, lead: User) -> None:
    application = sent(intake, school)
    with time_machine.travel(SENT + DAY, tick=False):
        given = grant_strand(
            application, strand=Strand.ONE_TO_ONE, is_granted=True, reason=" Half its pupils. ", by=lead
        )
        again = grant_strand(application, strand=Strand.ONE_TO_ONE, is_granted=True, reason="Half.", by=lead)
        assert decide_strands(application, occasion=By.STAFF, by=None) == []
    assert given == again
    assert (given.occasion, given.by) == ("staff", lead)
    assert found(application)["one_to_one"] == (True, R.BY_HAND.label)
    entry = Entry.objects.filter(verb="support.decided").latest("pk")
    assert words_of_all([entry])[entry.pk] == {"reason": "Half its pupils."}
    with time_machine.travel(SENT + 2 * DAY, tick=False):
        grant_strand(application, strand=Strand.ONE_TO_ONE, is_granted=False, reason="We erred.", by=lead)
    assert found(application)["one_to_one"][0] is False


@pytest.mark.django_db
def test_by_hand_needs_a_reason_somebody_else_and_a_wish(intake: Intake, school: School, lead: User) -> None:
    application = sent(intake, school, wants_new_head_support=False)
    with pytest.raises(SupportReasonNeeded):
        grant_strand(application, strand=Strand.ONE_TO_ONE, is_granted=True, reason=" ", by=lead)
    with pytest.raises(OwnApplication):
        grant_strand(application, strand=Strand.ONE_TO_ONE, is_granted=True, reason="Me.", by=application.person)
    with pytest.raises(SupportNotAsked):
        grant_strand(application, strand=Strand.NEW_HEADS, is_granted=True, reason="They should.", by=lead)
    assert StrandDecision.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(S))
def test_when_it_can_be_decided_by_hand(intake: Intake, school: School, lead: User, state: ApplicationState) -> None:
    application = sent(intake, school)
    Application.objects.filter(pk=application.pk).update(state=state, decided_at=SENT, waitlisted_at=SENT)
    if state in {*UNDECIDED, S.ACCEPTED}:
        assert grant_strand(application, strand=Strand.ONE_TO_ONE, is_granted=True, reason="Yes.", by=lead).is_granted
    else:
        with pytest.raises(FundingSettled):
            grant_strand(application, strand=Strand.ONE_TO_ONE, is_granted=True, reason="Yes.", by=lead)
