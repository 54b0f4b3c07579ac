"""What sessions hold, and what keeps them from holding it: looked at under lock, with the database's last word."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from django.db import IntegrityError, OperationalError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from cohorts.errors import AlreadyBooked, VenueTooSmall
from cohorts.models import Booking, Group, Venue
from cohorts.queries.drafts import Edit, Rows, clashes_of, faults_of, rows_of
from npqh_portal.people.models import User

M = TypeVar("M", bound=models.Model)

# What PostgreSQL says of two bookings at once: refused by the constraint, by the hall's own size, or found waiting
# for each other.
EXCLUSION_VIOLATION, CHECK_VIOLATION, DEADLOCK = "23P01", "23514", "40P01"


def check(edits: Sequence[Edit], rows: Rows, *, but_for_bookings: bool = False) -> None:
    """Refuse the first of whatever keeps the edits from being made."""
    for faults in faults_of(edits, rows=rows):
        for fault in faults:
            if not (but_for_bookings and isinstance(fault, AlreadyBooked)):
                raise fault


def hold(edits: Sequence[Edit]) -> Rows:
    """Lock whatever the edits book, always in this order, so that two bookings wait for, not on, each other.

    Others may go on to refer to these rows meanwhile: letters are written to facilitators all the time.
    """
    named = rows_of(edits)
    return hold_rows(named.people, {group.pk for edit in edits for group in edit.groups}, named.venues)


def hold_rows(people: Collection[int], groups: Collection[int], venues: Collection[int]) -> Rows:
    """The same of rows named by their keys."""
    held = _in_order(User, people)
    _in_order(Group, groups)
    return Rows(_in_order(Venue, venues), held)


def _in_order(table: type[M], keys: Collection[int]) -> dict[int, M]:
    rows = table._default_manager.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def book(edits: Sequence[Edit], rows: Rows) -> None:
    """Give up, then book. A look found nothing in the way; was somebody quicker all the same, the database says so."""
    given_up = [edit.seminar for edit in edits if edit.books or edit.after is None]
    Booking.objects.filter(seminar__in=given_up).delete()
    wanted = [booking for edit in edits if edit.books for booking in _bookings(edit)]
    try:
        with transaction.atomic():
            Booking.objects.bulk_create(wanted)
    except (IntegrityError, OperationalError) as error:
        raise _too_late(error, edits, rows) from error


def _bookings(edit: Edit) -> Iterable[Booking]:
    after = edit.after
    assert after  # noqa: S101  # what books has one
    held = {"seminar": edit.seminar, "during": DateTimeTZRange(after.starts_at, after.ends_at)}
    yield from (Booking(**held, group=group) for group in edit.groups)
    if after.facilitator:
        yield Booking(**held, facilitator_id=after.facilitator)
    if after.venue:
        yield Booking(**held, venue_id=after.venue, people=edit.people_most)


def _too_late(error: Exception, edits: Sequence[Edit], rows: Rows) -> Exception:
    """What the database refused, in words; the error itself where it means something else."""
    code = getattr(error.__cause__, "pgcode", None)
    if code in {EXCLUSION_VIOLATION, DEADLOCK}:
        clashes = clashes_of(edits, rows=rows)
        return next(iter(clashes.values()), AlreadyBooked("The venue, the facilitator or the group"))
    if code == CHECK_VIOLATION:
        for edit in edits:
            venue = Venue.objects.filter(pk=edit.after.venue).first() if edit.after and edit.after.venue else None
            if venue and venue.capacity < edit.people_most:
                return VenueTooSmall(str(venue), venue.capacity, edit.people_most)
    return error
