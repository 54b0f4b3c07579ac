"""People who attend one session with another group."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from cohorts.access import LEADS, cohorts_visible_to, enrolments_overseen_by
from cohorts.actions import allow_guests, attend_elsewhere, attend_with_own_group
from cohorts.forms.steps import SteppedForm
from cohorts.models import Cohort, Enrolment, GuestPlace, Membership, Seminar
from cohorts.queries.guests import sittings_elsewhere
from cohorts.states import UNDER_WAY, EnrolmentState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, site
from npqh_portal.web.forms import YesOrNo
from npqh_portal.web.trail import Told, call, row, say
from npqh_portal.web.words import short_day, table_day, time_range

say(
    {"guest-place.made": "Attends once with another group", "guest-place.ended": "Attends with their own group again"},
    {
        "enrolment": row("Who", Enrolment, "person", "version__programme"),
        "session": row("Session", Seminar, "item"),
        "instead_of": row("Instead of", Seminar, "item"),
    },
)


_OPEN_STAYS = Prefetch(
    "memberships", Membership.objects.filter(to_on=None).select_related("group__cohort", "cohort"), to_attr="open_stays"
)
call(GuestPlace.objects.all(), by="enrolment__person__full_name")
say({"cohort.guests-allowed": "Guests at its sessions"}, {"allowed": Told("May come")})


class PeopleTakingPart(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, enrolment: Any) -> str:
        stay = enrolment.open_stays[0] if enrolment.open_stays else None
        return f"{enrolment.person}{f', {stay.group or stay.cohort}' if stay else ''}"


class SessionsAhead(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, session: Any) -> str:
        return f"{session}: {short_day(session.starts_at)}, {session.group or session.cohort}"


class GuestForm(SteppedForm):
    first, go_on = "enrolment", "See where they can go"

    enrolment = PeopleTakingPart(Enrolment.objects.none(), label="Who", error_messages={"required": "Choose who comes"})
    seminar = SessionsAhead(
        Seminar.objects.none(),
        label="To which session",
        help_text="Of other groups, and of what they still have to earn; instead of their own group’s session of the"
        " same.",
        error_messages={"required": "Choose the session"},
    )

    def fill_first(self) -> None:
        people = self.fields["enrolment"]
        assert isinstance(people, forms.ModelChoiceField)  # noqa: S101  # declared just above
        going = Membership.objects.filter(to_on=None, cohort__state__in=sorted(UNDER_WAY))
        people.queryset = (
            enrolments_overseen_by(self.by)
            .filter(pk__in=going.values("enrolment"), state=EnrolmentState.ACTIVE)
            .select_related("person")
            .prefetch_related(_OPEN_STAYS)
            .order_by("person__full_name", "pk")
        )

    def fill(self, chosen: Enrolment) -> None:
        sessions = self.fields["seminar"]
        assert isinstance(sessions, forms.ModelChoiceField)  # noqa: S101  # declared just above
        found = sittings_elsewhere(chosen, clock.now())
        visible = cohorts_visible_to(self.by).values("pk")
        sessions.queryset = found.filter(cohort__in=visible).order_by("item__number", "starts_at", "pk")
        if not sessions.queryset.exists():
            sessions.help_text = "No other group has a session ahead of anything that they still have to earn."


def _send(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, GuestPlace]:
    place = attend_elsewhere(cleaned["enrolment"], seminar=cleaned["seminar"], by=by)
    when = short_day(place.seminar.starts_at)
    return f"{place.enrolment.person} attends on {when}. They and both facilitators are told.", place


def _bring_back(by: User, place: GuestPlace, cleaned: dict[str, Any]) -> str:
    attend_with_own_group(place, by=by)
    return f"{place.enrolment.person} attends with their own group. They and both facilitators are told."


class WelcomeForm(ActForm):
    allowed = YesOrNo(
        label="May people of other groups come to its sessions?",
        yes="Yes, once instead of their own group’s, where there is room",
        no="No",
        error_messages={"required": "Choose whether they may come"},
    )

    def prepare(self) -> None:
        self.fields["allowed"].initial = "yes" if self.row.guests_allowed else "no"


def _allow(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    if allow_guests(cohort, **cleaned, by=by).guests_allowed:
        return "People of other groups may come to its sessions once."
    return "Nobody of another group can ask to come to its sessions any more."


WELCOME = Act(
    "guests",
    "Guests at its sessions",
    run=_allow,
    form=WelcomeForm,
    roles=LEADS,
    offered=lambda cohort: cohort.state in UNDER_WAY,
    explains="Whoever has a place as a guest already keeps it.",
)


@admin.register(GuestPlace, site=site)
class GuestPlaceAdmin(LookOnlyAdmin):
    list_display = ("who", "session", "when", "with_group", "instead", "made_at", "ended_at")
    list_filter = (("seminar__cohort", admin.RelatedOnlyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("enrolment__person__full_name", "seminar__item__title")
    search_help_text = "Who it is, or what they attend."
    fields = readonly_fields = ("who", "session", "when", "with_group", "instead", "made_at", "ended_at")
    named = {"made_at": "since", "ended_at": "given up"}
    list_acts = (
        Act(
            "send",
            "Let somebody attend elsewhere once",
            run=_send,
            form=GuestForm,
            roles=LEADS,
            template="cohorts/act_in_steps.html",
            explains="Their group, and what they are entitled to, stay as they are. They stand on the other group’s"
            " register for that session. Participants can ask for it themselves, on the session’s page.",
        ),
    )
    acts = (
        Act(
            "bring-back",
            "Attend with their own group",
            run=_bring_back,
            roles=LEADS,
            offered=lambda place: place.ended_at is None,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[GuestPlace]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        theirs = GuestPlace.objects.filter(seminar__cohort__in=cohorts_visible_to(request.user).values("pk"))
        return theirs.select_related(
            "enrolment__person", "seminar__item", "seminar__group__cohort", "seminar__cohort", "instead_of"
        ).order_by("-seminar__starts_at", "-pk")

    @admin.display(description="who", ordering="enrolment__person__full_name")
    def who(self, place: GuestPlace) -> str:
        return str(place.enrolment.person)

    @admin.display(description="session", ordering="seminar__item__title")
    def session(self, place: GuestPlace) -> str:
        return str(place.seminar)

    @admin.display(description="when", ordering="seminar__starts_at")
    def when(self, place: GuestPlace) -> str:
        at = place.seminar
        return f"{table_day(at.starts_at)}, {time_range(at.starts_at, at.ends_at)}"

    @admin.display(description="with")
    def with_group(self, place: GuestPlace) -> str:
        return str(place.seminar.group or place.seminar.cohort)

    @admin.display(description="instead of")
    def instead(self, place: GuestPlace) -> str:
        return table_day(place.instead_of.starts_at) if place.instead_of else ""
