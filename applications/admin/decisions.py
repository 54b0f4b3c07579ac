"""Deciding, on one application or on many, with the letters to be read first; and withdrawing for an applicant."""

import json
from typing import Any

from django import forms

from applications.access import DECIDERS
from applications.actions import decide, decide_many, plan_decision, plan_decisions, withdraw_application
from applications.actions.bulk import LETTER, WHAT_HAPPENS, Plan
from applications.forms.review import OFFERED_AT_ONCE, DecideForm, DecideManyForm, asks_about_funding
from applications.kinds import FundingRoute, FundingStatus, WithdrawReason
from applications.models import Application, Decision, InformationRequest
from applications.queries.endorsements import endorsement_of, refused_before
from applications.queries.places import is_funded, next_after, offered_at_once, place_of, places_of
from applications.queries.review import twins_of
from applications.rules.bulk import changes
from applications.states import LEGAL_MOVES, TO_DECIDE, ApplicationState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm, site
from npqh_portal.web.words import day

from .queue import IN_REVIEW, read_by_staff, record_for

# Of the facts about an application, those that follow from the choice.
_FOLLOWS = frozenset({WHAT_HAPPENS, LETTER})


class WithdrawForm(ActForm):
    reason = forms.ChoiceField(
        label="Why, as far as you know?",
        choices=[("", "Not said"), *WithdrawReason.choices()],
        required=False,
    )


def _decide(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    decision = decide(application, **cleaned, by=by)
    return f"{decision.get_verdict_display()}. The letter to {application.full_name} is on its way."


def _letter(by: User, application: Application, cleaned: dict[str, Any]) -> dict[str, Any]:
    return {"letter": plan_decision(application, **cleaned, by=by)}


def _what_bears_on_it(by: User, application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "record": record_for(by, application),
        "places": places_of(application.intake),
        "obstacles": _obstacles(by, application),
        "cautions": _cautions(application),
    }


def _cautions(application: Application) -> list[str]:
    """What keeps nobody from deciding, and is better known before."""
    return [*_about_funding(application), *site.warnings_of(application)]


def _about_funding(application: Application) -> list[str]:
    """Of whoever applied for a funded place: why they would not have one."""
    if application.funding_route != FundingRoute.SCHOLARSHIP:
        return []
    if application.funding_status == FundingStatus.SCHOOL_SOUGHT:
        return [
            "Their school is still to be found, so it is not known whether DfE can fund the place. Accepted now, it is"
            " not a funded one where the number of those is capped. Find the school first."
        ]
    if application.funding_status in IN_REVIEW:
        return [
            "They applied for a funded place, and DfE still reviews whether it can fund it. Accepted now, the place is"
            " not a funded one, and nothing looks at it again. Wait for the review, or record what came of it."
        ]
    if application.eligible_for_funding is False:
        return [
            "They applied for a funded place and are not eligible. Accepted, they or somebody else must pay: see that"
            " they know."
        ]
    return []


def _cautions_beside(by: User, plan: Plan) -> dict[int, list[str]]:
    """The same for each of many, in a few statements; and what else the page of one says of it at the top."""
    ready = [outcome.application for outcome in plan.ready]
    twins = twins_of(ready, among=read_by_staff(by))
    alike = {one.pk: [twin.number for twin in twins.get(one.pk, [])] for one in ready}
    refused = refused_before(alike)
    is_waiting = plan.choice.verdict == Decision.Verdict.WAITLISTED
    at_once = offered_at_once(ready) if is_waiting else set()
    warnings = site.warnings_of_each(ready)
    asked = dict(InformationRequest.objects.open().filter(application__in=ready).values_list("application", "reply_by"))
    found: dict[int, list[str]] = {}
    for one in ready:
        said = _about_funding(one) if plan.choice.verdict == Decision.Verdict.ACCEPTED else []
        said += warnings[one.pk]
        said += [OFFERED_AT_ONCE] if one.pk in at_once else []
        said += [
            f"Looks like the same person as {twin.reference}, {twin.full_name}, {twin.intake}, {twin.state.lower()}."
            f" It has {twin.why}."
            for twin in twins.get(one.pk, [])
        ]
        said += ["An endorser refused before: their application tells who, and why."] if one.pk in refused else []
        said += [f"Was asked a question, to answer by {day(asked[one.pk])}, and has not."] if one.pk in asked else []
        found[one.pk] = said
    return found


def _obstacles(by: User, application: Application) -> list[str]:
    """Why it cannot be accepted as it stands, in sentences; those too that keep it from a funded place alone."""
    if application.state == ApplicationState.WAITLISTED:
        return []
    found = []
    for funded in (False, True) if asks_about_funding(application) else (None,):
        try:
            plan_decision(application, verdict=Decision.Verdict.ACCEPTED, funded=funded, by=by)
        except RuleViolation as refusal:
            found.append(str(refusal))
    return list(dict.fromkeys(found))


def _decide_many(by: User, applications: list[Application], cleaned: dict[str, Any]) -> str:
    decisions = decide_many(applications, choice=cleaned["choice"], digest=cleaned["digest"], by=by)
    words = f"{len(decisions)} decided: {cleaned['choice'].verdict.label.lower()}. The letters are on their way."
    left = len(applications) - len(decisions)
    return f"{words} {left} left as they were." if left else words


def _letters(by: User, applications: list[Application], cleaned: dict[str, Any]) -> dict[str, Any]:
    plan, seen = plan_decisions(applications, choice=cleaned["choice"], by=by), cleaned["seen"]
    changed = changes(seen, plan.facts) if seen else {}
    if seen and cleaned["choice"].digest(seen) != cleaned["digest"]:
        # Another choice than the one looked at: what follows from it is new, and nobody else's doing.
        others = {row: [one for one in found if one.what not in _FOLLOWS] for row, found in changed.items()}
        changed = {row: found for row, found in others.items() if found}
    cautions = _cautions_beside(by, plan)
    return {
        "plan": plan,
        "lines": [
            (outcome, changed.get(outcome.application.pk, []), cautions.get(outcome.application.pk, []))
            for outcome in plan.outcomes
        ],
        "changed": len(changed),
        "seen": json.dumps(plan.facts),
        "LETTER": LETTER,
    }


def _withdraw(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    withdraw_application(application, **cleaned, by=by)
    return "Application withdrawn."


def _what_goes(application: Application) -> dict[str, Any]:
    now = clock.now()
    return {
        "application": application,
        "place": place_of(application, now),
        "is_funded": is_funded(application),
        "next": next_after(application),
        "endorsement": endorsement_of(application),
        "question": application.questions.open().first(),
        "may_begin": application.intake.is_open_at(now),
    }


def _may_withdraw(application: Application) -> bool:
    moves = LEGAL_MOVES[ApplicationState(application.state)]
    return ApplicationState.WITHDRAWN in moves and not application.is_enrolled


DECISION_ACTS = (
    Act(
        "decide",
        "Decide",
        run=_decide,
        preview=_letter,
        form=DecideForm,
        roles=DECIDERS,
        offered=lambda application: application.state in TO_DECIDE,
        explains="The applicant is told by email at once. What you decide cannot be taken back.",
        template="applications/admin_decide.html",
        told=_what_bears_on_it,
    ),
    Act(
        "withdraw",
        "Withdraw for the applicant",
        run=_withdraw,
        form=WithdrawForm,
        roles=DECIDERS,
        offered=_may_withdraw,
        explains="For somebody who asked us to. A place held or offered is free again and goes to whoever is next;"
        " the applicant is told by email. It cannot be sent again.",
        grave=True,
        template="applications/admin_withdraw.html",
        context=_what_goes,
    ),
)

DECIDE_MANY = Act(
    "decide_many",
    "Decide",
    run=_decide_many,
    preview=_letters,
    form=DecideManyForm,
    roles=DECIDERS,
    explains="Look first at what would happen to each, and at every letter. Then decide on all of them at once.",
    template="applications/admin_decide_many.html",
)
