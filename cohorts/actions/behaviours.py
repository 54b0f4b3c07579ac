"""Self-evaluation in the leadership behaviours: at the start, with plans (S55, S56), and a review at the end.

Audit entries tell that something was saved or sent, and never how somebody rates themselves.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction

from cohorts.access import enrolments_of
from cohorts.errors import (
    BehavioursNotAsked,
    ChangedMeanwhile,
    EvaluationSent,
    EvaluationUnfinished,
    LogClosed,
    NotEvaluated,
    ReviewTooEarly,
)
from cohorts.models import BehaviourRating, Enrolment, SelfEvaluation
from cohorts.queries.behaviours import review_opens_on
from cohorts.queries.enrolments import latest_membership_of
from cohorts.rules.behaviours import Judged, Reviewed, still_missing, still_unrated
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Behaviour


def check_evaluated(enrolment: Enrolment, *, by: User | None) -> None:
    """Whether what is recorded here may be: what people record themselves comes after their evaluation (S55).

    Staff, registers and the portal itself are never held up. Raises NotEvaluated.
    """
    if by is None or not enrolments_of(by).filter(pk=enrolment.pk).exists():
        return
    asked = Behaviour.objects.filter(version=enrolment.version_id).count()
    if asked and not SelfEvaluation.objects.filter(enrolment=enrolment, sent_at__isnull=False).exists():
        raise NotEvaluated(asked)


# --- at the start --------------------------------------------------------------------------------


@transaction.atomic
def save_evaluation(enrolment: Enrolment, *, judged: Iterable[Judged], revision: int, by: User) -> SelfEvaluation:
    """Keep the draft, whole or not. The same again changes nothing.

    `revision` is that of the page, 0 where nothing was saved yet. Raises LogClosed, BehavioursNotAsked, EvaluationSent
    and ChangedMeanwhile.
    """
    enrolment, evaluation = _evaluation_of(enrolment)
    if evaluation and evaluation.sent_at:
        raise EvaluationSent
    behaviours = {one.number: one for one in Behaviour.objects.filter(version=enrolment.version_id)}
    if not behaviours:
        raise BehavioursNotAsked
    said = {behaviours[one.number].pk: {"rating": one.rating, "plan": one.plan} for one in judged}
    return _save(enrolment, evaluation, said, revision=revision, verb="saved", by=by)


@transaction.atomic
def send_evaluation(evaluation: SelfEvaluation, *, by: User) -> SelfEvaluation:
    """Send the draft as it stands: its ratings never change again. A second call does nothing.

    Raises LogClosed and EvaluationUnfinished.
    """
    enrolment, found = _evaluation_of(evaluation.enrolment)
    assert found is not None  # noqa: S101  # nothing takes one away
    if found.sent_at:
        return found
    of = dict(found.ratings.values_list("behaviour__number", "pk"))
    rows = {one.pk: one for one in found.ratings.all()}
    numbers = Behaviour.objects.filter(version=enrolment.version_id).order_by("number").values_list("number", flat=True)
    judged = [
        Judged(number, rows[of[number]].rating, rows[of[number]].plan) if number in of else Judged(number, None, "")
        for number in numbers
    ]
    if missing := still_missing(judged):
        raise EvaluationUnfinished(missing)
    found.sent_at = clock.now()
    found.save(update_fields=["sent_at"])
    record("evaluation.sent", found, facts={"enrolment": enrolment.pk, "behaviours": len(judged)}, by=by)
    return found


# --- afterwards ----------------------------------------------------------------------------------


@transaction.atomic
def save_plans(enrolment: Enrolment, *, plans: Mapping[int, str], revision: int, by: User) -> SelfEvaluation:
    """Work on the plans, by number of the behaviour, once the evaluation is sent. The same again changes nothing.

    Raises LogClosed, BehavioursNotAsked and ChangedMeanwhile.
    """
    enrolment, evaluation = _sent_evaluation_of(enrolment)
    of = dict(evaluation.ratings.values_list("behaviour__number", "behaviour"))
    said = {of[number]: {"plan": plan} for number, plan in plans.items()}
    return _save(enrolment, evaluation, said, revision=revision, verb="plans-changed", by=by)


@transaction.atomic
def save_review(enrolment: Enrolment, *, reviewed: Iterable[Reviewed], revision: int, by: User) -> SelfEvaluation:
    """Keep what somebody says at the end, whole or not. The same again changes nothing.

    Raises LogClosed, BehavioursNotAsked, ReviewTooEarly and ChangedMeanwhile.
    """
    enrolment, evaluation = _sent_evaluation_of(enrolment)
    stay = latest_membership_of(enrolment)
    if stay and (opens_on := review_opens_on(stay)) > clock.today():
        raise ReviewTooEarly(opens_on)
    of = dict(evaluation.ratings.values_list("behaviour__number", "behaviour"))
    said = {
        of[one.number]: {"rating_now": one.rating, "helped": one.helped, "what_next": one.what_next} for one in reviewed
    }
    return _save(enrolment, evaluation, said, revision=revision, verb="review-saved", by=by)


@transaction.atomic
def finish_review(evaluation: SelfEvaluation, *, by: User) -> SelfEvaluation:
    """Say that the review is whole, so that its readers read it; it may still be changed. A second call does nothing.

    Raises LogClosed and EvaluationUnfinished.
    """
    enrolment, found = _evaluation_of(evaluation.enrolment)
    assert found is not None  # noqa: S101  # nothing takes one away
    if found.reviewed_at:
        return found
    rows = found.ratings.select_related("behaviour")
    reviewed = [Reviewed(one.behaviour.number, one.rating_now, one.helped, one.what_next) for one in rows]
    if missing := still_unrated(reviewed):
        raise EvaluationUnfinished(missing)
    found.reviewed_at = clock.now()
    found.save(update_fields=["reviewed_at"])
    record("evaluation.reviewed", found, facts={"enrolment": enrolment.pk, "behaviours": len(reviewed)}, by=by)
    return found


# --- what these share ----------------------------------------------------------------------------


def _evaluation_of(enrolment: Enrolment) -> tuple[Enrolment, SelfEvaluation | None]:
    enrolment = lock(enrolment)
    if enrolment.state not in LIVE_ENROLMENT:
        raise LogClosed
    return enrolment, SelfEvaluation.objects.select_for_update().filter(enrolment=enrolment).first()


def _sent_evaluation_of(enrolment: Enrolment) -> tuple[Enrolment, SelfEvaluation]:
    enrolment, evaluation = _evaluation_of(enrolment)
    if evaluation is None or evaluation.sent_at is None:
        raise BehavioursNotAsked
    return enrolment, evaluation


def _save(
    enrolment: Enrolment,
    evaluation: SelfEvaluation | None,
    said: Mapping[int, Mapping[str, object]],
    *,
    revision: int,
    verb: str,
    by: User,
) -> SelfEvaluation:
    """`said` is by key of the behaviour: which columns of its row shall hold what."""
    rows = {one.behaviour_id: one for one in evaluation.ratings.all()} if evaluation else {}
    changed = []
    for behaviour, columns in said.items():
        row = rows.get(behaviour, BehaviourRating(behaviour_id=behaviour))
        if behaviour not in rows or any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            changed.append(row)
    if evaluation and not changed:
        return evaluation
    if (evaluation.revision if evaluation else 0) != revision:
        raise ChangedMeanwhile
    if evaluation:
        evaluation.revision += 1
        evaluation.saved_at = clock.now()
        evaluation.save(update_fields=["revision", "saved_at"])
    else:
        evaluation = SelfEvaluation.objects.create(enrolment=enrolment)
    for row in changed:
        row.evaluation = evaluation
        row.save()
    record(f"evaluation.{verb}", evaluation, facts={"enrolment": enrolment.pk, "rows": len(changed)}, by=by)
    return evaluation
