"""The plan of a change project, and the small change that goes with a course."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from applications.forms.fields import PlainText
from cohorts.models import ChangeProject, CourseChange, Group
from npqh_portal.programmes.models import Course
from npqh_portal.web.fields import DateParts
from npqh_portal.web.forms import PortalForm

from .writing import WORDS_MOST, Writing


def _part(label: str, hint: str, rows: int) -> PlainText:
    return PlainText(label=label, help_text=hint, max_length=WORDS_MOST, required=False, lines=True, rows=rows)


class ProjectForm(Writing):
    what = _part("What do you want to change?", "One thing that you can see through within your role.", 6)
    why = _part(
        "Why? What shows that it is needed?", "What you have seen, heard and counted, not only what you feel.", 6
    )
    for_whom = _part("For whom?", "Which pupils or colleagues, and how many of them.", 3)
    how_known = _part("How will you know that it worked?", "What you would see, and by when.", 5)
    starts_on = DateParts(label="First day", subject="The first day", required=False)
    ends_on = DateParts(label="Last day", subject="The last day", required=False)

    def __init__(self, data: QueryDict | None, *, plan: ChangeProject | None) -> None:
        shown = ("what", "why", "for_whom", "how_known", "starts_on", "ends_on")
        initial = {name: getattr(plan, name) for name in shown} if plan else {}
        super().__init__(data, revision=plan.revision if plan else 0, initial=initial)


class SmallChangeForm(Writing):
    planned = PlainText(
        label="What will you try in your school?",
        help_text="One small thing, with whom and when.",
        max_length=WORDS_MOST,
        lines=True,
        rows=5,
        error_messages={"required": "Write what you will try in your school"},
    )
    happened = PlainText(
        label="What happened?",
        help_text="Once you have tried it: what you saw, and what you make of it.",
        max_length=WORDS_MOST,
        required=False,
        lines=True,
        rows=5,
    )

    def __init__(self, data: QueryDict | None, *, change: CourseChange | None) -> None:
        initial = {"planned": change.planned, "happened": change.happened} if change else {}
        super().__init__(data, revision=change.revision if change else 0, initial=initial)


class GroupCourseForm(PortalForm):
    """Which group's small changes are shown, and for which course."""

    group = forms.ModelChoiceField(label="Group", queryset=Group.objects.none(), empty_label=None)
    course = forms.ModelChoiceField(label="Course", queryset=Course.objects.none(), empty_label=None)

    def show(self, groups: Sequence[Group], courses: Sequence[Course]) -> None:
        """What there is to choose from."""
        self.fields["group"].widget.choices = [(one.pk, str(one)) for one in groups]
        self.fields["course"].widget.choices = [(one.pk, one.title) for one in courses]
