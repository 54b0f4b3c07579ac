"""Two versions of a programme side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from npqh_portal.programmes.forms import drafts
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.queries import plan_of
from npqh_portal.programmes.rules.compare import ORDER, Difference, Group, How, as_it_counts, differences
from npqh_portal.programmes.rules.plans import Framework, Totals
from npqh_portal.web.admin import RowPage
from npqh_portal.web.forms import PortalForm
from npqh_portal.web.words import hours, short_day

_TITLES = {
    Group.FIGURES: "Figures",
    Group.AREAS: "Content areas",
    Group.STATEMENTS: "Learning statements",
    Group.BEHAVIOURS: "Behaviours",
    Group.COURSES: "Courses",
    Group.ITEMS: "Items",
    Group.POLICY: "Engagement policy",
    Group.TASKS: "Assessment tasks",
}
# The forms of a draft say what each column is called.
_FORMS: Mapping[Group, tuple[type[PortalForm], ...]] = {
    Group.FIGURES: (drafts.FiguresForm,),
    Group.AREAS: (drafts.AreaRow,),
    Group.STATEMENTS: (),
    Group.BEHAVIOURS: (drafts.BehaviourRow,),
    Group.COURSES: (drafts.CourseRow,),
    Group.ITEMS: (drafts.ItemRow,),
    Group.POLICY: (drafts.PolicyForm, drafts.ComponentRow),
    Group.TASKS: (drafts.TaskRow,),
}
_OTHER_COLUMNS = {ORDER: "Order", "area": "Content area", "text": "Words"}
_LOOKS = {How.ADDED: ("met", "Added"), How.REMOVED: ("out", "Removed"), How.CHANGED: ("on-track", "Changed")}


@dataclass(frozen=True)
class Cell:
    """What one version says of a thing; `column` is empty where the thing is itself a column."""

    column: str
    words: str


@dataclass(frozen=True)
class Line:
    """One row of the page. A side is None where that version lacks the thing."""

    name: str
    code: str
    look: str
    how: str
    old: list[Cell] | None
    new: list[Cell] | None


def lines_of(found: list[Difference], courses: Mapping[str, str]) -> Iterator[tuple[str, list[Line]]]:
    """The differences of each group as they are read; `courses` are the titles of both versions' courses, by code."""
    for group, of_group in groupby(found, key=lambda one: one.group):
        yield _TITLES[group], [_line(one, courses) for one in of_group]


def _line(one: Difference, courses: Mapping[str, str]) -> Line:
    look, how = _LOOKS[one.how]
    is_column = one.name in {one.key, ORDER}
    return Line(
        name=_label(one.group, one.name) if is_column else one.name,
        code="" if is_column else one.key,
        look=look,
        how=how,
        old=_cells(one, one.old, courses),
        new=_cells(one, one.new, courses),
    )


def _cells(one: Difference, values: Mapping[str, Any] | None, courses: Mapping[str, str]) -> list[Cell] | None:
    if values is None:
        return None
    # Of a whole thing, what is empty or no says nothing.
    told = {name: value for name, value in values.items() if one.how is How.CHANGED or value or name == "course"}
    named_already = {"title", "name", "text"} if one.how is not How.CHANGED else set()
    return [
        Cell(
            "" if name in {one.key, ORDER} else _label(one.group, name),
            _words(one.group, name, courses.get(value, "Whole programme") if name == "course" else value),
        )
        for name, value in told.items()
        if name not in named_already
    ]


def _field(group: Group, column: str) -> forms.Field | None:
    return next((form.base_fields[column] for form in _FORMS[group] if column in form.base_fields), None)


def _label(group: Group, column: str) -> str:
    field = _field(group, column)
    return str(field.label) if field else _OTHER_COLUMNS[column]


def _words(group: Group, column: str, value: Any) -> str:
    field = _field(group, column)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        separator = " " if column == "statements" else ", "
        return separator.join(_words_of(field).get(entry, str(entry)) for entry in value) or "–"
    if isinstance(value, date):
        return short_day(value)
    if value in {None, ""}:
        return "–"
    if isinstance(field, drafts.Pounds):
        return f"£{field.prepare_value(value)}"
    return hours(value) if column == "minutes" else _words_of(field).get(value, str(value))


def _words_of(field: forms.Field | None) -> dict[Any, str]:
    """What the names in a column are in words."""
    if isinstance(field, drafts.Lines):
        return field.words_of
    return dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]  # no groups


def policy_lines(old: Framework, new: Framework) -> list[Line]:
    """What differs in the engagement policies of two plans, as far as any item goes by it."""
    found = differences(as_it_counts(old), as_it_counts(new))
    return [_line(one, {}) for one in found if one.group is Group.POLICY]


def _sums(old: Framework, new: Framework) -> list[tuple[str, str, str]]:
    def of(plan: Framework) -> list[str]:
        sums: Totals = plan.totals
        return [
            hours(sums.minutes),
            hours(sums.in_person_minutes),
            hours(sums.synchronous_minutes),
            hours(sums.online_minutes),
            hours(sums.own_time_minutes),
            str(len(plan.items)),
        ]

    names = (
        "Learning in all", "In person", "Together, with those in person", "Together, without them", "In one’s own time",
        "Items",
    )  # fmt: skip
    return list(zip(names, of(old), of(new), strict=True))


def _compare(request: HttpRequest, version: ProgrammeVersion) -> HttpResponseBase:
    """The version beside another of its programme, `?with=` its id; the one that starts later stands on the right."""
    others = list(version.programme.versions.exclude(pk=version.pk).order_by("-effective_from", "-pk"))
    asked = request.GET.get("with") or None
    other = next((one for one in others if asked in {str(one.pk), None}), None)
    is_unknown = asked is not None and other is None
    context: dict[str, Any] = {"version": version, "others": others, "other": other, "is_unknown": is_unknown}
    if other:
        older, newer = sorted((version, other), key=lambda one: (one.effective_from, one.pk))
        old, new = plan_of(older), plan_of(newer)
        found = differences(old, new)
        courses = {course.code: course.title for plan in (old, new) for course in plan.courses}
        alone = [one for one in found if one.group is Group.ITEMS and one.how is not How.CHANGED]
        context |= {
            "old": older,
            "new": newer,
            "groups": list(lines_of(found, courses)),
            "sums": _sums(old, new),
            "only": [
                (older, [one for one in alone if one.how is How.REMOVED]),
                (newer, [one for one in alone if one.how is How.ADDED]),
            ],
        }
    return TemplateResponse(request, "programmes/compare.html", context, status=404 if is_unknown else 200)


COMPARE = RowPage("compare", "Compare", _compare)
