"""What staff are asked when they review and decide."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms

from applications.access import reviewers_of
from applications.actions.bulk import Choice
from applications.errors import ReasonNeeded
from applications.models import Application, Decision, Review
from applications.queries.places import offered_at_once
from applications.rules.questions import last_reply_day
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.programmes.rules.funding import CohortFunding
from npqh_portal.web.admin import ActForm
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import YesOrNo
from npqh_portal.web.words import short_day

from .fields import PlainText

ACCEPTED = Decision.Verdict.ACCEPTED.value
# Of whoever is put on the waiting list all the same.
OFFERED_AT_ONCE = (
    "A place is free: they are offered it within minutes, in a second letter. To give it to them now, accept them."
)
VERDICTS = [
    (ACCEPTED, "Accept"),
    (Decision.Verdict.WAITLISTED.value, "Put on the waiting list"),
    (Decision.Verdict.DECLINED.value, "Decline"),
]


class ReviewForm(ActForm):
    recommendation = forms.ChoiceField(
        label="What do you advise?",
        choices=Review.Recommendation.choices,
        widget=Radios(),
        error_messages={"required": "Choose what you advise"},
    )
    note = PlainText(
        label="Why",
        help_text="Only staff read it.",
        required=False,
        max_length=4000,
        lines=True,
    )


class NoteForm(ActForm):
    text = PlainText(
        label="Note",
        help_text="Only staff read it.",
        max_length=4000,
        lines=True,
        error_messages={"required": "Write the note"},
    )


class QuestionForm(ActForm):
    question = PlainText(
        label="What do you want to know?",
        help_text="The applicant reads it in our letter, as you write it.",
        max_length=2000,
        lines=True,
        error_messages={"required": "Write the question"},
    )
    reply_by = DateParts(subject="The day by which you ask for an answer", label="By when do you need the answer?")

    def prepare(self) -> None:
        application: Application = self.row
        field, today = self.fields["reply_by"], clock.today()
        assert isinstance(field, DateParts)  # noqa: S101  # for the type checker
        field.earliest, field.latest = today, last_reply_day(today=today, starts_on=application.intake.starts_on)
        field.help_text = f"{short_day(field.latest)} at the latest."


class AssignForm(ActForm):
    """Of one application, or of several: then only those who review all of them can be chosen."""

    to = forms.ChoiceField(label="Who reviews it?", required=False)

    def prepare(self) -> None:
        rows: Sequence[Application] = self.row if isinstance(self.row, list) else [self.row]
        # One of each intake speaks for the others: who reviews is a matter of the intake.
        one_of_each = {application.intake_id: application for application in rows}
        applicants = {application.person_id for application in rows}
        reviewers: set[User] = set.intersection(*(set(reviewers_of(one)) for one in one_of_each.values()))
        self.reviewers = {str(one.pk): one for one in reviewers if one.pk not in applicants}
        others = sorted((one for one in self.reviewers.values() if one != self.by), key=str)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        me = [(str(self.by.pk), f"Me: {self.by}")] if str(self.by.pk) in self.reviewers else []
        field.choices = [("", "Nobody"), *me, *((str(one.pk), str(one)) for one in others)]
        if len(rows) == 1:
            self.initial = {"to": str(rows[0].assigned_to_id or "")}

    def clean_to(self) -> User | None:
        return self.reviewers.get(self.cleaned_data["to"])


class VerdictForm(ActForm):
    verdict = forms.ChoiceField(
        label="Your decision",
        widget=Radios(),
        error_messages={"required": "Choose what you decide"},
    )
    reason = PlainText(
        label="What to tell the applicant",
        help_text="It stands in our letter, as you write it. Needed when you decline.",
        required=False,
        max_length=2000,
        lines=True,
        error_messages={"required": str(ReasonNeeded())},
    )

    @property
    def rows(self) -> list[Application]:
        return self.row if isinstance(self.row, list) else [self.row]

    def prepare(self) -> None:
        waits = any(application.state != ApplicationState.WAITLISTED for application in self.rows)
        field = self.fields["verdict"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        # Whoever is on the waiting list is offered a place in their turn, and not accepted around it.
        field.choices = VERDICTS if waits else VERDICTS[-1:]
        self.fields["reason"].required = self.data.get("verdict") == Decision.Verdict.DECLINED


def asks_about_funding(application: Application) -> bool:
    """Whether it is for whoever accepts it to choose who funds the place (C5)."""
    return application.intake.cohort_funding == CohortFunding.CAPPED and application.eligible_for_funding is True


class DecideForm(VerdictForm):
    """On one application. The funded place is asked about where the intake's funding leaves a choice (C5)."""

    funded = YesOrNo(
        label="Does DfE fund the place?",
        help_text="Answer it when you accept.",
        required=False,
        yes="Yes, with a funded place",
        no="No, the place is paid for in another way",
    )

    def prepare(self) -> None:
        super().prepare()
        application: Application = self.row
        verdicts = self.fields["verdict"].widget
        if isinstance(verdicts, Radios) and offered_at_once([application]):
            verdicts.hints = {Decision.Verdict.WAITLISTED.value: OFFERED_AT_ONCE}
        if not asks_about_funding(application):
            del self.fields["funded"]
            return
        # Before anything is chosen it is not called optional: whoever accepts has to answer it.
        self.fields["funded"].required = self.data.get("verdict", ACCEPTED) == ACCEPTED
        self.fields["funded"].error_messages["required"] = "Choose whether DfE funds the place"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("funded")
        return {**cleaned, "funded": chosen if isinstance(chosen, bool) else None}


class DecideManyForm(VerdictForm):
    """On several. What somebody saw of them comes back with the form: its digest, and the facts to compare with."""

    funded = YesOrNo(
        label="Who gets a funded place?",
        help_text="Only when you accept, and only while there are funded places.",
        yes="Whoever applied for one and is eligible",
        no="Nobody",
        initial="yes",
    )

    def prepare(self) -> None:
        super().prepare()
        if all(application.intake.cohort_funding != CohortFunding.CAPPED for application in self.rows):
            del self.fields["funded"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        choice = Choice(Decision.Verdict(cleaned["verdict"]), cleaned["reason"].strip(), cleaned.get("funded", True))
        return {"choice": choice, "digest": self.data.get("digest", ""), "seen": _facts(self.data.get("seen", ""))}


def _facts(text: str) -> dict[int, dict[str, str]]:
    """What the page wrote into itself; nothing of what somebody else did."""
    try:
        rows = json.loads(text)
        return {int(row): {str(what): str(words) for what, words in facts.items()} for row, facts in rows.items()}
    except (ValueError, AttributeError):
        return {}
