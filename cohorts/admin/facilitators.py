"""Facilitators: who leads which group and hands it over, their profiles, and the days on which they are away."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from cohorts.access import LEADS, cohorts_visible_to, facilitators_visible_to
from cohorts.actions import add_absence, hand_over_group, remove_absence, write_profile
from cohorts.forms.facilitators import AbsenceForm, ProfileForm
from cohorts.models import Absence, Facilitation, FacilitatorProfile, Group, Membership, Seminar
from cohorts.queries.facilitators import facilitators_for, hand_over_of, without_leader
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role, RoleKind
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, PortalInline, Waiting, site
from npqh_portal.web.doors import person_of
from npqh_portal.web.fields import DateParts
from npqh_portal.web.trail import Told, days, row, say
from npqh_portal.web.words import table_day

say(
    {"facilitator.assigned": "Facilitator assigned"},
    {"group": row("Group", Group, "cohort"), "person": row("Facilitator", User)},
)
say({"facilitator.profile-written": "Profile of a facilitator written"}, {"shown": Told("Shown to participants")})
say(
    {
        "absence.added": "Days away entered",
        "absence.removed": "Days away removed",
        "absence.replacement-asked": "Asked for a replacement",
    },
    {
        "person": row("Facilitator", User),
        "from_on": Told("First day", days),
        "to_on": Told("Last day", days),
        "sessions": Told("Sessions"),
    },
)


# --- handing a group over --------------------------------------------------------------------------


class HandOverForm(ActForm):
    person = forms.ModelChoiceField(
        User.objects.none(), label="To whom", error_messages={"required": "Choose who takes over"}
    )
    from_on = DateParts(label="From", subject="The first day")
    as_far_as_possible = forms.BooleanField(
        label="Hand over what they can lead, and leave the other sessions as they are", required=False
    )

    def prepare(self) -> None:
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared just above
        field.queryset = facilitators_for(self.row.cohort).exclude(
            facilitations__in=self.row.facilitations.filter(to_on=None)
        )
        self.fields["from_on"].initial = clock.today()


def _hand_over(by: User, group: Group, cleaned: dict[str, Any]) -> str:
    found = hand_over_group(group, **cleaned, by=by)
    count, left = len(found.possible), len(found.clashes)
    sessions = "one session" if count == 1 else f"{count} sessions"
    stay = "One stays as it is: find somebody else for it."
    if left > 1:
        stay = f"{left} stay as they are: find somebody else for those."
    rest = f" {stay}" if left else ""
    return f"{cleaned['person']} leads the group, and {sessions} of it. Everybody it concerns is told.{rest}"


def _what_is_handed_over(by: User, group: Group, cleaned: dict[str, Any]) -> dict[str, Any]:
    found = hand_over_of(group, cleaned["person"], cleaned["from_on"], clock.now())
    return {"hand_over": found, "taker": cleaned["person"]}


HAND_OVER = Act(
    "hand-over",
    "Hand it over",
    run=_hand_over,
    form=HandOverForm,
    roles=LEADS,
    offered=lambda group: group.cohort.state != CohortState.CLOSED,
    explains="Somebody else leads the group from that day on, and its sessions that have not begun. What a third"
    " person leads stays with them.",
    template="cohorts/hand_over.html",
    preview=_what_is_handed_over,
)


class PeopleInline(PortalInline):
    """Who is in a group now."""

    model = Membership
    verbose_name_plural = "People in it now"
    fields = readonly_fields = ("who", "stands", "from_on", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        now = Membership.objects.filter(to_on=None).select_related("enrolment__person")
        return now.order_by("enrolment__person__full_name", "pk")

    @admin.display(description="person")
    def who(self, stay: Membership) -> str:
        return str(stay.enrolment.person)

    @admin.display(description="state")
    def stands(self, stay: Membership) -> str:
        return str(stay.enrolment.get_state_display())


@admin.register(Facilitation, site=site)
class FacilitationAdmin(LookOnlyAdmin):
    """Who leads, or led, which group. It changes with the group: by assigning somebody, or handing it over."""

    list_display = ("group", "person", "from_on", "to_on")
    list_filter = (("group__cohort", admin.RelatedOnlyFieldListFilter), ("person", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("group__cohort", "person")
    search_fields = ("person__full_name", "group__name", "group__cohort__name")
    search_help_text = "Who leads it, the group, or the cohort."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Facilitation]:
        theirs = Facilitation.objects.filter(group__cohort__in=cohorts_visible_to(person_of(request)).values("pk"))
        return theirs.order_by("-from_on", "pk")


# --- profiles ----------------------------------------------------------------------------------------


class WriteProfileForm(ProfileForm, ActForm):
    def prepare(self) -> None:
        if isinstance(self.row, FacilitatorProfile):
            for name in ("headline", "biography"):
                self.fields[name].initial = getattr(self.row, name)
            self.fields["is_shown"].initial = "yes" if self.row.is_shown else "no"
            self.fields["weekdays"].initial = list(self.row.weekdays)


class FirstProfileForm(WriteProfileForm):
    person = forms.ModelChoiceField(
        User.objects.none(), label="Whose", error_messages={"required": "Choose whose profile it is"}
    )
    field_order = ("person", "headline", "biography", "is_shown", "weekdays")

    def prepare(self) -> None:
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared just above
        field.queryset = facilitators_visible_to(self.by).filter(facilitator_profile=None)
        self.fields["weekdays"].initial = list(FacilitatorProfile().weekdays)


def _write(by: User, profile: FacilitatorProfile | None, cleaned: dict[str, Any]) -> tuple[str, FacilitatorProfile]:
    person = profile.person if profile else cleaned.pop("person")
    saved = write_profile(person, **cleaned, by=by)
    return f"Saved. {'Participants of their groups' if saved.is_shown else 'Nobody but they'} can read it.", saved


@admin.register(FacilitatorProfile, site=site)
class ProfileAdmin(LookOnlyAdmin):
    list_display = ("person", "kind", "headline", "is_shown", "days")
    list_filter = ("is_shown",)
    list_select_related = ("person",)
    search_fields = ("person__full_name", "headline")
    fields = readonly_fields = ("person", "kind", "headline", "biography", "is_shown", "days")
    list_acts = (Act("first", "Write a profile", run=_write, form=FirstProfileForm, roles=LEADS),)
    acts = (Act("write", "Change it", run=_write, form=WriteProfileForm, roles=LEADS),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FacilitatorProfile]:
        people = facilitators_visible_to(person_of(request)).values("pk")
        granted = RoleGrant.objects.open().filter(role=Role.FACILITATOR, person=OuterRef("person")).exclude(kind="")
        theirs = FacilitatorProfile.objects.filter(person__in=people)
        return theirs.annotate(as_granted=Subquery(granted.order_by("-starts_on", "pk").values("kind")[:1])).order_by(
            "person__full_name", "pk"
        )

    @admin.display(description="kind")
    def kind(self, profile: Any) -> str:
        return RoleKind(profile.as_granted).label if profile.as_granted else ""

    @admin.display(description="days offered")
    def days(self, profile: FacilitatorProfile) -> str:
        named = dict(ProfileForm.base_fields["weekdays"].choices)  # type: ignore[attr-defined]
        if len(profile.weekdays) == len(named):
            return "All"
        return ", ".join(f"{named[day]}s" for day in profile.weekdays)


# --- days away -----------------------------------------------------------------------------------------


class EnterAbsenceForm(AbsenceForm, ActForm):
    person = forms.ModelChoiceField(User.objects.none(), label="Who", error_messages={"required": "Choose who is away"})
    field_order = ("person", "from_on", "to_on", "note")

    def prepare(self) -> None:
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared just above
        field.queryset = facilitators_visible_to(self.by)


def _enter(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, Absence]:
    absence = add_absence(cleaned.pop("person"), **cleaned, by=by)
    return f"Entered. No session is put on these days for {absence.person}.", absence


def _remove(by: User, absence: Absence, cleaned: dict[str, Any]) -> tuple[str, Absence]:
    remove_absence(absence, by=by)
    return f"Removed. {absence.person} can lead on these days.", Absence()


@admin.register(Absence, site=site)
class AbsenceAdmin(LookOnlyAdmin):
    list_display = ("person", "from_on", "to_on", "note")
    list_filter = (("person", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("person",)
    search_fields = ("person__full_name",)
    date_hierarchy = "from_on"
    list_acts = (
        Act(
            "enter",
            "Enter days away",
            run=_enter,
            form=EnterAbsenceForm,
            roles=LEADS,
            explains="Sessions given already stay theirs. They stand under “Sessions that nobody can lead”.",
        ),
    )
    acts = (Act("remove", "Remove it", run=_remove, roles=LEADS, grave=True),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Absence]:
        people = facilitators_visible_to(person_of(request)).values("pk")
        return Absence.objects.filter(person__in=people).order_by("-from_on", "person__full_name", "pk")


# --- work waiting --------------------------------------------------------------------------------------


@site.work_waiting
def sessions_to_lead(user: User) -> Iterator[Waiting]:
    if not has_role(user, *LEADS):
        return
    seminars = Seminar.objects.filter(cohort__in=cohorts_visible_to(user).values("pk"))
    unled = without_leader(seminars, clock.now())
    first = unled.first()
    yield Waiting(
        label="Sessions that nobody can lead",
        count=unled.count(),
        address=reverse("cohorts:unled"),
        words=f"The first is on {table_day(first.starts_at)}. Nobody leads it, or whoever does is away."
        if first
        else "",
        late=bool(first and (first.starts_at - clock.now()).days < 14),
        since=None,
    )
