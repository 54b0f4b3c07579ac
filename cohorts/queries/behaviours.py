"""Self-evaluations in the leadership behaviours, as their writers and their readers see them."""

from dataclasses import dataclass
from datetime import date

from cohorts.models import BehaviourRating, Enrolment, Membership, SelfEvaluation
from cohorts.rules.behaviours import SCALE
from npqh_portal.programmes.models import Behaviour

from .cohorts import dates_of
from .practice import terms_of_stay


@dataclass(frozen=True)
class BehaviourLine:
    """One behaviour with what somebody wrote of it; None where nothing is written yet."""

    behaviour: Behaviour
    said: BehaviourRating | None

    @property
    def rated(self) -> str:
        return SCALE[self.said.rating] if self.said and self.said.rating else ""

    @property
    def rated_now(self) -> str:
        return SCALE[self.said.rating_now] if self.said and self.said.rating_now else ""

    @property
    def steps(self) -> int:
        """How many steps of the scale further up; 0 where nothing is to be compared."""
        both = self.said and self.said.rating and self.said.rating_now
        return self.said.rating_now - self.said.rating if self.said and both else 0  # type: ignore[operator]


@dataclass(frozen=True)
class Evaluation:
    """`lines` are all behaviours in the version's order; once it is sent, those that were rated then.

    `review_on` is the first day on which it can be reviewed: that of the last term; `ends_on` the last of the course.
    None without a cohort.
    """

    stands: SelfEvaluation | None
    lines: tuple[BehaviourLine, ...]
    review_on: date | None
    ends_on: date | None

    @property
    def is_sent(self) -> bool:
        return self.stands is not None and self.stands.sent_at is not None

    def is_course_over(self, today: date) -> bool:
        return self.ends_on is not None and self.ends_on < today

    def review_is_open(self, today: date) -> bool:
        return self.is_sent and self.review_on is not None and self.review_on <= today


def evaluation_of(enrolment: Enrolment, stay: Membership | None) -> Evaluation:
    """Four statements."""
    stands = SelfEvaluation.objects.filter(enrolment=enrolment).first()
    said = list(BehaviourRating.objects.filter(evaluation=enrolment.pk).select_related("behaviour"))
    if stands and stands.sent_at:
        lines = [BehaviourLine(one.behaviour, one) for one in said]
    else:
        by_behaviour = {one.behaviour_id: one for one in said}
        behaviours = Behaviour.objects.filter(version=enrolment.version_id).order_by("number")
        lines = [BehaviourLine(one, by_behaviour.get(one.pk)) for one in behaviours]
    ends_on = dates_of(stay.cohort).delivery_ends_on if stay else None
    return Evaluation(stands, tuple(lines), review_opens_on(stay) if stay else None, ends_on)


def review_opens_on(stay: Membership) -> date:
    """The first day of the last term of their course, or its last day, whichever comes first."""
    terms = terms_of_stay(stay)
    return min(terms.first_day(stay.cohort.version.terms), dates_of(stay.cohort).delivery_ends_on)
