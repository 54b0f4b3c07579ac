"""What staff do about the endorsement of an application, and where they read what was shown and answered."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from applications.access import DECIDERS, applications_visible_to
from applications.actions import change_endorser, send_link_again, waive_endorsement
from applications.errors import EndorsementNotNeeded, WaiverReasonNeeded
from applications.forms.fields import PlainText
from applications.kinds import EndorserRole
from applications.models import Application, Endorsement
from applications.queries.endorsements import STANDINGS, doubts_about, endorsement_of, in_words
from applications.rules.endorsements import EXPIRED
from applications.states import UNDECIDED, EndorsementState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm, RowPage, Waiting, site
from npqh_portal.web.fields import Radios, ReachableEmail

# Endorsements about which staff can still do something; None where nobody was asked.
_UNSETTLED = frozenset({None, EndorsementState.WAITING, EndorsementState.DECLINED})


class EndorserForm(ActForm):
    role = forms.ChoiceField(
        label="Who endorses the application?",
        choices=EndorserRole.choices(),
        widget=Radios(),
        error_messages={"required": "Choose who endorses the application"},
    )
    name = forms.CharField(
        label="Their full name", max_length=200, error_messages={"required": "Enter the endorser’s name"}
    )
    email = ReachableEmail(
        label="Their email address", max_length=254, error_messages={"required": "Enter the endorser’s address"}
    )

    def prepare(self) -> None:
        self.initial = {name: getattr(self.row, f"endorser_{name}") for name in self.fields}


class WaiveForm(ActForm):
    reason = PlainText(
        label="Why is none needed, or how did it reach you?",
        help_text="Only staff read it. For example: received by letter on 3 December.",
        max_length=2000,
        lines=True,
        rows=4,
        error_messages={"required": str(WaiverReasonNeeded())},
    )


def _ask_again(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    asked = endorsement_of(application)
    if asked is None:
        raise EndorsementNotNeeded
    endorsement = send_link_again(asked, by=by)
    return f"A new link is on its way to {endorsement.name} at {endorsement.email}."


def _change(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    endorsement = change_endorser(application, **cleaned, by=by)
    return f"{endorsement.name} has been asked at {endorsement.email}."


def _waive(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    waive_endorsement(application, **cleaned, by=by)
    return "The endorsement is waived."


def _waits(application: Application) -> bool:
    endorsement = endorsement_of(application)
    return application.state in UNDECIDED and endorsement is not None and endorsement.state == EndorsementState.WAITING


def _is_unsettled(application: Application) -> bool:
    endorsement = endorsement_of(application)
    return application.state in UNDECIDED and (endorsement.state if endorsement else None) in _UNSETTLED


ENDORSEMENT_ACTS = (
    Act(
        "ask_endorser",
        "Ask the endorser again",
        run=_ask_again,
        roles=DECIDERS,
        offered=_waits,
        explains="They get a new link at the same address. The link before it stops working.",
    ),
    Act(
        "change_endorser",
        "Change the endorser",
        run=_change,
        form=EndorserForm,
        roles=DECIDERS,
        offered=_is_unsettled,
        explains="Whom you name is asked at once. The link of whoever was asked before stops working.",
    ),
    Act(
        "waive_endorsement",
        "Waive the endorsement",
        run=_waive,
        form=WaiveForm,
        roles=DECIDERS,
        offered=_is_unsettled,
        explains="The application can then be accepted without an answer here. This cannot be taken back.",
        grave=True,
    ),
)


def _endorsements(request: HttpRequest, application: Application) -> HttpResponse:
    rows = in_words(application.endorsements.select_related("application"))
    told = [(row, standing, doubts_about(row)) for row, standing in rows]
    context = {"application": application, "rows": told, "now": clock.now()}
    return render(request, "applications/endorsements_admin.html", context)


ENDORSEMENTS = RowPage("endorsements", "Endorsement", view=_endorsements)


class EndorsementFilter(admin.SimpleListFilter):
    """By the endorsement that counts."""

    title = "endorsement"
    parameter_name = "endorsement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", STANDINGS[EndorsementState.WAITING]),
            ("overdue", STANDINGS[EXPIRED]),
            ("declined", "Declined"),
            ("given", "Agreed or waived"),
            ("none", "Nobody was asked"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        chosen = self.value()
        if chosen is None:
            return queryset
        counting = Endorsement.objects.exclude(state=EndorsementState.REPLACED)
        waiting = counting.filter(state=EndorsementState.WAITING)
        found = {
            "waiting": waiting.filter(expires_at__gt=clock.now()),
            "overdue": waiting.filter(expires_at__lte=clock.now()),
            "declined": counting.filter(state=EndorsementState.DECLINED),
            "given": counting.filter(state__in=[EndorsementState.AGREED, EndorsementState.WAIVED]),
        }
        if chosen in found:
            return queryset.filter(pk__in=found[chosen].values("application"))
        return queryset.exclude(pk__in=counting.values("application")) if chosen == "none" else queryset


@site.work_waiting
def endorsements_to_settle(user: User) -> Iterator[Waiting]:
    """Those refused, and those that nobody answered in time."""
    if not has_role(user, *DECIDERS):
        return
    queue = reverse("admin:applications_application_changelist")
    waiting = Endorsement.objects.filter(
        application__in=applications_visible_to(user).filter(state__in=UNDECIDED).exclude(person=user)
    )
    declined = waiting.filter(state=EndorsementState.DECLINED).aggregate(count=Count("pk"), since=Min("answered_at"))
    yield Waiting(
        "Applications that were not endorsed",
        count=declined["count"],
        address=f"{queue}?endorsement=declined",
        since=clock.london_date(declined["since"]) if declined["since"] else None,
        words="Talk to the applicant, then ask somebody else, waive it, or decline."
        if declined["count"]
        else "No endorser has refused.",
    )
    overdue = waiting.filter(state=EndorsementState.WAITING, expires_at__lte=clock.now()).aggregate(
        count=Count("pk"), since=Min("expires_at")
    )
    yield Waiting(
        "Endorsements not answered in time",
        count=overdue["count"],
        address=f"{queue}?endorsement=overdue",
        since=clock.london_date(overdue["since"]) if overdue["since"] else None,
        words="Ask again, or ask the applicant for somebody else."
        if overdue["count"]
        else "Every endorser answered in time, or still can.",
    )
