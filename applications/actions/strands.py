"""Support beside the programme: decided when an application is sent, or by staff."""

from django.db import transaction

from applications.errors import FundingSettled, OwnApplication, SupportNotAsked, SupportReasonNeeded
from applications.kinds import By, Strand
from applications.models import Application, StrandDecision
from applications.queries.funding import lists_day, lists_on, newest_strands
from applications.rules.strands import (
    StrandAnswer,
    StrandReason,
    one_to_one_support,
    strands_asked,
    support_for_new_heads,
)
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.text import without_tricks


@transaction.atomic
def decide_strands(application: Application, *, occasion: By, by: User | None) -> list[StrandDecision]:
    """Decide each kind of support that was asked for, apart from the others (S5 to S9). Returns what was added.

    The same finding again adds nothing, and what staff decided by hand stands.
    """
    locked = lock(application)
    newest = newest_strands(locked)
    return [
        _add(locked, strand, answer, occasion=occasion, by=by)
        for strand, answer in _answers(locked).items()
        if strand not in newest
        or newest[strand].reason not in {StrandReason.BY_HAND.value, answer.reason.value}
    ]  # fmt: skip


@transaction.atomic
def grant_strand(
    application: Application, *, strand: Strand, is_granted: bool, reason: str, by: User
) -> StrandDecision:
    """Grant or refuse one kind of support by hand, whatever was found. The same decision by hand again adds nothing.

    Raises OwnApplication, FundingSettled, SupportNotAsked and SupportReasonNeeded.
    """
    locked = lock(application)
    if locked.person_id == by.pk:
        raise OwnApplication
    if locked.state not in {*UNDECIDED, ApplicationState.ACCEPTED}:
        raise FundingSettled(locked.get_state_display())
    if strand not in strands_asked(locked.answers):
        raise SupportNotAsked
    newest = newest_strands(locked).get(strand)
    if newest and newest.reason == StrandReason.BY_HAND and newest.is_granted == is_granted:
        return newest
    if not (reason := without_tricks(reason).strip()):
        raise SupportReasonNeeded
    answer = StrandAnswer(is_granted, StrandReason.BY_HAND)
    return _add(locked, strand, answer, occasion=By.STAFF, by=by, words={"reason": reason})


def _answers(application: Application) -> dict[Strand, StrandAnswer]:
    on = lists_day(application, clock.today())
    answers: dict[Strand, StrandAnswer] = {}
    for strand in strands_asked(application.answers):
        if strand == Strand.NEW_HEADS:
            answers[strand] = support_for_new_heads(
                started_on=application.headship_started_on,
                months=application.form.new_head_months,
                starts_on=application.intake.starts_on,
                on=on,
            )
        else:
            answers[strand] = one_to_one_support(
                has_school=application.school is not None,
                listed_on=lists_on(application, on),
                counted=application.form.disadvantage_lists,
            )
    return answers


def _add(
    application: Application,
    strand: Strand,
    answer: StrandAnswer,
    *,
    occasion: By,
    by: User | None,
    words: dict[str, str] | None = None,
) -> StrandDecision:
    decision = StrandDecision.objects.create(
        application=application,
        strand=strand.value,
        is_granted=answer.is_granted,
        reason=answer.reason.value,
        occasion=occasion.value,
        at=clock.now(),
        by=by,
    )
    record(
        "support.decided",
        application,
        facts={"strand": strand.value, "granted": answer.is_granted, "reason": answer.reason.value},
        words=words,
        by=by,
    )
    return decision
