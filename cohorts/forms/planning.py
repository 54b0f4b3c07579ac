"""What a lead says of a timetable that is to be made: days, times, weeks to keep free, who leads each group where."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.boundfield import BoundField

from cohorts.models import Venue
from cohorts.queries.planning import GroupChoice, PlanChoice, leaders_of
from cohorts.rules.generation import Pattern
from cohorts.rules.timetable import WEEKDAYS
from cohorts.rules.typed_days import Days, days_typed
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, ItemKind
from npqh_portal.web.admin import ActForm

LINES_MOST = 60
_LATER = ["On the days above", "One day later", *(f"{days} days later" for days in range(2, 5))]
_TOGETHER = [kind for kind in ItemKind if kind in KINDS_WITH_REGISTER]
_GONE = "What you chose is no longer to be had. Choose again"
_AT = {"class": "govuk-input--width-5"}


class Weeks(forms.CharField):
    """Days and weeks, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=5000, **kwargs)

    def clean(self, value: Any) -> tuple[Days, ...]:
        found, wrong = [], []
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
            if not line.strip():
                continue
            if days := days_typed(line):
                found.append(days)
            else:
                wrong.append(
                    f"Line {number}, “{line.strip()[:60]}”, must be a day or days in order, like 15 February 2027 or"
                    " 15–19 February 2027"
                )
        if wrong:
            raise ValidationError([ValidationError(words, code="unread") for words in wrong[:5]])
        if len(found) > LINES_MOST:
            raise ValidationError(f"Enter {LINES_MOST} lines or fewer", code="many")
        return tuple(found)


class PlanForm(ActForm):
    """Its `cleaned_data["choice"]` is what the timetable is made from. One part for every group of the cohort."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Which weekdays are sessions held on?",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        initial=[1],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one weekday"},
    )
    weeks_between = forms.IntegerField(
        label="Weeks from one session to the next, at least",
        help_text="1 is every week, if the programme asks for so many. Sessions are spread over each term.",
        min_value=1,
        max_value=12,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
    )
    starts_at = forms.TimeField(
        label="Sessions start at",
        help_text="For example 13:00. Each lasts as long as the programme says.",
        initial="13:00",
        widget=forms.TextInput(attrs=_AT),
        error_messages={"required": "Enter when sessions start", "invalid": "The start must be a time, like 13:00"},
    )
    whole_days_start_at = forms.TimeField(
        label="Sessions of more than four hours start at",
        initial="09:30",
        widget=forms.TextInput(attrs=_AT),
        error_messages={
            "required": "Enter when whole days start",
            "invalid": "The start of whole days must be a time, like 09:30",
        },
    )
    forbidden = Weeks(
        label="Days and weeks to keep free",
        help_text="Half-terms, for example. One a line, like 15 February 2027 or 15–19 February 2027. Bank holidays"
        " in England, and everything outside the school terms, are kept free anyway.",
    )
    together = forms.MultipleChoiceField(
        label="What is held for the whole cohort at once?",
        choices=[(kind.value, kind.label) for kind in _TOGETHER],
        required=False,
        initial=[kind.value for kind in _TOGETHER if kind != ItemKind.SEMINAR],
        widget=forms.CheckboxSelectMultiple,
        help_text="The rest is held for each group.",
    )
    joining_url = forms.URLField(
        label="Joining link of what is held online",
        help_text="You can give any session one of its own later.",
        required=False,
        assume_scheme="https",
    )
    digest = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        people, halls = _facilitators(), {str(venue.pk): venue for venue in Venue.objects.filter(retired_at=None)}
        leading = leaders_of(self.row, clock.today())
        self.groups = list(self.row.groups.order_by("name", "pk"))
        for group in self.groups:
            self._add_party(str(group.pk), people, halls, leading.get(group.pk))
            later = forms.TypedChoiceField(
                label="Meets",
                choices=list(enumerate(_LATER)),
                coerce=int,
                error_messages={"required": "Choose when it meets", "invalid_choice": _GONE},
            )
            self.fields[f"days_later_{group.pk}"] = later
        self._add_party("all", people, halls, None)

    def _add_party(self, name: str, people: dict[str, User], halls: dict[str, Venue], leader: User | None) -> None:
        self.fields[f"facilitator_{name}"] = forms.TypedChoiceField(
            label="Led by",
            choices=[("", "Nobody yet"), *((key, str(person)) for key, person in people.items())],
            coerce=people.__getitem__,
            empty_value=None,
            required=False,
            initial=str(leader.pk) if leader else "",
            error_messages={"invalid_choice": _GONE},
        )
        self.fields[f"venue_{name}"] = forms.TypedChoiceField(
            label="Venue of sessions in person",
            choices=[("", "None"), *((key, f"{hall.name}, for {hall.capacity}") for key, hall in halls.items())],
            coerce=halls.__getitem__,
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": _GONE},
        )

    @property
    def of_pattern(self) -> Iterator[BoundField]:
        """Everything but what is asked for each group."""
        return (self[name] for name in self.base_fields if name != "digest")

    @property
    def of_groups(self) -> Iterator[tuple[str, str, list[BoundField]]]:
        """For each group, then for all together: a name for the part, its heading, and its questions."""
        for group in self.groups:
            names = ("facilitator", "venue", "days_later")
            about = f"{group.name}, for {group.capacity} people"
            yield str(group.pk), about, [self[f"{name}_{group.pk}"] for name in names]
        about = f"The whole cohort together, {self.row.capacity} people"
        yield "all", about, [self["facilitator_all"], self["venue_all"]]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        choice = PlanChoice(
            pattern=Pattern(
                weekdays=frozenset(cleaned["weekdays"]),
                weeks_between=cleaned["weeks_between"],
                starts_at=_to_the_minute(cleaned["starts_at"]),
                whole_days_start_at=_to_the_minute(cleaned["whole_days_start_at"]),
                forbidden=cleaned["forbidden"],
                together=frozenset(cleaned["together"]),
            ),
            groups=tuple(
                GroupChoice(
                    group,
                    cleaned[f"facilitator_{group.pk}"],
                    cleaned[f"venue_{group.pk}"],
                    cleaned[f"days_later_{group.pk}"],
                )
                for group in self.groups
            ),
            everyone=GroupChoice(None, cleaned["facilitator_all"], cleaned["venue_all"]),
            joining_url=cleaned["joining_url"],
        )
        return {"choice": choice, "digest": cleaned["digest"]}


def _to_the_minute(at: time) -> time:
    return at.replace(second=0, microsecond=0)


def _facilitators() -> dict[str, User]:
    """Whoever holds the role today, by key; in the order of their names."""
    today: date = clock.today()
    holding = User.objects.filter(
        Q(role_grants__ends_on=None) | Q(role_grants__ends_on__gt=today),
        role_grants__role=Role.FACILITATOR,
        role_grants__starts_on__lte=today,
        is_active=True,
    )
    return {str(person.pk): person for person in holding.distinct().order_by("full_name", "pk")}
