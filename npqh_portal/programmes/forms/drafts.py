"""The parts of a draft, each in a form of its own. What is sent becomes a change of the draft's plan."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from npqh_portal.errors import RuleViolation
from npqh_portal.programmes.errors import ChangedSince
from npqh_portal.programmes.kinds import (
    KINDS_WITH_REGISTER,
    AssessedBy,
    CountedStatus,
    ItemKind,
    Mode,
    PresentedTo,
    ResubmissionCharge,
    Rule,
    Unit,
)
from npqh_portal.programmes.queries import plan_of
from npqh_portal.programmes.rules.drafts import next_label, rearranged, with_areas, with_courses
from npqh_portal.programmes.rules.plans import (
    FIGURES,
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    CoursePlan,
    Framework,
    ItemPlan,
    TaskPlan,
    is_code,
)
from npqh_portal.programmes.rules.seen import fingerprint
from npqh_portal.web.admin import ActForm
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalForm

from .seen import Seen

# More rows than a page can carry, and than any framework has.
ROWS_MOST = 100
_SMALL = 32767


class CopyForm(ActForm):
    label = forms.CharField(
        label="Label of the copy", help_text="Small letters, digits and hyphens. People see it nowhere; staff do."
    )

    def prepare(self) -> None:
        taken = set(self.row.programme.versions.values_list("label", flat=True))
        self.fields["label"].initial = next_label(self.row.label, taken)


class Whole(forms.IntegerField):
    """A whole number, with errors that say its name."""

    def __init__(self, label: str, *, least: int = 0, most: int = _SMALL, **kwargs: Any) -> None:
        errors = {
            "invalid": f"{label} must be a whole number",
            "min_value": f"{label} must be {least} or more",
            "max_value": f"{label} must be {most:,} or fewer",
        }
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"})
        super().__init__(
            label=label, min_value=least, max_value=most, widget=widget, **{"error_messages": errors, **kwargs}
        )


class Pounds(forms.DecimalField):
    """Pounds on the page, as people write them: 2145, £2,145, 2145.50; whole pence within."""

    shape = re.compile(r"£? ?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?", re.ASCII)

    def __init__(self, **kwargs: Any) -> None:
        errors = {
            "invalid": "Enter an amount in pounds, like 2145 or 2145.50",
            "max_value": "Enter an amount of £1,000,000 or less",
        }
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"})
        super().__init__(
            min_value=0, max_value=1_000_000, decimal_places=2, widget=widget, error_messages=errors, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """Pence as they are stored; text as it was typed."""
        return f"{value // 100}.{value % 100:02}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        typed = str(value or "").strip()
        if typed and not self.shape.fullmatch(typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        pounds = super().clean(typed.lstrip("£ ").replace(",", ""))
        return None if pounds is None else int(pounds * 100)


class Code(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Code", widget=forms.TextInput(attrs={"spellcheck": "false"}), **kwargs)

    def clean(self, value: Any) -> str:
        code = super().clean(value)
        if not is_code(code):
            raise ValidationError("A code has from 1 to 40 small letters, digits and hyphens")
        return str(code)


class Lines(forms.CharField):
    """One entry a line; from `choices`, where they are given, by their words."""

    def __init__(self, *, length_most: int = 400, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, **kwargs)
        self.length_most = length_most
        self.words_of: dict[str, str] = dict(choices)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return "\n".join(self.words_of.get(str(entry), str(entry)) for entry in value)
        return value

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = tuple(filter(None, map(str.strip, super().clean(value).splitlines())))
        if too_long := next((line for line in lines if len(line) > self.length_most), ""):
            raise ValidationError(f"“{too_long[:40]}…” has more than {self.length_most} characters")
        if not self.words_of:
            return lines
        names = {words.lower(): name for name, words in self.words_of.items()}
        if unknown := next((line for line in lines if line.lower() not in names), ""):
            raise ValidationError(f"“{unknown}” is none of these: {', '.join(self.words_of.values())}")
        return tuple(names[line.lower()] for line in lines)


class DraftForm(ActForm):
    """One part of a draft. `rests_on` are the columns of its plan that the page shows and that a save overwrites."""

    plan: Framework
    rests_on: ClassVar[tuple[str, ...]]
    seen = Seen()

    def read(self) -> Framework:
        return plan_of(self.row)

    def prepare(self) -> None:
        self.plan = self.read()
        self.initial = {**self.first_values(), "seen": self._fingerprint(self.plan)}

    def first_values(self) -> dict[str, Any]:
        return {}

    def full_clean(self) -> None:
        """What is wrong with a stale page may come of its age, which is therefore said too."""
        super().full_clean()
        if self.errors and self.cleaned_data.get("seen") != self._fingerprint(self.plan):
            self.add_error(None, str(ChangedSince(str(self.row))))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "change": self.change_what_was_seen}

    def change_what_was_seen(self, plan: Framework) -> Framework:
        """The same, unless it would undo what somebody else has saved since: raises ChangedSince."""
        if self.cleaned_data["seen"] == self._fingerprint(plan):
            return self.change(plan)
        with suppress(RuleViolation):
            if self.change(plan) == plan:  # the same page sent twice
                return plan
        raise ChangedSince(str(self.row))

    def _fingerprint(self, plan: Framework) -> str:
        return fingerprint(*(getattr(plan, name) for name in self.rests_on))

    def change(self, plan: Framework) -> Framework:
        """The plan with what was sent in place of what it says."""
        raise NotImplementedError

    def own_values(self) -> dict[str, Any]:
        return {name: _plain(self.cleaned_data[name]) for name in self.fields if name != "seen"}


class FiguresForm(DraftForm):
    rests_on = (*FIGURES, "cycle")
    effective_from = DateParts(
        label="Can start from", subject="The first day", help_text="The first day on which an intake of it may start."
    )
    effective_to = DateParts(
        label="Can start until", subject="The last day", required=False, help_text="Empty: until another replaces it."
    )
    ended_on = DateParts(
        label="Ended on", subject="The day it ended", required=False, help_text="When teaching and assessment ended."
    )
    delivery_months = Whole("Months of learning", least=1, most=120)
    assessment_months = Whole("Months for assessment", most=120)
    extension_months_most = Whole(
        "Longest extension in months", most=120, help_text="For people new to headship. 0: none."
    )
    terms = Whole("School terms", least=1, most=60)
    terms_least = Whole(
        "Fewest terms with sessions in person", most=60, help_text="0: sessions may fall in any of the terms."
    )
    day_equivalents = Whole(
        "Days out of school", most=400, help_text="Where sessions in person are planned by the day; otherwise 0."
    )
    day_minutes = Whole("Minutes of such a day", most=1440)
    cycle = Lines(
        label="What every course brings",
        choices=ItemKind.choices,
        help_text=f"In order, one kind a line: {', '.join(ItemKind.labels)}.",
    )
    assessed_by = forms.ChoiceField(label="Who assesses?", choices=AssessedBy.choices, widget=Radios())
    fee_pence = Pounds(label="Fee in pounds", help_text="0: nobody pays.")
    submissions_included = Whole("Submissions that the fee covers", most=20, help_text="0: none is ever charged for.")
    resubmission_charge = forms.ChoiceField(
        label="Is a further submission charged for?", choices=ResubmissionCharge.choices, widget=Radios()
    )
    resubmission_fee_pence = Pounds(
        label="Charge for it in pounds", required=False, help_text="Empty: no amount is fixed."
    )
    framework_document_title = forms.CharField(label="Framework document", max_length=120, required=False)
    framework_document_edition = forms.CharField(
        label="Its edition", max_length=120, required=False, help_text="Reference and date of the edition taught."
    )
    framework_document_url = forms.URLField(
        label="Its address", max_length=200, required=False, assume_scheme="https",
        error_messages={"invalid": "Enter an address that starts with https://"},
    )  # fmt: skip
    summary = forms.CharField(label="In a sentence or two", widget=forms.Textarea(attrs={"rows": 4}), required=False)

    groups = (
        ("When it is taught", ("effective_from", "effective_to", "ended_on")),
        ("How long it takes", (
            "delivery_months", "assessment_months", "extension_months_most", "terms", "terms_least",
            "day_equivalents", "day_minutes",
        )),
        ("Courses", ("cycle",)),
        ("Assessment and money", (
            "assessed_by", "fee_pence", "submissions_included", "resubmission_charge", "resubmission_fee_pence",
        )),
        ("What is said of it", (
            "framework_document_title", "framework_document_edition", "framework_document_url", "summary",
        )),
    )  # fmt: skip

    def first_values(self) -> dict[str, Any]:
        return {name: getattr(self.plan, name) for name in (*FIGURES, "cycle")}

    def grouped(self) -> Iterator[tuple[str, list[BoundField]]]:
        for title, names in self.groups:
            yield title, [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, until, ended = (cleaned.get(name) for name in ("effective_from", "effective_to", "ended_on"))
        if begins and until and until < begins:
            self.add_error("effective_to", "The last day must not be before the first. Choose a later day")
        if begins and ended and ended < begins:
            self.add_error("ended_on", "It cannot have ended before it could start. Choose a later day")
        charged = cleaned.get("resubmission_charge") != ResubmissionCharge.NONE
        if cleaned.get("resubmission_fee_pence") is not None and not charged:
            self.add_error("resubmission_fee_pence", "Leave the amount empty where nothing is charged for")
        return cleaned

    def change(self, plan: Framework) -> Framework:
        return replace(plan, **self.own_values())


class RowForm(PortalForm):
    """One row of a part: a course, an item. `place` moves it among the others."""

    noun: ClassVar[str]
    one_of_a: ClassVar[str] = "code"
    shape: ClassVar[Any]
    place = Whole("Place", least=1, most=999, required=False)

    def __init__(self, *args: Any, plan: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.prepare()

    def prepare(self) -> None:
        """Set choices from the plan."""

    @property
    def heading(self) -> str:
        name = self.initial.get("title") or self.initial.get("name")
        return f"{self.noun.capitalize()} {self.initial['place']}: {name}" if name else f"Add {_a(self.noun)}"

    @property
    def visible(self) -> list[BoundField]:
        """Everything that is typed but its place and its deletion."""
        return [field for field in self.visible_fields() if field.name not in {"place", "DELETE"}]

    def values(self) -> dict[str, Any]:
        return {
            column.name: _plain(self.cleaned_data[column.name])
            for column in fields(self.shape)
            if column.name in self.fields
        }


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    """The rows of a part. Those deleted and those left empty at the end are none."""

    forms: list[RowForm]
    default_error_messages = {
        "missing_management_form": "The page came back incomplete. Open it again, and save what you change",
        "too_many_forms": "There can be %(num)d rows at most",
    }

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = f"Delete this {form.noun}"

    @property
    def kept(self) -> list[RowForm]:
        return [
            form
            for number, form in enumerate(self.forms)
            if (number < self.initial_form_count() or form.has_changed()) and not form.cleaned_data.get("DELETE")
        ]

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept:
            value = str(form.cleaned_data.get(form.one_of_a, ""))
            if value and value in seen:
                form.add_error(form.one_of_a, f"Another {form.noun} has this {form.one_of_a} already. Choose another")
            seen.add(value)

    def in_order(self) -> list[RowForm]:
        """As their places say."""
        rows = self.kept
        had = {id(form): number + 1 for number, form in enumerate(self.forms) if number < self.initial_form_count()}
        return [rows[number] for number in rearranged([(had.get(id(row)), row.cleaned_data["place"]) for row in rows])]


class RowsForm(DraftForm):
    """A part that is a list of rows, and what goes before them."""

    row_form: ClassVar[type[RowForm]]
    extra: ClassVar[int] = 1
    is_ledger: ClassVar[bool] = False  # many short rows, one line each
    rows: Rows

    def prepare(self) -> None:
        super().prepare()
        formset = forms.formset_factory(
            self.row_form,
            formset=Rows,
            extra=self.extra,
            can_delete=True,
            max_num=ROWS_MOST,
            absolute_max=ROWS_MOST + self.extra,
            validate_max=True,
        )
        initial = [{"place": place, **values} for place, values in enumerate(self.first_rows(), start=1)]
        data = self.data if self.is_bound else None
        rows = formset(data, initial=initial, prefix="rows", form_kwargs={"plan": self.plan})
        assert isinstance(rows, Rows)  # noqa: S101  # named two lines above
        self.rows = rows

    def first_rows(self) -> Iterable[dict[str, Any]]:
        raise NotImplementedError

    def __iter__(self) -> Iterator[BoundField]:
        """The fields of the rows too, so that the error summary leads to them."""
        yield from self.own
        for form in self.rows:
            yield from form

    @property
    def own(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name != "seen"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.rows.is_valid():
            wrong = [str(error) for error in self.rows.non_form_errors()]
            self.add_error(None, wrong or ["Nothing is saved yet. Mend what is listed here, and save again"])
        return cleaned


class AreaRow(RowForm):
    noun, one_of_a, shape = "area", "name", AreaPlan
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="Name", max_length=120)
    part = forms.CharField(
        label="Part of the assessment", max_length=1, required=False, help_text="A letter, where tasks divide them."
    )
    in_every_course = forms.BooleanField(label="Considered in every course", required=False)
    statements = Lines(label="Learning statements", help_text="One a line.")


class AreasForm(RowsForm):
    rests_on = ("areas",)
    row_form = AreaRow

    def first_rows(self) -> Iterable[dict[str, Any]]:
        return ({**_values(area), "was": area.number} for area in self.plan.areas)

    def change(self, plan: Framework) -> Framework:
        rows = self.rows.in_order()
        return with_areas(plan, [(row.cleaned_data["was"], AreaPlan(number=0, **row.values())) for row in rows])


class BehaviourRow(RowForm):
    noun, one_of_a, shape = "behaviour", "name", BehaviourPlan
    name = forms.CharField(label="Name", max_length=80)
    descriptor = forms.CharField(label="In words", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class BehavioursForm(RowsForm):
    rests_on = ("behaviours",)
    row_form = BehaviourRow

    def first_rows(self) -> Iterable[dict[str, Any]]:
        return map(_values, self.plan.behaviours)

    def change(self, plan: Framework) -> Framework:
        return replace(plan, behaviours=tuple(BehaviourPlan(**row.values()) for row in self.rows.in_order()))


class CourseRow(RowForm):
    noun, shape = "course", CoursePlan
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="Title", max_length=120)
    code = Code(help_text="Stays the same from version to version.")
    areas = forms.TypedMultipleChoiceField(
        label="Areas it covers", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    is_implementation = forms.BooleanField(label="The late course on implementation", required=False)

    def prepare(self) -> None:
        field = self.fields["areas"]
        field.choices = [(area.number, area.name) for area in self.plan.areas]  # type: ignore[attr-defined]


class CoursesForm(RowsForm):
    rests_on = ("courses", "areas")
    row_form = CourseRow

    def first_rows(self) -> Iterable[dict[str, Any]]:
        return ({**_values(course), "was": course.code} for course in self.plan.courses)

    def change(self, plan: Framework) -> Framework:
        rows = self.rows.in_order()
        return with_courses(plan, [(row.cleaned_data["was"], CoursePlan(**row.values())) for row in rows])


class ItemRow(RowForm):
    noun, shape = "item", ItemPlan
    title = forms.CharField(label="Title", max_length=160)
    course = forms.ChoiceField(label="Course", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), *ItemKind.choices])
    mode = forms.ChoiceField(label="How", choices=[("", "Choose"), *Mode.choices])
    minutes = Whole("Minutes", least=1, most=9999)
    term = Whole("Term", least=1, most=60)
    code = Code()

    def prepare(self) -> None:
        courses = [(course.code, course.title) for course in self.plan.courses]
        self.fields["course"].choices = [("", "Whole programme"), *courses]  # type: ignore[attr-defined]


class ItemsForm(RowsForm):
    rests_on = ("items", "courses")
    row_form = ItemRow
    extra = 4
    is_ledger = True

    def first_rows(self) -> Iterable[dict[str, Any]]:
        return map(_values, self.plan.items)

    def change(self, plan: Framework) -> Framework:
        return replace(plan, items=tuple(ItemPlan(**row.values()) for row in self.rows.in_order()))


class ComponentRow(RowForm):
    noun, shape = "component", ComponentPlan
    name = forms.CharField(label="Name", max_length=80)
    code = Code()
    kinds = forms.MultipleChoiceField(
        label="Kinds of item that count in it", choices=ItemKind.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = forms.ChoiceField(label="Counted in", choices=Unit.choices, initial=Unit.MINUTES)
    weight = Whole("Weight", least=1, initial=1)
    threshold_percent = Whole(
        "Percentage needed in it", least=1, most=100, required=False, help_text="Where each stands for itself."
    )


class PolicyForm(RowsForm):
    rests_on = ("policy",)
    row_form = ComponentRow
    rule = forms.ChoiceField(label="What must reach the threshold?", choices=Rule.choices, widget=Radios())
    threshold_percent = Whole("Percentage needed", most=100, help_text="0: engagement is no condition of passing.")
    attended_percent = Whole(
        "Percentage of a session that counts as attended", least=1, most=100, help_text="Of its minutes."
    )
    counted_statuses = forms.MultipleChoiceField(
        label="What a register says that earns credit",
        choices=CountedStatus.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="An absence never does. Without the part, whoever was there for less than counts as attended earns "
        "nothing.",
        error_messages={"required": "Tick at least “Present”: otherwise nobody earns anything by being there"},
    )
    catch_up_kinds = forms.MultipleChoiceField(
        label="What can be caught up",
        choices=[(kind.value, kind.label) for kind in ItemKind if kind in KINDS_WITH_REGISTER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Whoever misses a session of another kind has lost it. Tick none where nothing can be caught up.",
    )
    catch_up_days = Whole("Days to catch up", most=1000, help_text="After a missed session.")
    gates_sitting = forms.BooleanField(
        label="The threshold must be met to sit the assessment, not only to pass", required=False
    )
    spare_sessions = Whole(
        "Early warning below so many sessions to spare",
        most=1000,
        help_text="Whoever can miss fewer stands on the early-warning list, beside those at risk. 0: only those.",
    )
    appeal_days = Whole(
        "Days to question a mark", most=1000, help_text="From when it was recorded. 0: marks are not questioned."
    )
    appeal_answer_days = Whole("Days to answer such a question", least=1, most=1000)

    def first_values(self) -> dict[str, Any]:
        return _values(self.plan.policy)

    def first_rows(self) -> Iterable[dict[str, Any]]:
        return map(_values, self.plan.policy.components)

    def change(self, plan: Framework) -> Framework:
        components = tuple(ComponentPlan(**row.values()) for row in self.rows.in_order())
        return replace(plan, policy=replace(plan.policy, **self.own_values(), components=components))


class TaskRow(RowForm):
    noun, shape = "task", TaskPlan
    title = forms.CharField(label="Title", max_length=120)
    code = Code(help_text="Stays the same from version to version.")
    description = forms.CharField(label="What is asked", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    word_limit = Whole("Word limit", least=1, most=100_000)
    annexes_counted = forms.BooleanField(label="Annexes count towards the limit", required=False, initial=True)
    sections = Lines(label="Sections of the account", length_most=60, help_text="One a line.")
    takes_supporting_documents = forms.BooleanField(label="Supporting documents can be added", required=False)
    part = forms.CharField(
        label="Part whose areas it assesses", max_length=1, required=False, help_text="A letter, where areas have one."
    )
    presented_to = forms.ChoiceField(label="The plan is presented to", choices=PresentedTo.choices, required=False)
    terms_least = Whole("Fewest terms it lasts", most=60, initial=0)
    placement_days_least = Whole("Fewest working days of placement", most=400, initial=0)
    window_days = Whole("Days to write it in", least=1, most=400, initial=8)
    attempts_most = Whole("Attempts at most", least=1, most=20, initial=2)


class TasksForm(RowsForm):
    rests_on = ("tasks",)
    row_form = TaskRow

    def first_rows(self) -> Iterable[dict[str, Any]]:
        return map(_values, self.plan.tasks)

    def change(self, plan: Framework) -> Framework:
        return replace(plan, tasks=tuple(TaskPlan(**row.values()) for row in self.rows.in_order()))


_TABLES: Mapping[str, type[PortalForm]] = {
    "version": FiguresForm,
    "areas": AreaRow,
    "behaviours": BehaviourRow,
    "courses": CourseRow,
    "items": ItemRow,
    "policy": PolicyForm,
    "policy.components": ComponentRow,
    "tasks": TaskRow,
}


def fault_labels() -> dict[str, str]:
    """What the forms call the names that stand in faults of a draft."""
    fields_of = {
        f"{table}.{name}": str(field.label)
        for table, form in _TABLES.items()
        for name, field in form.base_fields.items()
    }
    named = {name: f"“{FiguresForm.base_fields[name].label}”" for name in ("effective_from", "effective_to")}
    return fields_of | named | {kind.value: str(kind.label).lower() for kind in ItemKind}


def _values(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in fields(row)}


def _plain(value: Any) -> Any:
    """Plans hold tuples."""
    return tuple(value) if isinstance(value, list) else value


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
