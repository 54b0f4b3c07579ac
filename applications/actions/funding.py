"""Whether a place can be funded: found when an application is sent, looked at anew every day, or entered by staff."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from applications.access import deciders_of
from applications.errors import (
    FundedPlaceHeld,
    FundedPlaceTakenUp,
    FundingReasonNeeded,
    FundingSettled,
    OwnApplication,
)
from applications.kinds import By, Eligible, FundingStatus
from applications.models import Application, FundingDecision
from applications.queries.funding import (
    READ_WITH,
    facts_of,
    facts_stored,
    lists_day,
    newest_decisions,
    scholarship_refused,
)
from applications.rules import funding as rules
from applications.rules.funding import MARKED, FundingAnswer, FundingFacts, funding_of
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import Deed, record, record_many
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, queue_message, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from npqh_portal.text import without_tricks

SWEEP = "applications.recheck_funding"
# How many of those that changed a letter names; the list itself has them all.
NAMED_MOST = 20
_STORED = {Eligible.YES: True, Eligible.NO: False, Eligible.REVIEW: None, Eligible.UNKNOWN: None}


@transaction.atomic
def decide_funding(application: Application, *, occasion: By, by: User | None) -> FundingDecision:
    """Find by DfE's table whether the place can be funded, with the lists of the day of sending (C2).

    The same finding on the same facts adds nothing. What staff entered of DfE's review stands, and so does what a
    funded place rests on that is held or offered. Raises ScholarshipNotOpen where one is asked for at sending while
    scholarships are suspended.
    """
    locked, today = _locked(application), clock.today()
    newest = newest_decisions([locked]).get(locked.pk)
    if newest and (newest.status in MARKED or locked.funded_place):
        return newest
    on = lists_day(locked, today)
    if occasion == By.SUBMISSION and (refused := scholarship_refused(locked, on)):
        raise refused
    facts = facts_of([locked], today)[locked.pk]
    if newest and not _differs(newest, funding_of(facts), facts):
        return newest
    return _add(application, funding_of(facts), facts, occasion=occasion, by=by)


@transaction.atomic
def mark_funding(application: Application, *, eligible: bool, reason: str, by: User) -> FundingDecision:
    """Enter what DfE found on review; it overrules the table, also where somebody was funded before.

    The applicant is told. The same finding again changes nothing. Raises OwnApplication, FundingSettled,
    FundingReasonNeeded, and for a “no” while its place is a funded one FundedPlaceHeld, or FundedPlaceTakenUp once
    somebody takes part on it.
    """
    locked = _locked(application)
    if locked.person_id == by.pk:
        raise OwnApplication
    if locked.state not in {*UNDECIDED, ApplicationState.ACCEPTED}:
        raise FundingSettled(locked.get_state_display())
    status = FundingStatus.MARKED_FUNDED if eligible else FundingStatus.MARKED_INELIGIBLE
    newest = newest_decisions([locked]).get(locked.pk)
    if newest and newest.status == status:
        return newest
    if not (reason := without_tricks(reason).strip()):
        raise FundingReasonNeeded
    if locked.funded_place and not eligible:
        raise FundedPlaceTakenUp if locked.is_enrolled else FundedPlaceHeld
    facts = facts_of([locked], clock.today())[locked.pk]
    answer = FundingAnswer(Eligible.YES if eligible else Eligible.NO, status, "")
    decision = _add(application, answer, facts, occasion=By.STAFF, by=by, words={"reason": reason})
    queue_message(
        "funding-reviewed",
        to=locked.person,
        about=locked,
        key=f"funding-reviewed:{locked.pk}:{decision.pk}:{locked.person_id}",
        words={"eligible": eligible},
    )
    return decision


@transaction.atomic
def recheck_funding(at: datetime) -> int:
    """Ask the table again about every undecided application; returns how many are funded otherwise than before.

    The lists stay those of the day of sending, so what changes is the type of a school, an earlier place, or a list
    that was corrected. Left alone are those that staff marked, and those to whom a funded place is offered: it was
    promised. Leads are told of what changed, one letter for each intake. A few statements however many there are.
    """
    today = clock.london_date(at)
    applications = list(
        Application.objects.filter(state__in=UNDECIDED)
        .exclude(funding_status__in=MARKED)
        .exclude(funded_place=True)
        .select_related(*READ_WITH)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    newest, facts = newest_decisions(applications), facts_of(applications, today)
    changed = [
        one
        for one in applications
        if one.pk not in newest or _differs(newest[one.pk], funding_of(facts[one.pk]), facts[one.pk])
    ]
    decisions = FundingDecision.objects.bulk_create(
        _decision(one, funding_of(facts[one.pk]), facts[one.pk], occasion=By.DAILY, at=at) for one in changed
    )
    for one in changed:
        _keep(one, funding_of(facts[one.pk]))
    Application.objects.bulk_update(changed, ["funding_status", "eligible_for_funding"], batch_size=500)
    flips = [
        Flip(newest[now.application_id], now)
        for now in decisions
        if now.application_id in newest and newest[now.application_id].eligible != now.eligible
    ]
    record_many(
        [
            Deed("funding.changed", flip.application, {"from": flip.was.status, "to": flip.now.status}, {})
            for flip in flips
        ],
        by=None,
    )
    _tell_leads(flips)
    return len(flips)


@dataclass(frozen=True)
class Flip:
    """What was found before, and what is found now."""

    was: FundingDecision
    now: FundingDecision

    @property
    def application(self) -> Application:
        return self.now.application

    @property
    def why(self) -> str:
        facts = facts_stored(self.now)
        return rules.reason(funding_of(facts), facts)


def _tell_leads(flips: Iterable[Flip]) -> None:
    of_intakes: dict[Intake, list[Flip]] = {}
    for flip in flips:
        of_intakes.setdefault(flip.application.intake, []).append(flip)
    queue_messages(
        Letter(
            "funding-changed",
            lead,
            f"funding-changed:{intake.pk}:{changes[-1].now.pk}:{lead.pk}",
            about=intake,
            words={"changes": changes[:NAMED_MOST], "left": len(changes) - NAMED_MOST, "count": len(changes)},
        )
        for intake, changes in of_intakes.items()
        for lead in deciders_of(intake)
    )


def _locked(application: Application) -> Application:
    lock(application)
    return Application.objects.select_related("person", *READ_WITH).get(pk=application.pk)


def _differs(newest: FundingDecision, answer: FundingAnswer, facts: FundingFacts) -> bool:
    found = (answer.eligible.value, answer.status.value, facts)
    return (newest.eligible, newest.status, facts_stored(newest)) != found


def _add(
    application: Application,
    answer: FundingAnswer,
    facts: FundingFacts,
    *,
    occasion: By,
    by: User | None,
    words: dict[str, str] | None = None,
) -> FundingDecision:
    decision = _decision(application, answer, facts, occasion=occasion, at=clock.now(), by=by)
    decision.save()
    _keep(application, answer)
    application.save(update_fields=["funding_status", "eligible_for_funding"])
    record(
        "funding.decided",
        application,
        facts={"decision": decision.pk, "status": answer.status.value, "eligible": answer.eligible.value},
        words=words,
        by=by,
    )
    return decision


def _decision(
    application: Application,
    answer: FundingAnswer,
    facts: FundingFacts,
    *,
    occasion: By,
    at: datetime,
    by: User | None = None,
) -> FundingDecision:
    return FundingDecision(
        application=application,
        eligible=answer.eligible.value,
        status=answer.status.value,
        facts=asdict(facts),
        lists_of=lists_day(application, clock.london_date(at)),
        occasion=occasion.value,
        at=at,
        by=by,
    )


def _keep(application: Application, answer: FundingAnswer) -> None:
    """What the newest decision says, in the row's own columns."""
    application.funding_status = answer.status.value
    application.eligible_for_funding = _STORED[answer.eligible]
