"""One person's path: what a change of it would do, and what has become of it so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from cohorts.kinds import Deferring, Leaving
from cohorts.models import (
    AssessmentWindow,
    Cohort,
    Enrolment,
    Group,
    LedgerEntry,
    Membership,
    PersonalItem,
    Seminar,
)
from cohorts.rules.dates import CourseDates
from cohorts.rules.engagement import Standing, item_worth
from cohorts.rules.path import ListedItem, VersionMove, left_before_start, version_move
from cohorts.states import EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of, words_of_all
from npqh_portal.audit.rules import Fact
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import Unit
from npqh_portal.programmes.models import Item, PolicyComponent, ProgrammeVersion
from npqh_portal.programmes.queries import current_policy
from npqh_portal.schools.queries import works_at
from npqh_portal.web.words import amount_in_words, listed, short_day

from .cohorts import dates_of
from .engagement import credited_whole, standing_of
from .enrolments import latest_membership_of
from .timetable import seminars_of_enrolment

# --- another version -------------------------------------------------------------------------------


def version_move_of(enrolment: Enrolment, version: ProgrammeVersion) -> VersionMove:
    """What would become of their list and of their credit if they moved to that version."""
    listed = Item.objects.filter(personal_items__enrolment=enrolment)
    held = credit_by_item(enrolment)
    return version_move(
        _listed(listed, current_policy(enrolment.version).components.all(), held),
        _listed(version.items.all(), current_policy(version).components.all(), held),
    )


def credit_by_item(enrolment: Enrolment) -> dict[int, int]:
    sums = LedgerEntry.objects.filter(enrolment=enrolment).order_by().values("item").annotate(sum=Sum("change"))
    return {row["item"]: row["sum"] for row in sums}


def _listed(items: QuerySet[Item], components: Iterable[PolicyComponent], held: Mapping[int, int]) -> list[ListedItem]:
    units = {kind: component.unit for component in components for kind in component.kinds}
    return [
        ListedItem(
            code=item.code,
            title=item.title,
            worth=item_worth(item.minutes, units[item.kind]) if item.kind in units else 0,
            credited=held.get(item.pk, 0),
            unit=units.get(item.kind, ""),
        )
        for item in items.order_by("number")
    ]


def could_send_assessment(enrolment: Enrolment, today: date) -> bool:
    """Whether a window has opened while they were in its cohort: what they sent then belongs to their version."""
    stays = Membership.objects.filter(
        Q(to_on=None) | Q(to_on__gt=OuterRef("opens_on")),
        enrolment=enrolment,
        cohort=OuterRef("cohort"),
        from_on__lte=OuterRef("closes_on"),
    )
    return AssessmentWindow.objects.filter(Exists(stays), opens_on__lte=today).exists()


# --- what a change would do ------------------------------------------------------------------------


@dataclass(frozen=True)
class Arrival:
    """What somebody would find in a cohort. `before` are the dates that hold for them now, if any do.

    `held` is over already, `ahead` still to come; `credited` is what is to come of items that they hold whole already.
    What they are exempt from is in none of these.
    """

    cohort: Cohort
    group: Group | None
    before: CourseDates | None
    dates: CourseDates
    window: AssessmentWindow | None
    held: int
    ahead: int
    credited: int
    move: VersionMove | None

    @property
    def is_late(self) -> bool:
        return clock.today() > self.cohort.starts_on


def arrival_of(enrolment: Enrolment, cohort: Cohort, group: Group | None, at: datetime) -> Arrival:
    theirs = Seminar.objects.filter(Q(group=None) | Q(group=group), cohort=cohort, state=SeminarState.SCHEDULED)
    # An exemption goes over to another version, by the code of its item.
    theirs = theirs.exclude(item__code__in=_not_expected(enrolment).values("item__code"))
    move = version_move_of(enrolment, cohort.version) if enrolment.version_id != cohort.version_id else None
    ahead = theirs.filter(starts_at__gt=at)
    whole = ahead.filter(_held_whole(enrolment, move, at)).count()
    return Arrival(
        cohort=cohort,
        group=group,
        before=dates_for(enrolment) if enrolment.state == EnrolmentState.ACTIVE else None,
        dates=dates_of(cohort, extension_months=enrolment.extension_months),
        window=cohort.windows.filter(number=1).first(),
        held=theirs.filter(starts_at__lte=at).count(),
        ahead=ahead.count() - whole,
        credited=whole,
        move=move,
    )


def _held_whole(enrolment: Enrolment, move: VersionMove | None, at: datetime) -> Q:
    """Of seminars, those of items that they hold whole; after a move to another version, by that version's codes."""
    if move is None:
        return Q(item__in=credited_whole(enrolment, at))
    return Q(item__code__in=[kept.new.code for kept in move.kept if kept.new.worth and kept.credit >= kept.new.worth])


def _not_expected(enrolment: Enrolment) -> QuerySet[PersonalItem]:
    return PersonalItem.objects.filter(enrolment=enrolment).exclude(expectation=PersonalItem.Expectation.EXPECTED)


@dataclass(frozen=True)
class Departure:
    """What somebody would leave behind: the place they hold, if any, and the sessions they were still to come to."""

    stay: Membership | None
    ahead: tuple[Seminar, ...]
    standing: Standing
    before_start: bool

    @property
    def credited_in_words(self) -> str:
        """17 items; where some parts count in minutes, 12 hours and 5 items."""
        credited = dict.fromkeys(Unit.values, 0)
        for part in self.standing.components:
            credited[part.unit] += part.credited
        return listed([amount_in_words(number, unit) for unit, number in credited.items() if number]) or "nothing yet"


def departure_of(enrolment: Enrolment, at: datetime) -> Departure:
    stay = latest_membership_of(enrolment)
    ahead = seminars_of_enrolment(enrolment).filter(state=SeminarState.SCHEDULED, starts_at__gt=at)
    ahead = ahead.exclude(item__in=credited_whole(enrolment, at))
    ahead = ahead.exclude(item__in=_not_expected(enrolment).values("item"))
    return Departure(
        stay=stay if stay and stay.to_on is None else None,
        ahead=tuple(ahead),
        standing=standing_of(enrolment, at),
        before_start=is_before_start(enrolment, clock.london_date(at)),
    )


def dates_for(enrolment: Enrolment, *, extension_months: int | None = None) -> CourseDates | None:
    """The dates that hold for somebody, with an extension of theirs; None before they have had a place."""
    stay = latest_membership_of(enrolment)
    months = enrolment.extension_months if extension_months is None else extension_months
    return dates_of(stay.cohort, extension_months=months) if stay else None


def is_before_start(enrolment: Enrolment, day: date) -> bool:
    """Whether the course has not begun for them by that day: in the cohort they are in, or were in last."""
    stay = latest_membership_of(enrolment)
    return left_before_start(day, stay.cohort.starts_on if stay else None)


# --- what has become of it -------------------------------------------------------------------------

_IN = {
    Membership.Reason.PLACED: "Placed in",
    Membership.Reason.LATE: "Joined late:",
    Membership.Reason.MOVED: "Moved to",
    Membership.Reason.RETURNED: "Returned from deferral, into",
    Membership.Reason.REINSTATED: "Reinstated after withdrawing, in",
}
_TOLD = (
    "enrolment.made",
    "enrolment.taken_over",
    "enrolment.moved",
    "enrolment.return-planned",
    "enrolment.version-moved",
    "enrolment.extended",
    "enrolment.headship-noted",
    "membership.opened",
)
_SCHOOL_CHANGED = "person.school_changed"


@dataclass(frozen=True)
class Step:
    """One thing that became of a path. `why` is empty where no reason was given, None where it has been erased."""

    at: datetime
    what: str
    why: str | None
    by: str


def path_of(enrolment: Enrolment) -> list[Step]:
    """From the beginning on, in words, as the audit trail has it. Five statements at most."""
    stays = Membership.objects.filter(enrolment=enrolment).values("pk")
    of_either = Q(subject_type=Enrolment._meta.label_lower, subject_id=enrolment.pk) | Q(
        subject_type=Membership._meta.label_lower, subject_id__in=stays
    )
    of_person = Q(subject_type=User._meta.label_lower, subject_id=enrolment.person_id, verb=_SCHOOL_CHANGED)
    told = (of_either & Q(verb__in=_TOLD)) | (of_person & Q(at__gte=enrolment.enrolled_at))
    entries = list(Entry.objects.filter(told).order_by("at", "pk"))
    facts = {entry.pk: facts_of(entry) for entry in entries}
    names = _Names.of(facts.values())
    words = words_of_all(entries)
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    steps = []
    for entry in entries:
        said = words[entry.pk]
        is_school = entry.verb == _SCHOOL_CHANGED
        if what := _school_in_words(said) if is_school else _in_words(entry.verb, facts[entry.pk], names):
            why = said.get("reason", "") if said is not None else None
            steps.append(Step(entry.at, what, why, str(people.get(entry.actor_id or 0, "The portal"))))
    return steps


@dataclass(frozen=True)
class _Names:
    """What the ids among the facts are called."""

    cohorts: Mapping[Any, Cohort]
    groups: Mapping[Any, Group]
    versions: Mapping[Any, ProgrammeVersion]
    people: Mapping[Any, User]

    @classmethod
    def of(cls, facts: Iterable[Mapping[str, Fact]]) -> "_Names":
        facts = list(facts)

        def named(*names: str) -> set[Any]:
            return {one[name] for one in facts for name in names if isinstance(one.get(name), int)}

        versions = [one for one in facts if "kept" in one]
        return cls(
            Cohort.objects.in_bulk(named("cohort")),
            Group.objects.in_bulk(named("group")),
            ProgrammeVersion.objects.select_related("programme").in_bulk(
                {one[name] for one in versions for name in ("from", "to")}
            ),
            User.objects.in_bulk(named("approved_by")),
        )


def _in_words(verb: str, facts: Mapping[str, Fact], names: _Names) -> str:
    if verb == "enrolment.made":
        return "Enrolled"
    if verb == "enrolment.taken_over":
        return "Taken over from before this portal"
    if verb == "membership.opened":
        cohort, group = names.cohorts[facts["cohort"]], names.groups.get(facts["group"])
        return f"{_IN[Membership.Reason(str(facts['reason']))]} {cohort}" + (f", {group.name}" if group else "")
    if verb == "enrolment.return-planned":
        until = facts.get("returns_on")
        return f"Return planned for {_named_day(until)}" if until else "No return is planned any more"
    if verb == "enrolment.version-moved":
        return _version_in_words(facts, names)
    if verb == "enrolment.extended":
        months, approver = facts["months"], names.people.get(facts["approved_by"], "somebody")
        if not months:
            return f"Extension taken back, approved by {approver}"
        return f"Extended by {months} month{'' if months == 1 else 's'} in all, approved by {approver}"
    if verb == "enrolment.headship-noted":
        return "Noted as new to headship" if facts["is_new"] else "Noted as not new to headship"
    return _move_in_words(facts)


def _school_in_words(said: Mapping[str, str] | None) -> str:
    if said is None:
        return "Changed school"
    before = f" from {said['from']}" if said.get("from") else ""
    return f"Changed school{before} to {said['to']}"


def _move_in_words(facts: Mapping[str, Fact]) -> str:
    """Coming back is told by the place it brings."""
    to = facts["to"]
    if to == EnrolmentState.DEFERRED:
        until = facts.get("returns_on")
        plan = f", to return on {_named_day(until)}" if until else ""
        why = f": {Deferring(str(facts['for'])).label.lower()}" if "for" in facts else ""
        return f"Deferred{plan}{why}"
    if to == EnrolmentState.WITHDRAWN:
        when = ", before the course began" if facts.get("before_start") else ""
        why = f": {Leaving(str(facts['for'])).label.lower()}" if "for" in facts else ""
        return f"Withdrew{when}{why}"
    return "Completed" if to == EnrolmentState.COMPLETED else ""


def _named_day(day: Fact) -> str:
    return short_day(date.fromisoformat(str(day)))


def _version_in_words(facts: Mapping[str, Fact], names: _Names) -> str:
    gone = f". What has no match there: {facts['dropped']}" if facts["dropped"] else ""
    return (
        f"Moved from {names.versions[facts['from']]} to {names.versions[facts['to']]}. "
        f"Items kept: {facts['kept']}, of them with credit: {facts['carried']}{gone}"
    )


# --- their school ----------------------------------------------------------------------------------


def school_held_of(person: User, enrolment: Enrolment | None) -> str:
    """The name of the school where somebody works: as they last told, else the one they applied with."""
    if school := works_at(person):
        return school.name
    return enrolment.application.school_name if enrolment and enrolment.application else ""
