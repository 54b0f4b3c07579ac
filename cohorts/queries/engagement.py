"""Figures of engagement: one SQL expression, shared by page, list and reminder, so that all say the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from cohorts.models import Enrolment
from cohorts.models.engagement import ENTERED_BY_HAND
from cohorts.rules.engagement import ComponentFigures, Standing, standing
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER
from npqh_portal.programmes.models import EngagementPolicy, Item

# Of every enrolment and component, what is credited and what became of the rest: to come, pending, recoverable, lost.
#   * an item without a register is to come until the last day of the course;
#   * one with a register is to come while the person's present group has a sitting that has no mark for them, or
#     the group where they are a guest instead, unless that comes after their own course;
#   * once missed (marked with less than all of it, or held before they joined) the rest can be caught up until
#     the end of a London day, `catch_up_days` after the miss, or later where a catch-up was sent back; of a kind that
#     the policy does not let people catch up it is lost at once;
#   * a catch-up that was handed in is pending until it is decided, however late that is (T46), and whatever a newer
#     policy says of its kind: unless catching up earns nothing any more;
#   * someone deferred loses nothing by the end of a course: they return to another cohort;
#   * what staff took off by hand stays off, whatever is recorded later (see `rules.engagement.earned`): it is lost.
# {item} is what a line is of: see `_BUNDLED` and `_ONE_BY_ONE`; {ledger} the entries, or those there would be too.
_LINES = """
WITH asked AS (
    SELECT e.id, e.version_id, e.state FROM cohorts_enrolment e WHERE e.id = ANY(%(enrolments)s)
),
policy AS (
    SELECT DISTINCT ON (p.version_id) p.id, p.version_id, p.rule, p.threshold_percent, p.catch_up_days,
        p.catch_up_kinds, 'caught_up' = ANY(p.counted_statuses) AS catch_up_counts
    FROM programmes_engagementpolicy p
    WHERE p.version_id IN (SELECT version_id FROM asked) AND (p.adopted_at IS NOT NULL OR p.id = %(tried)s)
    ORDER BY p.version_id, p.number DESC
),
worth AS MATERIALIZED (
    SELECT i.id AS item_id, c.id AS component_id, i.kind = ANY(%(with_register)s) AS has_register,
        i.kind = ANY(policy.catch_up_kinds) AND policy.catch_up_counts AS can_catch_up,
        CASE WHEN c.unit = 'units' THEN 1 ELSE i.minutes END AS worth
    FROM policy
    JOIN programmes_policycomponent c ON c.policy_id = policy.id
    JOIN programmes_item i ON i.version_id = policy.version_id AND i.kind = ANY(c.kinds)
),
stay AS (
    SELECT DISTINCT ON (m.enrolment_id) m.enrolment_id, m.cohort_id, m.group_id, m.to_on IS NULL AS is_open,
        (m.from_on::timestamp AT TIME ZONE 'Europe/London') AS joined_at,
        (((c.starts_on + make_interval(months => v.delivery_months))::date + 1)::timestamp
            AT TIME ZONE 'Europe/London') AS delivery_over_at
    FROM cohorts_membership m
    JOIN cohorts_cohort c ON c.id = m.cohort_id
    JOIN programmes_programmeversion v ON v.id = c.version_id
    WHERE m.enrolment_id = ANY(%(enrolments)s)
    ORDER BY m.enrolment_id, m.id DESC
),
credit AS (
    SELECT l.enrolment_id, l.item_id, sum(l.change)::int AS credited
    FROM {ledger} l
    WHERE l.enrolment_id = ANY(%(enrolments)s) AND l.recorded_at <= %(at)s
    GROUP BY l.enrolment_id, l.item_id
),
by_hand AS (
    SELECT enrolment_id, item_id, sum(change)::int AS change
    FROM (
        SELECT l.enrolment_id, l.item_id,
            floor(sum(l.change) * worth.worth::numeric / CASE WHEN c.unit = 'units' THEN 1 ELSE i.minutes END) AS change
        FROM cohorts_ledgerentry l
        JOIN worth ON worth.item_id = l.item_id
        JOIN programmes_item i ON i.id = l.item_id
        JOIN programmes_policycomponent c ON c.policy_id = l.policy_id AND i.kind = ANY(c.kinds)
        WHERE l.enrolment_id = ANY(%(enrolments)s) AND l.recorded_at <= %(at)s
            AND l.source = ANY(%(by_hand)s)
        GROUP BY l.enrolment_id, l.item_id, l.policy_id, worth.worth, c.unit, i.minutes
    ) entered
    GROUP BY enrolment_id, item_id
    HAVING sum(change) < 0
),
held AS (
    SELECT pi.enrolment_id, worth.component_id, worth.has_register, worth.can_catch_up, {item} AS item_id,
        sum(worth.worth)::int AS worth, sum(least(coalesce(credit.credited, 0), worth.worth))::int AS credited,
        sum(least(coalesce(-by_hand.change, 0), greatest(worth.worth - coalesce(credit.credited, 0), 0)))::int AS gone
    FROM cohorts_personalitem pi
    JOIN worth ON worth.item_id = pi.item_id
    LEFT JOIN credit ON credit.enrolment_id = pi.enrolment_id AND credit.item_id = pi.item_id
    LEFT JOIN by_hand ON by_hand.enrolment_id = pi.enrolment_id AND by_hand.item_id = pi.item_id
    WHERE pi.enrolment_id = ANY(%(enrolments)s) AND pi.expectation = 'expected'
    GROUP BY pi.enrolment_id, worth.component_id, worth.has_register, worth.can_catch_up, {item}
),
guest AS (
    SELECT g.enrolment_id, g.instead_of_id, g.seminar_id
    FROM cohorts_guestplace g
    WHERE g.enrolment_id = ANY(%(enrolments)s) AND g.ended_at IS NULL
),
theirs AS (
    SELECT stay.enrolment_id, s.id AS seminar_id, s.ends_at > stay.joined_at AS was_there
    FROM stay
    JOIN cohorts_seminar s ON s.group_id = stay.group_id AND s.state = 'scheduled'
    WHERE stay.is_open AND (stay.enrolment_id, s.id) NOT IN (
        SELECT enrolment_id, instead_of_id FROM guest WHERE instead_of_id IS NOT NULL
    )
    UNION ALL
    SELECT stay.enrolment_id, s.id, s.ends_at > stay.joined_at
    FROM stay
    JOIN cohorts_seminar s ON s.cohort_id = stay.cohort_id AND s.group_id IS NULL AND s.state = 'scheduled'
    WHERE stay.is_open
    UNION ALL
    SELECT guest.enrolment_id, s.id, true
    FROM guest
    JOIN stay USING (enrolment_id)
    JOIN cohorts_seminar s ON s.id = guest.seminar_id AND s.state = 'scheduled' AND s.starts_at < stay.delivery_over_at
),
marked AS (
    SELECT DISTINCT m.enrolment_id, m.seminar_id
    FROM cohorts_attendancemark m
    WHERE m.enrolment_id = ANY(%(enrolments)s) AND m.recorded_at <= %(at)s
),
sitting AS (
    SELECT enrolment_id, s.item_id,
        max(s.ends_at) FILTER (WHERE marked.seminar_id IS NOT NULL) AS marked_at,
        bool_or(theirs.was_there AND marked.seminar_id IS NULL) AS is_ahead
    FROM theirs FULL JOIN marked USING (enrolment_id, seminar_id)
    JOIN cohorts_seminar s ON s.id = seminar_id
    GROUP BY enrolment_id, s.item_id
),
catch_up AS (
    SELECT c.enrolment_id, s.item_id, bool_or(c.state = 'sent') AS is_sent,
        ((max(c.send_by) FILTER (WHERE c.state = 'returned') + 1)::timestamp AT TIME ZONE 'Europe/London')
            AS send_before
    FROM cohorts_catchup c
    JOIN cohorts_seminar s ON s.id = c.seminar_id
    WHERE c.enrolment_id = ANY(%(enrolments)s) AND c.state IN ('sent', 'returned')
    GROUP BY c.enrolment_id, s.item_id
),
line AS (
    SELECT held.enrolment_id, held.component_id, held.item_id, held.worth, held.credited,
        held.worth - held.credited - held.gone AS rest, held.gone,
        CASE
            WHEN sitting.is_ahead THEN 'to_come'
            WHEN sitting.item_id IS NULL THEN
                CASE WHEN asked.state <> 'deferred' AND stay.delivery_over_at <= %(at)s THEN 'lost' ELSE 'to_come' END
            WHEN NOT policy.catch_up_counts THEN 'lost'
            WHEN catch_up.is_sent THEN 'pending'
            WHEN %(at)s < catch_up.send_before THEN 'recoverable'
            WHEN NOT held.can_catch_up THEN 'lost'
            WHEN %(at)s < (((coalesce(sitting.marked_at, stay.joined_at) AT TIME ZONE 'Europe/London')::date
                + policy.catch_up_days + 1)::timestamp AT TIME ZONE 'Europe/London') THEN 'recoverable'
            ELSE 'lost'
        END AS fate
    FROM held
    JOIN asked ON asked.id = held.enrolment_id
    JOIN policy ON policy.version_id = asked.version_id
    LEFT JOIN stay ON stay.enrolment_id = held.enrolment_id
    LEFT JOIN sitting ON held.has_register AND sitting.enrolment_id = held.enrolment_id
        AND sitting.item_id = held.item_id
    LEFT JOIN catch_up ON catch_up.enrolment_id = held.enrolment_id AND catch_up.item_id = held.item_id
)
"""

_SUMS = """
SELECT asked.id, policy.rule, policy.threshold_percent,
    c.number, c.code, c.name, c.weight, c.threshold_percent, c.unit,
    coalesce(part.credited, 0), coalesce(part.to_come, 0), coalesce(part.pending, 0), coalesce(part.recoverable, 0),
    coalesce(part.worth, 0),
    part.worth IS NOT NULL OR EXISTS (SELECT FROM cohorts_personalitem pi WHERE pi.enrolment_id = asked.id) AS has_list
FROM asked
JOIN policy ON policy.version_id = asked.version_id
JOIN programmes_policycomponent c ON c.policy_id = policy.id
LEFT JOIN (
    SELECT enrolment_id, component_id,
        sum(credited)::int AS credited,
        sum(rest) FILTER (WHERE fate = 'to_come')::int AS to_come,
        sum(rest) FILTER (WHERE fate = 'pending')::int AS pending,
        sum(rest) FILTER (WHERE fate = 'recoverable')::int AS recoverable,
        sum(worth)::int AS worth
    FROM line
    GROUP BY enrolment_id, component_id
) part ON part.enrolment_id = asked.id AND part.component_id = c.id
ORDER BY asked.id, c.number
"""

# All that is done in one's own time shares its fate, so sums take it as one line: half the rows, half the time.
_BUNDLED = "CASE WHEN worth.has_register THEN pi.item_id END"
_ONE_BY_ONE = "pi.item_id"

_ENTERED = "cohorts_ledgerentry"
_ENTERED_AND_TRIED = """(
        SELECT enrolment_id, item_id, change, recorded_at FROM cohorts_ledgerentry
        UNION ALL
        SELECT t.*, %(at)s FROM unnest(%(people)s::bigint[], %(items)s::bigint[], %(changes)s::int[]) t
    )"""

_ITEMS = "SELECT item_id, worth, credited, rest, gone, fate FROM line"

# Every item of people's lists, counted or not, with the best of what registers say of it, and until when it can be
# caught up.
_CELLS = """
, newest AS (
    SELECT DISTINCT ON (m.enrolment_id, m.seminar_id) m.id, m.enrolment_id, m.seminar_id, m.status, m.minutes
    FROM cohorts_attendancemark m
    WHERE m.enrolment_id = ANY(%(enrolments)s) AND m.recorded_at <= %(at)s
    ORDER BY m.enrolment_id, m.seminar_id, m.id DESC
),
best AS (
    SELECT DISTINCT ON (newest.enrolment_id, s.item_id) newest.enrolment_id, s.item_id, newest.status, newest.minutes,
        s.public_id
    FROM newest
    JOIN cohorts_seminar s ON s.id = newest.seminar_id
    ORDER BY newest.enrolment_id, s.item_id,
        array_position(ARRAY['present', 'caught_up', 'partly', 'authorised', 'absent']::varchar[], newest.status),
        newest.id DESC
)
SELECT pi.enrolment_id, pi.item_id, pi.expectation, coalesce(c.code, ''), coalesce(line.worth, 0),
    coalesce(line.credited, 0), coalesce(CASE WHEN line.rest = 0 THEN line.gone ELSE line.rest END, 0),
    CASE WHEN line.rest = 0 AND line.gone > 0 THEN 'lost' ELSE coalesce(line.fate, '') END,
    CASE WHEN line.rest > 0 THEN line.gone ELSE 0 END, coalesce(best.status, ''),
    coalesce(best.minutes, 0), coalesce(best.public_id, ''),
    CASE WHEN line.fate = 'recoverable' AND line.rest > 0 THEN greatest(
        (coalesce(sitting.marked_at, stay.joined_at) AT TIME ZONE 'Europe/London')::date + policy.catch_up_days,
        (catch_up.send_before AT TIME ZONE 'Europe/London')::date - 1
    ) END
FROM cohorts_personalitem pi
JOIN asked ON asked.id = pi.enrolment_id
LEFT JOIN policy ON policy.version_id = asked.version_id
LEFT JOIN line ON line.enrolment_id = pi.enrolment_id AND line.item_id = pi.item_id
LEFT JOIN programmes_policycomponent c ON c.id = line.component_id
LEFT JOIN stay ON stay.enrolment_id = pi.enrolment_id
LEFT JOIN sitting ON sitting.enrolment_id = pi.enrolment_id AND sitting.item_id = pi.item_id
LEFT JOIN catch_up ON catch_up.enrolment_id = pi.enrolment_id AND catch_up.item_id = pi.item_id
LEFT JOIN best ON best.enrolment_id = pi.enrolment_id AND best.item_id = pi.item_id
WHERE %(items)s::bigint[] IS NULL OR pi.item_id = ANY(%(items)s)
"""


@dataclass(frozen=True)
class ItemLine:
    """What one item of a person's list is worth, and what became of it so far, in the units of its component."""

    item_id: int
    worth: int
    credited: int
    to_come: int
    pending: int
    recoverable: int
    lost: int

    @property
    def is_lost(self) -> bool:
        """Something is, and nothing of it can be earned any more."""
        return self.lost > 0 and not (self.to_come or self.pending or self.recoverable)


def figures_for(enrolment_ids: Iterable[int], at: datetime) -> dict[int, tuple[ComponentFigures, ...]]:
    """The figures of every component, by enrolment. One statement, for one person or for ten thousand."""
    return {pk: tuple(found.parts) for pk, found in _components(enrolment_ids, at).items()}


@dataclass(frozen=True)
class Tried:
    """A policy as if it were in force, and what adopting it would add to the ledger, by enrolment and item."""

    policy: EngagementPolicy
    changes: Mapping[tuple[int, int], int]


def standings_of(enrolment_ids: Iterable[int], at: datetime, *, tried: Tried | None = None) -> dict[int, Standing]:
    """Where people stand, by enrolment; or where they would, were `tried` adopted. One statement."""
    return {
        pk: standing(found.parts, rule=found.rule, threshold_percent=found.threshold_percent, has_list=found.has_list)
        for pk, found in _components(enrolment_ids, at, tried=tried).items()
    }


def standing_of(enrolment: Enrolment, at: datetime) -> Standing:
    return standings_of([enrolment.pk], at)[enrolment.pk]


def item_lines(enrolment: Enrolment, at: datetime) -> dict[int, ItemLine]:
    """Every expected item that counts, by item: the same figures as in the sums, one by one. One statement."""
    lines = {}
    for item_id, worth, credited, rest, gone, fate in _run(_ITEMS, [enrolment.pk], at, of=_ONE_BY_ONE):
        lines[item_id] = ItemLine(
            item_id,
            worth,
            credited,
            to_come=rest if fate == "to_come" else 0,
            pending=rest if fate == "pending" else 0,
            recoverable=rest if fate == "recoverable" else 0,
            lost=gone + (rest if fate == "lost" else 0),
        )
    return lines


@dataclass(frozen=True)
class ItemCell:
    """One item of one person's list, in the units of its component: what it is worth, and what became of it so far.

    `fate` is that of the `rest`: to_come, pending, recoverable or lost; empty where the item does not count. `gone` is
    lost besides. `status`, `minutes` and `seminar`, a public id, are of the mark that does most for them; empty where
    there is none.
    """

    enrolment_id: int
    item_id: int
    expectation: str
    component: str
    worth: int
    credited: int
    rest: int
    fate: str
    gone: int
    status: str
    minutes: int
    seminar: str
    until: date | None


def cells_of(enrolment_ids: Iterable[int], at: datetime, *, items: Iterable[int] | None = None) -> list[ItemCell]:
    """Everything on the lists of many people, or those items of it. One statement."""
    wanted = None if items is None else list(items)
    return [ItemCell(*cell) for cell in _run(_CELLS, list(enrolment_ids), at, of=_ONE_BY_ONE, items=wanted)]


def credited_whole(enrolment: Enrolment, at: datetime) -> set[int]:
    """The items of which nothing is left to earn: another sitting is not to come for them. One statement."""
    lines = item_lines(enrolment, at).values()
    return {line.item_id for line in lines if line.worth and line.credited == line.worth}


def who_can_catch_up(item: Item, enrolment_ids: Iterable[int], at: datetime) -> set[int]:
    """Those of them who missed something of the item that they can still make good. One statement."""
    chosen = "SELECT enrolment_id, item_id FROM line WHERE fate = 'recoverable' AND rest > 0"
    missed = _run(chosen, list(enrolment_ids), at, of=_ONE_BY_ONE)
    return {pk for pk, item_id in missed if item_id == item.pk}


@dataclass(frozen=True)
class _Figures:
    rule: str
    threshold_percent: int
    has_list: bool
    parts: list[ComponentFigures] = field(default_factory=list)


def _components(enrolment_ids: Iterable[int], at: datetime, *, tried: Tried | None = None) -> dict[int, _Figures]:
    found: dict[int, _Figures] = {}
    for (
        pk, rule, threshold, _, code, name, weight, own, unit, credited, to_come, pending, recoverable, total, has_list
    ) in _run(_SUMS, list(enrolment_ids), at, of=_BUNDLED, tried=tried):  # fmt: skip
        part = ComponentFigures(code, name, weight, own, credited, to_come, recoverable, total, unit, pending)
        if pk not in found:
            found[pk] = _Figures(rule, threshold, has_list)
        found[pk].parts.append(part)
    return found


def _run(
    chosen: str, enrolment_ids: list[int], at: datetime, *, of: str, tried: Tried | None = None, **more: Any
) -> list[tuple[Any, ...]]:
    """What is `chosen` of the lines, each of them `of` an item or a bundle of items."""
    if not enrolment_ids:
        return []
    changes = tried.changes if tried else {}
    ledger = _ENTERED_AND_TRIED if changes else _ENTERED
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES.replace("{item}", of).replace("{ledger}", ledger) + chosen,
            {
                "enrolments": enrolment_ids,
                "at": at,
                "with_register": [kind.value for kind in KINDS_WITH_REGISTER],
                "by_hand": sorted(ENTERED_BY_HAND),
                "tried": tried.policy.pk if tried else None,
                "people": [pk for pk, _ in changes],
                "items": [item for _, item in changes],
                "changes": list(changes.values()),
                **more,
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
