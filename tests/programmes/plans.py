"""The least framework that is sound, and any framework that can be stored."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from npqh_portal.programmes.kinds import AssessedBy, CountedStatus, ItemKind, Mode, PresentedTo, Rule, Unit
from npqh_portal.programmes.rules.plans import (
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    Counts,
    CoursePlan,
    Framework,
    ItemPlan,
    PolicyPlan,
    TaskPlan,
    Totals,
)

SEMINAR = ItemPlan("seminar", "Seminar", "seminar", 120, "face_to_face", course="culture")
MODULE = ItemPlan("module", "Module", "module", 60, "self_study")
WHOLE = ComponentPlan("all", "The whole course", ("seminar", "module"))
SOUND = Framework(
    code="npqh",
    name="NPQ in Headship",
    award="National Professional Qualification for Headship",
    framework="reformed",
    label="2026",
    effective_from=date(2026, 1, 1),
    delivery_months=18,
    assessment_months=3,
    terms=1,
    totals=Totals(180, 120, 120),
    counts=Counts(areas=1, tasks=1, courses=1),
    policy=PolicyPlan("combined", 90, (WHOLE,)),
    areas=(AreaPlan(1, "School culture"),),
    courses=(CoursePlan("culture", "Culture", (1,)),),
    items=(SEMINAR, MODULE),
    tasks=(TaskPlan("case-study", "Case study", 1500),),
)


_WORDS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40)
_CODES = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)
_SMALL = st.integers(0, 40)


def _one_of(choices: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(choices.values)


@st.composite
def plans(draw: st.DrawFn) -> Framework:
    """Whatever the tables can hold, sound or not; without texts and suspensions, and with sums that are not stated."""
    areas = tuple(
        AreaPlan(number, draw(_WORDS), draw(st.sampled_from(["", "A", "B"])), draw(st.booleans()),
                 tuple(draw(st.lists(_WORDS, max_size=3))))
        for number in range(1, draw(st.integers(0, 4)) + 1)
    )  # fmt: skip
    numbers = [area.number for area in areas]
    courses = tuple(
        CoursePlan(code, draw(_WORDS), tuple(number for number in numbers if draw(st.booleans())), draw(st.booleans()))
        for code in draw(st.lists(_CODES, max_size=3, unique=True))
    )
    items = tuple(
        ItemPlan(code, draw(_WORDS), draw(_one_of(ItemKind)), draw(st.integers(1, 9999)), draw(_one_of(Mode)),
                 draw(st.sampled_from(["", *(course.code for course in courses)])), draw(st.integers(1, 9)))
        for code in draw(st.lists(_CODES, max_size=6, unique=True))
    )  # fmt: skip
    components = tuple(
        ComponentPlan(code, draw(_WORDS), tuple(draw(st.lists(_one_of(ItemKind), max_size=3))), draw(_one_of(Unit)),
                      draw(st.integers(1, 9)), draw(st.none() | st.integers(1, 100)))
        for code in draw(st.lists(_CODES, max_size=3, unique=True))
    )  # fmt: skip
    tasks = tuple(
        TaskPlan(code, draw(_WORDS), draw(st.integers(0, 9999)), draw(_WORDS), draw(st.sampled_from(["", "A"])),
                 draw(st.booleans()), tuple(draw(st.lists(_WORDS, max_size=3))), draw(st.booleans()),
                 draw(_one_of(PresentedTo)), draw(_SMALL), draw(_SMALL), draw(_SMALL), draw(_SMALL))
        for code in draw(st.lists(_CODES, max_size=2, unique=True))
    )  # fmt: skip
    days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
    effective_from = draw(days)
    later = st.none() | st.dates(effective_from, date(2031, 1, 1))
    return Framework(
        code=draw(_CODES), name="NPQ", award="NPQ", framework=draw(st.sampled_from(["reformed", "legacy"])),
        label=draw(_CODES), effective_from=effective_from, effective_to=draw(later), ended_on=draw(later),
        delivery_months=draw(_SMALL), assessment_months=draw(_SMALL), extension_months_most=draw(_SMALL),
        terms=draw(_SMALL), terms_least=draw(_SMALL), day_equivalents=draw(_SMALL), day_minutes=draw(_SMALL),
        cycle=tuple(draw(st.lists(_one_of(ItemKind), max_size=4))), assessed_by=draw(_one_of(AssessedBy)),
        fee_pence=draw(st.integers(0, 10**8)), submissions_included=draw(_SMALL),
        resubmission_charge="discretionary", resubmission_fee_pence=draw(st.none() | st.integers(0, 10**8)),
        framework_document_title=draw(_WORDS), framework_document_edition=draw(_WORDS),
        framework_document_url="https://framework.example/", summary=draw(_WORDS),
        totals=Totals(), counts=Counts(areas=0, tasks=0, courses=0),
        policy=PolicyPlan(
            draw(_one_of(Rule)), draw(st.integers(0, 100)), components,
            attended_percent=draw(st.integers(1, 100)),
            counted_statuses=tuple(draw(st.lists(_one_of(CountedStatus), unique=True))),
            catch_up_kinds=tuple(draw(st.lists(_one_of(ItemKind), unique=True))),
            catch_up_days=draw(_SMALL), gates_sitting=draw(st.booleans()), spare_sessions=draw(_SMALL),
            appeal_days=draw(_SMALL), appeal_answer_days=draw(_SMALL),
        ),
        areas=areas, courses=courses, items=items, tasks=tasks,
        behaviours=tuple(BehaviourPlan(name, draw(_WORDS)) for name in draw(st.lists(_WORDS, max_size=3, unique=True))),
    )  # fmt: skip
