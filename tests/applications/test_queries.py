"""What was answered, as people read it."""

from datetime import date
from typing import Any

import pytest

from applications.models import Application
from applications.queries.answers import SENSITIVE, answered_parts
from applications.rules.answers import PARTS
from applications.states import ApplicationState
from tests.factories import FINISHED, a_person, a_school, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db


def an_answered(**answers: Any) -> Application:
    intake = an_intake(a_version())
    return an_application(a_person(), intake, state=ApplicationState.DRAFT, **FINISHED | answers)


def read(application: Application, code: str) -> list[tuple[str, str]]:
    parts = answered_parts(application, with_sensitive=True)
    return [(one.question, one.text) for part in parts if part.part.code == code for one in part.answers]


@pytest.mark.parametrize(
    ("answers", "code", "rows"),
    [
        ({}, "details", [("Full name", "Ines Tarbeck"), ("Date of birth", "29 February 1980")]),
        ({"telephone": "01632 960 001"}, "details",
         [("Full name", "Ines Tarbeck"), ("Date of birth", "29 February 1980"), ("Telephone", "01632 960 001")]),
        ({}, "trn", [("Teacher reference number", "1234567")]),
        ({"has_trn": False}, "trn", [("Teacher reference number", "To be sent later")]),
        ({"has_trn": None}, "trn", [("Teacher reference number", "")]),
        ({"headship": "serving", "headship_started_on": date(2020, 9, 1), "role_reach": "national_leader"}, "headship",
         [("Role now", "Deputy headteacher"), ("Leads", "As a National Leader of Education (NLE)"),
          ("Headship", "I have been a headteacher for longer"), ("Headship begins", "1 September 2020")]),
        ({}, "school", [("School", "Marlowick Primary School")]),
        ({"needs_adjustments": True, "adjustments": "Large print."}, "adjustments",
         [("Adjustments needed", "Yes"), ("Which", "Large print.")]),
        ({"agreed_at": None}, "agreement", [("Agreed", "")]),
        ({"works_in_england": False}, "school", []),
    ],
)  # fmt: skip
def test_answers_read_as_people_would_say_them(answers: dict[str, Any], code: str, rows: list[tuple[str, str]]) -> None:
    assert read(an_answered(**answers), code) == rows


def test_a_listed_school_comes_with_its_urn() -> None:
    school = a_school(name="Quillbeck Primary School", urn="912345")
    listed = an_answered(school=school, school_name=school.name, school_urn=school.urn)
    assert read(listed, "school") == [("URN", "912345"), ("School", "Quillbeck Primary School")]


def test_reviewers_do_not_read_what_only_leads_may() -> None:
    application = an_answered(needs_adjustments=True, adjustments="Large print.")
    codes = [part.part.code for part in answered_parts(application, with_sensitive=False)]
    assert "adjustments" not in codes
    assert [part.code for part in PARTS if SENSITIVE & set(part.answers)] == ["adjustments"]


def test_every_answer_has_words_for_it() -> None:
    answered = {
        "works_in_england": True, "kind_of_nursery": "private_nursery", "employment_type": "another",
        "headship": "new", "headship_started_on": date(2026, 9, 1),
    }  # fmt: skip
    shown = set()
    for setting in ("a_school", "early_years_or_childcare", "another_setting", "other"):
        application = an_answered(**answered, work_setting=setting)
        shown |= {part.part.code for part in answered_parts(application, with_sensitive=True) if part.answers}
    assert shown == {part.code for part in PARTS}
