"""One decision about many applications: what it would do to each, and doing it to all at once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Count

from applications.errors import NobodyToDecide, RowsChanged
from applications.models import Application, Decision
from applications.queries.endorsements import with_endorsement
from applications.queries.places import Turn, are_scholarships_suspended, places_of
from applications.queries.review import advice_in_words, endorsement_in_words, endorsement_standing
from applications.rules import bulk as rules
from applications.rules.bulk import Facts
from applications.rules.places import Places, needs_funded_place
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import Deed, record_many
from npqh_portal.db import lock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.actions import nudge, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from npqh_portal.web.words import short_moment

from .decisions import SWEEP, check_decision, decision_letter

LETTER = "Letter"
WHAT_HAPPENS = "What happens"


@dataclass(frozen=True)
class Choice:
    """What somebody decides. `funded` gives a funded place to whoever applied for one and is eligible, or to nobody."""

    verdict: Decision.Verdict
    reason: str = ""
    funded: bool = True

    def digest(self, rows: Mapping[int, Facts]) -> str:
        """That of this choice about these facts."""
        chosen = {"verdict": self.verdict.value, "reason": self.reason, "funded": str(self.funded)}
        return rules.digest(chosen, rows)

    def funded_for(self, application: Application) -> bool:
        return self.funded and needs_funded_place(
            cohort_funding=application.intake.cohort_funding,
            funding_route=application.funding_route,
            eligible=application.eligible_for_funding,
        )


@dataclass(frozen=True)
class Outcome:
    """What a decision would do to one application: `after` is how it would stand, None where `refusal` says why not.

    `subject` and `text` are the letter's, word for word. `facts` are all that this rests on, as people read them; of
    the letter they hold a fingerprint.
    """

    application: Application
    facts: Facts
    what_happens: str = ""
    refusal: str = ""
    after: Application | None = None
    turn: Turn | None = None
    subject: str = ""
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """What a decision about many would do, in the order in which they were sent, and the digest of all of it."""

    choice: Choice
    outcomes: list[Outcome]

    @property
    def ready(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.after]

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.after]

    @property
    def facts(self) -> dict[int, Facts]:
        return {outcome.application.pk: outcome.facts for outcome in self.outcomes}

    @property
    def digest(self) -> str:
        return self.choice.digest(self.facts)


def plan_decision(
    application: Application, *, verdict: Decision.Verdict, reason: str = "", funded: bool | None, by: User | None
) -> Outcome:
    """What `decide` would do to one application, its letter included. Writes nothing; raises what `decide` raises."""
    [application] = _loaded([application.pk])
    choice = Choice(Decision.Verdict(verdict), reason.strip())
    after = _after(application, choice, funded=funded, places=places_of(application.intake), by=by)
    return _with_letter(application, after, choice, _Turns([after]))


def plan_decisions(applications: Iterable[Application], *, choice: Choice, by: User | None) -> Plan:
    """What `decide_many` would do. Writes nothing; its statements do not grow with the applications."""
    return _plan([application.pk for application in applications], choice, by)


@transaction.atomic
def decide_many(applications: Iterable[Application], *, choice: Choice, digest: str, by: User | None) -> list[Decision]:
    """Do to many what `decide` does to one, each with its own audit entry and letter: all that was shown, or nothing.

    `digest` is that of the plan which somebody saw; whoever was refused in it is left as they are. Raises RowsChanged
    where anything has changed since, and NobodyToDecide where everybody is refused.
    """
    keys = [application.pk for application in applications]
    for intake in Intake.objects.filter(applications__in=keys).distinct().order_by("pk"):
        lock(intake)
    list(Application.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    plan = _plan(keys, choice, by)
    if plan.digest != digest:
        raise RowsChanged
    if not plan.ready:
        raise NobodyToDecide
    return _carry_out(plan, by)


def _carry_out(plan: Plan, by: User | None) -> list[Decision]:
    now, choice = clock.now(), plan.choice
    applications = [outcome.after for outcome in plan.outcomes if outcome.after]
    for number, application in enumerate(applications):
        if choice.verdict == Decision.Verdict.WAITLISTED:
            # On the list they stand in the order in which they were sent.
            application.waitlisted_at = now + timedelta(microseconds=number)
        else:
            application.decided_at = now
    Application.objects.bulk_update(applications, ["state", "decided_at", "waitlisted_at", "funded_place"])
    decisions = Decision.objects.bulk_create(
        Decision(application=application, verdict=choice.verdict, decided_at=now, decided_by=by)
        for application in applications
    )
    record_many(
        (
            Deed(
                f"application.{application.state}",
                application,
                {"decision": decision.pk, "funded_place": application.funded_place, "at_once": len(decisions)},
                {"reason": choice.reason} if choice.reason else {},
            )
            for application, decision in zip(applications, decisions, strict=True)
        ),
        by=by,
    )
    queue_messages(
        decision_letter(application, decision, reason=choice.reason, turn=outcome.turn)
        for outcome, application, decision in zip(plan.ready, applications, decisions, strict=True)
    )
    if choice.verdict == Decision.Verdict.WAITLISTED:
        nudge(SWEEP)
    return decisions


# --- what would happen ---------------------------------------------------------------------------


def _plan(keys: Collection[int], choice: Choice, by: User | None) -> Plan:
    applications = _loaded(keys)
    left = {application.intake_id: places_of(application.intake) for application in applications}
    tried: list[tuple[Application, Application | None, str]] = []
    for application in applications:
        places, funded = left[application.intake_id], choice.funded_for(application)
        try:
            after = _after(application, choice, funded=funded, places=places, by=by)
        except RuleViolation as refusal:
            tried.append((application, None, str(refusal)))
            continue
        if choice.verdict == Decision.Verdict.ACCEPTED:
            left[application.intake_id] = places.less_one(funded=bool(after.funded_place))
        tried.append((application, after, ""))
    turns = _Turns([after for _, after, _ in tried if after])
    return Plan(
        choice,
        [
            _with_letter(application, after, choice, turns)
            if after
            else Outcome(application, _facts(application, refusal), refusal=refusal)
            for application, after, refusal in tried
        ],
    )


def _loaded(keys: Collection[int]) -> list[Application]:
    """With everything that a decision and its letter read, in the order in which they were sent."""
    applications = Application.objects.filter(pk__in=keys).select_related(
        "person", "form", "intake__version__programme"
    )
    beside = applications.prefetch_related("reviews", "intake__version__programme__funding_suspensions")
    loaded = list(with_endorsement(beside).order_by("submitted_at", "pk"))
    # One row of an intake for all of its applications, as the database has it now.
    intakes = {application.intake_id: application.intake for application in loaded}
    for application in loaded:
        application.intake = intakes[application.intake_id]
    return loaded


def _after(
    application: Application, choice: Choice, *, funded: bool | None, places: Places, by: User | None
) -> Application:
    """How it would stand. Raises what `check_decision` raises."""
    place = check_decision(
        application,
        verdict=choice.verdict,
        reason=choice.reason,
        funded=funded,
        places=places,
        endorsement=endorsement_standing(application),
        is_suspended=are_scholarships_suspended(application.intake, clock.today()),
        by=by,
    )
    after = copy(application)
    after.state = ApplicationState(choice.verdict.value)
    if choice.verdict != Decision.Verdict.WAITLISTED:
        after.funded_place = place
    return after


def _with_letter(application: Application, after: Application, choice: Choice, turns: "_Turns") -> Outcome:
    turn = turns.next_of(after) if choice.verdict == Decision.Verdict.WAITLISTED else None
    decision = Decision(application=after, verdict=choice.verdict)
    subject, text = decision_letter(after, decision, reason=choice.reason, turn=turn).written()
    fingerprint = sha256(f"{subject}\n{text}".encode()).hexdigest()
    what_happens = _what_happens(after)
    facts = {**_facts(application, what_happens), LETTER: fingerprint}
    return Outcome(application, facts, what_happens, after=after, turn=turn, subject=subject, text=text)


def _what_happens(after: Application) -> str:
    if after.state == ApplicationState.ACCEPTED and after.funded_place is not None:
        return f"{after.get_state_display()}, {'with' if after.funded_place else 'without'} a funded place"
    return str(after.get_state_display())


def _facts(application: Application, what_happens: str) -> dict[str, str]:
    """Everything that the decision rests on. What is not here may change between looking and deciding, unseen."""
    intake = application.intake
    places = places_of(intake)
    return {
        "State": application.get_state_display(),
        WHAT_HAPPENS: what_happens,
        "Name": application.full_name,
        "School": application.school_name,
        "Funding": application.get_funding_status_display() or "Not worked out",
        "Pays": application.get_funding_route_display(),
        "Endorsement": endorsement_in_words(application) or "Not needed",
        "Advice": advice_in_words(application.reviews.all()) or "None",
        "Places free": f"{places.free} in {intake.name}, of these {places.funded_free} to be funded",
        "Written": short_moment(application.changed_at),
    }


class _Turns:
    """Gives out turns on the waiting lists, after those who stand on them already."""

    def __init__(self, joining: list[Application]) -> None:
        intakes = Counter(one.intake_id for one in joining if one.state == ApplicationState.WAITLISTED)
        on_it = Application.objects.filter(intake__in=intakes, state=ApplicationState.WAITLISTED)
        counts = on_it.order_by().values("intake").annotate(number=Count("pk")) if intakes else ()
        self.last = defaultdict(int, {row["intake"]: row["number"] for row in counts})
        self.total = {intake: self.last[intake] + number for intake, number in intakes.items()}

    def next_of(self, application: Application) -> Turn:
        self.last[application.intake_id] += 1
        return Turn(position=self.last[application.intake_id], total=self.total[application.intake_id])
