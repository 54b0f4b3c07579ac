"""For which programmes one may wait, and what is open or comes next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Interest
from npqh_portal.clock import london_date
from npqh_portal.programmes.models import Intake, Programme, ProgrammeVersion
from npqh_portal.programmes.states import VersionState


def open_intakes(at: datetime) -> QuerySet[Intake]:
    """Those to which anybody may begin an application, the first to close first."""
    return Intake.objects.filter(
        is_paused=False, opens_at__lte=at, closes_at__gt=at, version__state=VersionState.PUBLISHED
    ).order_by("closes_at", "pk")


def programmes_to_wait_for(at: datetime) -> QuerySet[Programme]:
    """Those that are offered: of the others no intake will open any more."""
    alive = ProgrammeVersion.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=london_date(at)), programme=OuterRef("pk"), state=VersionState.PUBLISHED
    )
    return Programme.objects.filter(Exists(alive))


def to_tell(at: datetime) -> QuerySet[Interest]:
    """Who waits and can apply to what was not open yet when they registered."""
    knows = Interest.known.through.objects.filter(interest=OuterRef(OuterRef("pk")), intake=OuterRef("pk"))
    news = open_intakes(at).filter(~Exists(knows), version__programme=OuterRef("programme"))
    return Interest.objects.waiting().filter(Exists(news))


def programmes_to_tell(at: datetime) -> QuerySet[Programme]:
    """Those with an intake open and somebody still waiting for it."""
    return Programme.objects.filter(pk__in=to_tell(at).values("programme")).order_by("pk")


def to_forget(before: datetime) -> QuerySet[Interest]:
    """Who was told or left before that moment, and whose name and address we still hold."""
    return Interest.objects.filter(Q(told_at__lt=before) | Q(left_at__lt=before), forgotten_at=None)


@dataclass(frozen=True)
class Prospects:
    """What of a programme is open; and, where nothing is, what comes next and which closed last."""

    open: list[Intake]
    next: Intake | None
    last_closed: Intake | None


def prospects(programme: Programme, at: datetime) -> Prospects:
    """One statement."""
    intakes = Intake.objects.filter(version__programme=programme, version__state=VersionState.PUBLISHED)
    by_opening = list(intakes.order_by("opens_at", "pk"))
    closed = [intake for intake in by_opening if intake.closes_at <= at]
    return Prospects(
        open=[intake for intake in by_opening if intake.is_open_at(at)],
        next=next((one for one in by_opening if one.opens_at > at and not one.is_paused), None),
        last_closed=max(closed, key=lambda intake: intake.closes_at, default=None),
    )
