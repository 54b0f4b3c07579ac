"""What funding and support are decided by, and what was found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.errors import ScholarshipNotOpen
from applications.kinds import By, Eligible, FundingRoute, FundingStatus
from applications.models import Application, FundingDecision, MissingSchool, StrandDecision
from applications.rules.answers import has_school, part_to_place
from applications.rules.funding import MARKED, FundingAnswer, FundingFacts, funding_of, reason, would_change
from applications.rules.places import payer_in_words
from applications.rules.strands import StrandReason
from applications.states import UNDECIDED, ApplicationState
from npqh_portal.clock import london_date
from npqh_portal.programmes.kinds import FundingSource
from npqh_portal.programmes.models import FundingSuspension, Programme
from npqh_portal.programmes.rules.funding import CohortFunding, suspension_on
from npqh_portal.programmes.rules.texts import pounds
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.models import EligibilityEntry
from npqh_portal.schools.queries import lists_of
from npqh_portal.schools.rules.eligibility import covers
from npqh_portal.web.words import short_day

# Everything that `facts_of` reads of an application and that does not stand in its own row.
READ_WITH = ("intake__version__programme", "school", "form")


def lists_day(application: Application, today: date) -> date:
    """The London day whose lists decide: that of sending, and today for a draft."""
    return london_date(application.submitted_at) if application.submitted_at else today


def facts_of(applications: Collection[Application], today: date) -> dict[int, FundingFacts]:
    """By application, the facts as they are now, with the lists of the day on which each was sent.

    Two statements beside the reading of the applications, which must come with `READ_WITH`; a third where a school is
    not of the register.
    """
    rise = _rise_periods({one.school.urn for one in applications if one.school})
    before = _funded_before(applications)
    sought = _whose_school_is_sought(applications)
    found = {}
    for one in applications:
        school = one.school if has_school(one.answers) else None
        on = lists_day(one, today)
        found[one.pk] = FundingFacts(
            cohort_funding=one.intake.cohort_funding,
            works_in_england=one.works_in_england is True,
            work_setting=one.work_setting,
            establishment_type_code=school.type_code if school else "",
            on_rise_list=any(covers(*days, on) for days in rise.get(school.urn, ())) if school else False,
            kind_of_nursery=one.kind_of_nursery,
            employment_type=one.employment_type,
            referred_by_return_to_teaching_adviser=one.referred_by_return_to_teaching_adviser is True,
            previously_funded=one.previously_funded is True or one.pk in before,
            is_school_sought=one.pk in sought,
        )
    return found


def _whose_school_is_sought(applications: Collection[Application]) -> set[int]:
    """Of these, those whose applicant named a school that they did not find, while we look for it."""
    unlisted = [one.pk for one in applications if one.school_id is None and has_school(one.answers)]
    if not unlisted:
        return set()
    open_tasks = MissingSchool.objects.filter(application__in=unlisted, settled_at=None)
    return set(open_tasks.values_list("application", flat=True))


def _rise_periods(urns: Collection[str]) -> Mapping[str, list[tuple[date, date | None]]]:
    """By URN, from when until when the school stood on a RISE list."""
    found: dict[str, list[tuple[date, date | None]]] = {}
    entries = EligibilityEntry.objects.filter(list__kind=ListKind.RISE, identifier__in=urns)
    for urn, from_on, to_on in entries.values_list("identifier", "list__from_on", "list__to_on"):
        found.setdefault(urn, []).append((from_on, to_on))
    return found


def _funded_before(applications: Collection[Application]) -> set[int]:
    """Of these, those whose person holds or held a funded place on the same programme through another application.

    Withdrawn after it was accepted, or failed, counts as well. A place paid for otherwise does not, nor does one on a
    programme of the suite that ended in 2021 (C1, C4).
    """
    people = Application.objects.filter(pk__in=[one.pk for one in applications])
    whose = dict(people.values_list("pk", _WHOSE))
    earlier = (
        Application.objects.filter(
            Q(funded_place=True) | Q(funded_place=None) & ~Q(intake__cohort_funding=CohortFunding.ZERO),
            state__in=[ApplicationState.ACCEPTED, ApplicationState.WITHDRAWN],
            decided_at__isnull=False,
            eligible_for_funding=True,
        )
        .exclude(intake__version__programme__framework=Programme.Framework.LEGACY)
        .annotate(whose=_WHOSE)
        .filter(whose__in=set(whose.values()))
    )
    places: dict[tuple[int, int], set[int]] = {}
    for pk, person, programme in earlier.values_list("pk", "whose", "intake__version__programme"):
        places.setdefault((person, programme), set()).add(pk)
    return {
        one.pk for one in applications if places.get((whose[one.pk], one.intake.version.programme_id), set()) - {one.pk}
    }


# Two people found to be one are one here.
_WHOSE = Coalesce(F("person__alias__kept_person"), F("person"))


def newest_decisions(applications: Collection[Application]) -> dict[int, FundingDecision]:
    """By application, what was found last."""
    decisions = FundingDecision.objects.filter(application__in=applications).order_by("application_id", "-at", "-pk")
    return {one.application_id: one for one in decisions.distinct("application_id")}


def flipped(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Those undecided whose funding is another now than it was when they were sent, by the daily check."""
    decisions = FundingDecision.objects.filter(application=OuterRef("pk"))
    return applications.filter(state__in=UNDECIDED).annotate(
        _found_first=Subquery(decisions.order_by("at", "pk").values("eligible")[:1]),
        _found_last=Subquery(decisions.order_by("-at", "-pk").values("eligible")[:1]),
        _found_by=Subquery(decisions.order_by("-at", "-pk").values("occasion")[:1]),
    ).filter(~Q(_found_first=F("_found_last")), _found_by=By.DAILY)  # fmt: skip


def in_review(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Those undecided whose funding DfE has to look at."""
    return applications.filter(
        state__in=UNDECIDED, funding_status__in=[FundingStatus.SUBJECT_TO_REVIEW, FundingStatus.REFERRED]
    )


@dataclass(frozen=True)
class Funding:
    """What is found about the funding of a place, in words.

    `why` names the fact that decided it; each of `changes` completes “It could be funded if …”. `fee` is the
    programme's, in pounds, empty where there is none. `payer` says who pays it on the route that was chosen, empty for
    a scholarship and while none is. `is_sought`: nothing can be said as long as we have not found
    the school. `suspended` is what is said where scholarships cannot be taken up on the day.
    """

    eligible: Eligible
    status: FundingStatus
    why: str
    changes: list[str]
    is_likely: bool
    is_sought: bool
    lists_of: date
    fee: str
    payer: str
    suspended: str


def funding_found(application: Application, today: date) -> Funding | None:
    """Of a sent application what was decided last; of a draft what it would be today.

    None for a draft that does not yet say where its writer works, and for what was sent before any of this was asked.
    """
    if application.state == ApplicationState.DRAFT:
        if part_to_place(application.answers):
            return None
        facts = facts_of([application], today)[application.pk]
        return _found(application, funding_of(facts), facts, on=today, is_likely=True)
    decision = newest_decisions([application]).get(application.pk)
    if decision is None:
        return None
    facts = facts_stored(decision)
    eligible, status = Eligible(decision.eligible), FundingStatus(decision.status)
    decided_by = "" if status in MARKED else funding_of(facts).decided_by
    answer = FundingAnswer(eligible, status, decided_by)
    return _found(application, answer, facts, on=decision.lists_of, is_likely=False)


def _found(
    application: Application, answer: FundingAnswer, facts: FundingFacts, *, on: date, is_likely: bool
) -> Funding:
    suspension, fee_pence = scholarships_suspended(application, on), application.intake.version.fee_pence
    return Funding(
        eligible=answer.eligible,
        status=answer.status,
        why=reason(answer, facts),
        changes=[] if answer.status in MARKED else would_change(facts),
        is_likely=is_likely,
        is_sought=answer.eligible is Eligible.UNKNOWN,
        lists_of=on,
        fee=pounds(fee_pence) if fee_pence else "",
        payer=payer_in_words(application.funding_route, fee_pence=fee_pence),
        suspended=_suspended_in_words(suspension) if suspension else "",
    )


def _suspended_in_words(suspension: FundingSuspension) -> str:
    until = f"before {short_day(suspension.to_on + timedelta(days=1))}" if suspension.to_on else "at present"
    return f"DfE scholarships cannot be taken up {until}. {suspension.words}".strip()


def scholarship_refused(application: Application, on: date) -> ScholarshipNotOpen | None:
    """What keeps an application that asks for a scholarship from being sent on a London day; None where nothing does.

    A statement where it asks for one.
    """
    if application.funding_route != FundingRoute.SCHOLARSHIP:
        return None
    suspension = scholarships_suspended(application, on)
    if suspension is None:
        return None
    if suspension.to_on is None or suspension.to_on >= london_date(application.intake.closes_at):
        return ScholarshipNotOpen()
    return ScholarshipNotOpen(short_day(suspension.to_on + timedelta(days=1)))


def scholarships_suspended(application: Application, on: date) -> FundingSuspension | None:
    """Why no scholarship of the programme can be taken up on a London day, or None (S84, S85)."""
    suspensions = application.intake.version.programme.funding_suspensions.all()
    return suspension_on(suspensions, source=FundingSource.SCHOLARSHIP, on=on)


def facts_stored(decision: FundingDecision) -> FundingFacts:
    return FundingFacts(**decision.facts)


@dataclass(frozen=True)
class Support:
    """What was decided last about one strand of support."""

    strand: str
    title: str
    is_granted: bool
    why: str


def support_found(application: Application) -> list[Support]:
    return [
        Support(one.strand, one.get_strand_display(), one.is_granted, StrandReason(one.reason).label)
        for one in newest_strands(application).values()
    ]


def newest_strands(application: Application) -> dict[str, StrandDecision]:
    """By strand, what was decided last."""
    decisions = application.strand_decisions.order_by("strand", "-at", "-pk").distinct("strand")
    return {one.strand: one for one in decisions}


def lists_on(application: Application, on: date) -> list[str]:
    """The kinds of the lists in force on a London day on which the school of an application stands."""
    if application.school is None or not has_school(application.answers):
        return []
    return [one.kind for one in lists_of(application.school).in_force(on)]
