"""What the public pages say of each programme, in two statements however many there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from npqh_portal.programmes.kinds import Mode
from npqh_portal.programmes.models import Course, EngagementPolicy, Intake, Item, ProgrammeVersion
from npqh_portal.programmes.states import VersionState


@dataclass(frozen=True)
class Offer:
    """A programme as the public sees it: the version that one can apply for, and where its intakes stand."""

    version: ProgrammeVersion
    open_intake: Intake | None
    next_intake: Intake | None
    last_intake: Intake | None
    at: datetime

    @property
    def contact(self) -> Intake | None:
        """The intake whose contact answers questions (S43)."""
        return self.open_intake or self.next_intake or self.last_intake

    @property
    def is_paused(self) -> bool:
        """Within its dates, and yet nobody can apply."""
        last = self.last_intake
        return self.open_intake is None and last is not None and last.is_paused and last.closes_at > self.at

    @property
    def total_months(self) -> int:
        return self.version.delivery_months + self.version.assessment_months

    @property
    def fee(self) -> str:
        pounds, pence = divmod(self.version.fee_pence, 100)
        return f"£{pounds:,}.{pence:02}" if pence else f"£{pounds:,}"


def offers(at: datetime, *, code: str | None = None) -> list[Offer]:
    """Every programme with a published version, by name; or the one with that code."""
    versions = _published()
    intakes = Intake.objects.filter(version__state=VersionState.PUBLISHED).order_by("opens_at", "pk")
    if code is not None:
        versions = versions.filter(programme__code=code)
        intakes = intakes.filter(version__programme__code=code)
    return list(_paired(versions, list(intakes), at))


def _published() -> QuerySet[ProgrammeVersion]:
    items = Item.objects.filter(version=OuterRef("pk"))
    policies = EngagementPolicy.objects.filter(version=OuterRef("pk")).order_by("-number")
    return (
        ProgrammeVersion.objects.filter(state=VersionState.PUBLISHED)
        .select_related("programme")
        .annotate(
            learning_minutes=_one(items, Sum("minutes")),
            in_person_minutes=_one(items.filter(mode=Mode.FACE_TO_FACE), Sum("minutes")),
            course_count=_one(Course.objects.filter(version=OuterRef("pk")), Count("pk")),
            threshold_percent=Subquery(policies.values("threshold_percent")[:1]),
        )
        .order_by("programme__name", "programme_id", "-effective_from", "-pk")
    )


def _one(rows: QuerySet[Any], figure: Any) -> Coalesce:
    figures = rows.order_by().values("version").annotate(figure=figure).values("figure")
    return Coalesce(Subquery(figures, output_field=IntegerField()), 0)


def _paired(versions: Iterable[ProgrammeVersion], intakes: list[Intake], at: datetime) -> Iterator[Offer]:
    for _, group in groupby(versions, key=lambda version: version.programme_id):
        of_programme = {version.pk: version for version in group}
        ours = [intake for intake in intakes if intake.version_id in of_programme]
        open_now = next((intake for intake in ours if intake.is_open_at(at)), None)
        to_come = next((intake for intake in ours if intake.opens_at > at), None)
        begun = [intake for intake in ours if intake.opens_at <= at and intake is not open_now]
        # A paused intake is the one that people ask about; otherwise the one that closed last.
        begun.sort(key=lambda intake: (intake.is_paused and intake.closes_at > at, intake.closes_at))
        told = open_now or to_come
        newest = next(iter(of_programme.values()))
        yield Offer(
            version=of_programme[told.version_id] if told else newest,
            open_intake=open_now,
            next_intake=to_come,
            last_intake=begun[-1] if begun else None,
            at=at,
        )
