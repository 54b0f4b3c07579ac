"""Reads for pages."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from applications.models import Application, InformationRequest, Offer
from applications.rules.answers import Part, is_done, is_to_check, parts_for
from applications.rules.opening import grace_ends
from applications.states import LIVE, OVER, ApplicationState, OfferState
from npqh_portal.clock import london_date
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState

from .funding import scholarship_refused


def public_intakes() -> QuerySet[Intake]:
    """Those whose programme is published, open or not."""
    return Intake.objects.exclude(version__state=VersionState.DRAFT).select_related("version__programme")


@dataclass(frozen=True)
class PartRow:
    """`is_to_check`: its answers were carried over, and nobody has looked at them since. `is_too_long`: to be sent."""

    part: Part
    is_done: bool
    is_to_check: bool
    is_too_long: bool


@dataclass(frozen=True)
class Section:
    title: str
    rows: list[PartRow]


@dataclass(frozen=True)
class TimeLeft:
    """Until when one draft can be sent. `closes_at` is when its intake closes, `ends_at` the end of the grace."""

    closes_at: datetime
    ends_at: datetime
    is_closed: bool
    is_over: bool
    is_paused: bool


def time_left(application: Application, at: datetime) -> TimeLeft:
    intake = application.intake
    ends_at = grace_ends(intake.closes_at, intake.grace_minutes)
    return TimeLeft(intake.closes_at, ends_at, at >= intake.closes_at, at >= ends_at, intake.is_paused)


@dataclass(frozen=True)
class TaskList:
    """What is done and what is left of one draft. `refused` says what keeps it from being sent when all is done."""

    sections: list[Section]
    done: int
    total: int
    days_left: int
    left: TimeLeft
    refused: str

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


def task_list(application: Application, at: datetime) -> TaskList:
    answers = application.answers
    rows = [
        PartRow(part, is_done(part, answers), is_to_check(part, answers), bool(part.excess(answers)))
        for part in parts_for(answers)
    ]
    titles = dict.fromkeys(row.part.section for row in rows)
    return TaskList(
        sections=[Section(title, [row for row in rows if row.part.section == title]) for title in titles],
        done=sum(row.is_done for row in rows),
        total=len(rows),
        days_left=(london_date(application.intake.closes_at) - london_date(at)).days,
        left=time_left(application, at),
        refused=str(scholarship_refused(application, london_date(at)) or ""),
    )


def may_change(application: Application, at: datetime) -> bool:
    """Whether its answers may still be written."""
    return application.state == ApplicationState.DRAFT and not time_left(application, at).is_over


def may_begin_anew(application: Application, at: datetime) -> bool:
    """Whether it is over, its intake is open, and its writer has begun no other."""
    if application.state not in OVER or not application.intake.is_open_at(at):
        return False
    of_person = Application.objects.filter(person=application.person_id, intake=application.intake_id)
    return not of_person.filter(state__in=LIVE).exists()


def earlier_of(application: Application) -> Application | None:
    """The person's last to the same intake: withdrawn, turned down or run out, or declined by us."""
    ended = Application.objects.filter(person=application.person_id, intake=application.intake_id, state__in=OVER)
    return ended.select_related("form").order_by("-started_at", "-pk").first()


def asked_otherwise(draft: Application) -> Application | None:
    """The one from which a draft was carried over but for why they apply, as we ask that otherwise now; else None."""
    if not draft.to_check or "statement" in draft.to_check or draft.statement:
        return None
    earlier = earlier_of(draft)
    is_left = earlier and earlier.statement and earlier.form.statement_question != draft.form.statement_question
    return earlier if is_left else None


def with_what_waits(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Each with `answer_by`, the day by which we ask for an answer, and `offer_ends`, when an offer runs out."""
    asked = InformationRequest.objects.open().filter(application=OuterRef("pk"))
    offered = Offer.objects.filter(application=OuterRef("pk"), state=OfferState.OPEN)
    return applications.annotate(
        answer_by=Subquery(asked.values("reply_by")[:1]), offer_ends=Subquery(offered.values("expires_at")[:1])
    )
