"""Reads for pages and for the packages above."""

from .models import EngagementPolicy, ProgrammeVersion
from .rules.plans import Totals, totals_of


def current_policy(version: ProgrammeVersion) -> EngagementPolicy:
    """The policy in force: the one of the highest number."""
    return version.policies.latest("number")


def totals(version: ProgrammeVersion) -> Totals:
    return totals_of(version.items.values_list("mode", "minutes"))
