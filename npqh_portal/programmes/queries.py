"""Reads for pages."""

from datetime import datetime

from django.db.models import Q, QuerySet

from npqh_portal.clock import london_date

from .models import EngagementPolicy, Intake, Programme, ProgrammeVersion
from .rules import Totals, totals_of
from .states import VersionState


def current_policy(version: ProgrammeVersion) -> EngagementPolicy:
    """The policy in force: the one of the highest number."""
    return version.policies.latest("number")


def totals(version: ProgrammeVersion) -> Totals:
    return totals_of(version.items.values_list("mode", "minutes"))


def public_versions(at: datetime) -> QuerySet[ProgrammeVersion]:
    """Of each programme the published version that is in effect: the newest that has begun and not ended."""
    today = london_date(at)
    return (
        ProgrammeVersion.objects.filter(
            Q(effective_to=None) | Q(effective_to__gte=today),
            state=VersionState.PUBLISHED,
            effective_from__lte=today,
        )
        .order_by("programme__name", "programme", "-effective_from", "-pk")
        .distinct("programme__name", "programme")
        .select_related("programme")
    )


def intakes_of(programme: Programme) -> QuerySet[Intake]:
    """Newest opening first."""
    return Intake.objects.filter(version__programme=programme).select_related("version")


def open_intake(programme: Programme, at: datetime) -> Intake | None:
    """The intake to apply to now; of several the one that closes first."""
    return (
        Intake.objects.open_at(at)
        .filter(version__programme=programme)
        .select_related("version")
        .order_by("closes_at", "pk")
        .first()
    )


def next_intake(programme: Programme, at: datetime) -> Intake | None:
    """The first intake that has yet to open."""
    return intakes_of(programme).filter(opens_at__gt=at).order_by("opens_at", "pk").first()


def last_intake(programme: Programme, at: datetime) -> Intake | None:
    """The intake that opened last, closed or paused as it may be."""
    return intakes_of(programme).filter(opens_at__lte=at).order_by("-opens_at", "-pk").first()
