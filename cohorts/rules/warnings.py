"""Whom to speak to first: what somebody has to spare, and from where on that is too little (docs/early-warning.md).

Exact fractions and whole numbers; the comparison is that of `policy.py`. A credit never leaves anybody less to spare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .engagement import Standing
from .policy import Part, PolicyRule, StandingState, Yardstick


@dataclass(frozen=True)
class Bar:
    """What a policy asks, and what a session is worth in it.

    `usual` is what an item of each component usually is worth, by the component's code: a seminar where it holds any.
    `sessions_in` is the component that holds the seminars; empty where the programme has no session.
    """

    rule: str
    threshold_percent: int
    spare_sessions: int
    sessions_in: str
    usual: Mapping[str, int]


@dataclass(frozen=True)
class Spare:
    """What is left to spare, every catch-up done.

    `share` is the reachable share less the threshold: below 0 it is out of reach. `room` is the same in the `unit` of
    the component that is measured by, which its sessions are in. `sessions` are how many of usual worth may be missed,
    `sessions_without` how many if no catch-up is done; None where nothing is left that could be missed.
    """

    share: Fraction
    room: int
    unit: str
    sessions: int | None
    sessions_without: int | None


def spare_of(standing: Standing, bar: Bar) -> Spare | None:
    """None where nothing is asked of them: no list, nothing left to count, or no threshold."""
    parts = standing.components
    thresholds = [
        bar.threshold_percent if part.threshold_percent is None or not _is_each(bar) else part.threshold_percent
        for part in parts
    ]
    if not standing.has_list or not any(thresholds):
        return None
    yardstick = Yardstick(
        [Part(part.weight, part.total, part.threshold_percent) for part in parts],
        rule=bar.rule,
        threshold_percent=bar.threshold_percent,
    )
    reachable = [part.reachable for part in parts]
    rooms = yardstick.room(reachable)
    if _is_each(bar):
        shares = [
            Fraction(amount * 100 - threshold * part.total, part.total * 100)
            for amount, part, threshold in zip(reachable, parts, thresholds, strict=True)
        ]
        share = min(shares)
        measured = [place for place, part in enumerate(parts) if part.to_come]
        shown = shares.index(share)
    else:
        numerator, denominator = yardstick.share(reachable) or (0, 1)
        share = Fraction(numerator * 100 - bar.threshold_percent * denominator, denominator * 100)
        measured = [place for place, part in enumerate(parts) if part.code == bar.sessions_in]
        shown = measured[0] if measured else 0
    usual = {place: worth for place in measured if (worth := bar.usual.get(parts[place].code, 0))}
    sessions = min((max(0, rooms[place] // worth) for place, worth in usual.items()), default=None)
    without = sessions
    if standing.by_catch_up:
        left = yardstick.room([part.credited + part.to_come for part in parts])
        without = min((max(0, left[place] // worth) for place, worth in usual.items()), default=None)
    return Spare(share=share, room=rooms[shown], unit=parts[shown].unit, sessions=sessions, sessions_without=without)


def is_early_warning(standing: Standing, spare: Spare | None, bar: Bar, *, takes_part: bool) -> bool:
    """At risk, out of reach, or with fewer usual sessions to spare than the policy's bar.

    Never whoever has met the rule, of whom the rule asks nothing, or who takes no part at present.
    """
    if not takes_part or spare is None or standing.state is StandingState.MET:
        return False
    if standing.state in {StandingState.AT_RISK, StandingState.OUT_OF_REACH}:
        return True
    return spare.sessions is not None and spare.sessions < bar.spare_sessions


def _is_each(bar: Bar) -> bool:
    return PolicyRule(bar.rule) is PolicyRule.EACH
