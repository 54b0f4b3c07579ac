"""Items that are studied page by page: their pages, and how far somebody has come."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, DateTimeField, Exists, Min, OuterRef, Q, Subquery

from cohorts.models import Completion, Enrolment, PageRead
from cohorts.rules.dates import end_of
from cohorts.states import EnrolmentState
from npqh_portal.programmes.kinds import KINDS_SENT, KINDS_WITH_PAGES, ItemKind
from npqh_portal.programmes.models import Item, StudyRevision
from npqh_portal.programmes.queries import pages_shown, revisions_shown
from npqh_portal.programmes.states import RevisionState

from .cohorts import dates_of
from .enrolments import latest_membership_of
from .items import is_expected


def was_read(enrolment: Enrolment, *, of: str, until: str) -> Exists:
    """Whether pages of an item had been read by a moment. `of` leads to the item, `until` to the moment."""
    return Exists(
        PageRead.objects.filter(
            enrolment=enrolment,
            page__programme=OuterRef(f"{of}version__programme"),
            page__item_code=OuterRef(f"{of}code"),
            read_at__lte=OuterRef(until),
        )
    )


def how_done(kind: str, *, is_read: bool) -> str:
    """How somebody has done an item in their own time: sent, saved, read, or only said that they have."""
    if kind in KINDS_SENT:
        return "sent"
    if kind == ItemKind.REFLECTION:
        return "saved"
    return "read" if is_read else "said"


@dataclass(frozen=True)
class Reading:
    """How many pages an item shows, and how many of them somebody has read."""

    pages: int
    read: int


@dataclass(frozen=True)
class Line:
    """One page of an item, by its number among those that are shown; `is_new` since the item was finished."""

    number: int
    revision: StudyRevision
    is_read: bool
    is_new: bool


@dataclass(frozen=True)
class Study:
    """An item and its pages as one person stands with them. `may_record`: what is read is noted, and counts."""

    item: Item
    lines: tuple[Line, ...]
    completion: Completion | None
    may_record: bool

    @property
    def minutes(self) -> int:
        return sum(line.revision.minutes for line in self.lines)

    @property
    def read(self) -> int:
        return sum(line.is_read for line in self.lines)

    @property
    def unread(self) -> list[Line]:
        return [line for line in self.lines if not line.is_read]

    def is_last_unread(self, line: Line) -> bool:
        """Whether the item is done once this page is read."""
        return all(one.number == line.number for one in self.unread)

    def next_after(self, line: Line) -> Line | None:
        """The page to go on to: the one behind it, or at the end the first that is still to be read."""
        behind = self.lines[line.number :]
        left = [one for one in self.unread if self.may_record and one.number != line.number]
        return next(iter([*behind[:1], *left]), None)


def study_of(enrolment: Enrolment, code: str, at: datetime) -> Study | None:
    """None for an item that is not on their list, or that shows no pages."""
    item = (
        Item.objects.filter(version=enrolment.version_id, code=code, kind__in=KINDS_WITH_PAGES)
        .filter(personal_items__enrolment=enrolment)
        .select_related("course", "version")
        .first()
    )
    if item is None:
        return None
    revisions = StudyRevision.objects.filter(page=OuterRef("page"), state=RevisionState.PUBLISHED).order_by()
    shown = revisions_shown(item.version.programme_id, code).annotate(
        is_read=Exists(PageRead.objects.filter(enrolment=enrolment, page=OuterRef("page"))),
        first_shown_at=Subquery(
            revisions.values("page").annotate(first=Min("published_at")).values("first"),
            output_field=DateTimeField(),
        ),
    )
    completion = Completion.objects.filter(enrolment=enrolment, item=item).first()
    lines = tuple(
        Line(
            number,
            one,
            is_read=one.is_read,
            is_new=completion is not None and not one.is_read and one.first_shown_at > completion.recorded_at,
        )
        for number, one in enumerate(shown, start=1)
    )
    if not lines:
        return None
    may_record = completion is None and may_record_done(enrolment, item, at)
    return Study(item, lines, completion, may_record)


def readings_of(enrolment: Enrolment) -> dict[str, Reading]:
    """Of every item that shows pages, by its code. One statement."""
    shown = pages_shown().filter(programme=enrolment.version.programme_id).order_by()
    shown = shown.annotate(is_read=Exists(PageRead.objects.filter(enrolment=enrolment, page=OuterRef("pk"))))
    counts = shown.values_list("item_code").annotate(pages=Count("pk"), read=Count("pk", filter=Q(is_read=True)))
    return {code: Reading(pages, read) for code, pages, read in counts}


def may_record_done(enrolment: Enrolment, item: Item, at: datetime) -> bool:
    """Whether somebody can say now that they have done an item in their own time, or have not after all."""
    if enrolment.state != EnrolmentState.ACTIVE or not is_expected(enrolment, item):
        return False
    stay = latest_membership_of(enrolment)
    return stay is not None and stay.to_on is None and at < end_of(dates_of(stay.cohort).delivery_ends_on)
