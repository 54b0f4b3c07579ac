"""What is asked of marks: by whom, who answers, and by when."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from cohorts.models import Appeal, AttendanceMark, Enrolment, Seminar
from cohorts.rules.dates import london_date
from cohorts.states import LIVE_ENROLMENT, OPEN_APPEAL, AppealState
from npqh_portal.people.models import User
from npqh_portal.programmes.queries import current_policy

from .catch_up import Gain, gain_by
from .cohorts import current_facilitator_of
from .crediting import credits_of
from .enrolments import latest_membership_of
from .items import is_expected


def appeals_of(enrolment: Enrolment) -> dict[int, Appeal]:
    """What somebody has asked last of each session's mark, by seminar, unless they took it back. One statement.

    `mark_id` says of which mark: the register may say something else by now.
    """
    theirs = Appeal.objects.filter(enrolment=enrolment).exclude(state=AppealState.WITHDRAWN)
    return {one.seminar_id: one for one in theirs.order_by("seminar_id", "-pk").distinct("seminar_id")}


def mark_of(enrolment: Enrolment, seminar: Seminar) -> AttendanceMark | None:
    """What the register says of them."""
    marks = AttendanceMark.objects.filter(enrolment=enrolment, seminar=seminar)
    return marks.select_related("note", "recorded_by").first()


def effect_of_claim(appeal: Appeal, at: datetime) -> Gain | None:
    """What it would do to write what they claim; None where the item does not count, now or then."""
    enrolment, item = appeal.enrolment, appeal.seminar.item
    if appeal.claimed == AttendanceMark.Status.EXEMPT or not is_expected(enrolment, item):
        return None
    policy = current_policy(enrolment.version)
    claimed = {(enrolment.pk, appeal.seminar_id): (appeal.claimed, appeal.claimed_minutes)}
    credit = credits_of([enrolment.pk], [item], policy, supposing=claimed).get((enrolment.pk, item.pk))
    return gain_by(credit.change, enrolment, item, policy, at) if credit else None


def whole(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """With everything that a page says of them, but for their steps."""
    return appeals.select_related(
        "enrolment__person", "enrolment__version", "seminar__item", "seminar__group", "seminar__cohort__version",
        "seminar__facilitator", "mark__recorded_by", "mark__note", "corrected_to", "file",
    )  # fmt: skip


def to_answer(appeals: QuerySet[Appeal], *states: AppealState) -> QuerySet[Appeal]:
    """Those of these states of people who take part, the first due first: what is overdue stands at the top."""
    waiting = appeals.filter(state__in=states, enrolment__state__in=sorted(LIVE_ENROLMENT))
    return whole(waiting).order_by("answer_by", "pk")


def answered(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """The last asked first."""
    over = (AppealState.KEPT, AppealState.CORRECTED, AppealState.FINAL)
    return whole(appeals.filter(state__in=over)).order_by("-asked_at", "-pk")


def overdue(at: datetime, *, for_at_most: timedelta) -> QuerySet[Appeal]:
    """What should have been answered by a day that is over."""
    today = london_date(at)
    late = Appeal.objects.filter(answer_by__lt=today, answer_by__gte=today - for_at_most)
    return to_answer(late, *OPEN_APPEAL)


def answers(appeal: Appeal, today: date) -> User | None:
    """Whoever leads their group today, else whoever led the session; never themselves. None: the programme leads."""
    if appeal.state == AppealState.FURTHER:
        return None
    stay = latest_membership_of(appeal.enrolment)
    leader = current_facilitator_of(stay.group, today) if stay and stay.to_on is None and stay.group else None
    return next(
        (one for one in (leader, appeal.seminar.facilitator) if one and one.pk != appeal.enrolment.person_id), None
    )
