"""What a programme is made of, as plain values."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# What a version is stored with, under the names that its framework file uses.
FIGURES = (
    "effective_from", "effective_to", "ended_on", "delivery_months", "assessment_months", "extension_months_most",
    "terms", "terms_least", "day_equivalents", "day_minutes", "assessed_by", "fee_pence", "submissions_included",
    "resubmission_charge", "resubmission_fee_pence", "framework_document_title", "framework_document_edition",
    "framework_document_url", "summary",
)  # fmt: skip


@dataclass(frozen=True)
class AreaPlan:
    number: int
    name: str
    part: str = ""
    in_every_course: bool = False
    statements: tuple[str, ...] = ()


@dataclass(frozen=True)
class BehaviourPlan:
    """Two behaviours may share a descriptor (S58), never a name."""

    name: str
    descriptor: str


@dataclass(frozen=True)
class ItemPlan:
    """`course` is the code of its course, empty for an item of the whole programme."""

    code: str
    title: str
    kind: str
    minutes: int
    mode: str
    course: str = ""
    term: int = 1


@dataclass(frozen=True)
class CoursePlan:
    code: str
    title: str
    areas: tuple[int, ...] = ()
    is_implementation: bool = False


@dataclass(frozen=True)
class ComponentPlan:
    code: str
    name: str
    kinds: tuple[str, ...]
    unit: str = "minutes"
    weight: int = 1
    threshold_percent: int | None = None


@dataclass(frozen=True)
class PolicyPlan:
    rule: str
    threshold_percent: int
    components: tuple[ComponentPlan, ...]
    attended_percent: int = 80
    counted_statuses: tuple[str, ...] = ("present", "partly", "caught_up")
    catch_up_kinds: tuple[str, ...] = ("seminar", "conference", "webinar", "drop_in")
    catch_up_days: int = 42
    gates_sitting: bool = False
    spare_sessions: int = 1
    appeal_days: int = 15
    appeal_answer_days: int = 10


@dataclass(frozen=True)
class WorkedPolicy:
    """A policy to start from, and what one says of it."""

    title: str
    summary: str
    policy: PolicyPlan


@dataclass(frozen=True)
class TaskPlan:
    code: str
    title: str
    word_limit: int
    description: str = ""
    part: str = ""
    annexes_counted: bool = True
    sections: tuple[str, ...] = ()
    takes_supporting_documents: bool = False
    presented_to: str = ""
    terms_least: int = 0
    placement_days_least: int = 0
    window_days: int = 8
    attempts_most: int = 2


@dataclass(frozen=True)
class SuspensionPlan:
    """A source of funding nobody can take up, first and last day counted; `to_on` None until further notice."""

    source: str
    from_on: date
    to_on: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Counts:
    """How many of each there must be, so that one that was forgotten, or pasted twice, is found."""

    areas: int
    tasks: int
    courses: int
    statements: int = 0
    behaviours: int = 0


@dataclass(frozen=True)
class Totals:
    """Planned minutes; those in person are counted within the synchronous ones (77, 41 and 12, in reading A of H1)."""

    minutes: int = 0
    synchronous_minutes: int = 0
    in_person_minutes: int = 0

    @property
    def online_minutes(self) -> int:
        return self.synchronous_minutes - self.in_person_minutes

    @property
    def own_time_minutes(self) -> int:
        return self.minutes - self.synchronous_minutes


@dataclass(frozen=True)
class Framework:
    """One framework file. Items stand in the order in which they are taken."""

    code: str
    name: str
    award: str
    framework: str
    label: str
    effective_from: date
    delivery_months: int
    assessment_months: int
    terms: int
    totals: Totals
    counts: Counts
    policy: PolicyPlan
    areas: tuple[AreaPlan, ...] = ()
    behaviours: tuple[BehaviourPlan, ...] = ()
    courses: tuple[CoursePlan, ...] = ()
    items: tuple[ItemPlan, ...] = ()
    tasks: tuple[TaskPlan, ...] = ()
    suspensions: tuple[SuspensionPlan, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()  # (section, Markdown)
    effective_to: date | None = None
    ended_on: date | None = None
    extension_months_most: int = 0
    terms_least: int = 0
    day_equivalents: int = 0
    day_minutes: int = 0
    cycle: tuple[str, ...] = ()
    assessed_by: str = "provider"
    fee_pence: int = 0
    submissions_included: int = 0
    resubmission_charge: str = "none"
    resubmission_fee_pence: int | None = None
    framework_document_title: str = ""
    framework_document_edition: str = ""
    framework_document_url: str = ""
    summary: str = ""


def is_code(text: str) -> bool:
    """Whether it can be a code or a label: 1 to 40 small letters, digits and hyphens."""
    return re.fullmatch(r"[a-z0-9-]{1,40}", text) is not None


def totals_of(items: Iterable[tuple[str, int]]) -> Totals:
    """The sums of (mode, minutes)."""
    by_mode: Counter[str] = Counter()
    for mode, minutes in items:
        by_mode[mode] += minutes
    in_person = by_mode["face_to_face"]
    return Totals(by_mode.total(), in_person + by_mode["online"], in_person)


def counts_of(plan: Framework) -> Counts:
    """How many of each a plan has, whatever it states."""
    return Counts(
        areas=len(plan.areas),
        tasks=len(plan.tasks),
        courses=len(plan.courses),
        statements=sum(len(area.statements) for area in plan.areas),
        behaviours=len(plan.behaviours),
    )
