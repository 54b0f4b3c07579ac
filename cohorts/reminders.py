"""What is due: a word before a seminar or a meeting of support, and a register that has not been taken."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from cohorts.models import Seminar
from cohorts.queries import overdue_registers, who_is_expected_at
from cohorts.queries.support import meetings_soon
from cohorts.rules.dates import end_of, london_date
from cohorts.states import CohortState, SeminarState
from npqh_portal.clock import london_moment
from npqh_portal.notifications.reminders import Reminder

REMIND_AT = time(9)
# A register is asked for so long after the end, and for so many days: then it is the lead's list that nags.
GRACE = timedelta(hours=2)
ASKED_FOR = timedelta(days=7)


def due(at: datetime) -> Iterator[Reminder]:
    yield from _seminar_tomorrow(at)
    yield from _register_not_taken(at)
    yield from _support_meeting_tomorrow(at)


def remind_from(seminar: Seminar) -> datetime:
    """From 9am in London on the day before."""
    return london_moment(london_date(seminar.starts_at) - timedelta(days=1), REMIND_AT)


def _seminar_tomorrow(at: datetime) -> Iterator[Reminder]:
    """To everybody who is expected there, and the facilitator, until it starts."""
    soon = (
        Seminar.objects.filter(
            state=SeminarState.SCHEDULED, starts_at__gt=at, starts_at__lt=end_of(london_date(at) + timedelta(days=1))
        )
        .exclude(cohort__state__in=[CohortState.DRAFT, CohortState.CLOSED])
        .select_related("item", "venue", "facilitator", "group", "cohort")
    )
    seminars = [seminar for seminar in soon if remind_from(seminar) <= at]
    expected = who_is_expected_at(seminars)
    for seminar in seminars:
        for person in {*(one.person for one in expected[seminar.pk]), *filter(None, [seminar.facilitator])}:
            yield Reminder(
                kind="seminar-tomorrow",
                to=person,
                about=seminar,
                key=f"seminar-tomorrow:{seminar.pk}:{seminar.revision}:{person.pk}",
                stale_at=seminar.starts_at,
                words={"is_theirs": person.pk == seminar.facilitator_id, "is_today": _is_same_day(seminar, at)},
            )


def _register_not_taken(at: datetime) -> Iterator[Reminder]:
    for seminar in overdue_registers(at - GRACE).filter(ends_at__gt=at - ASKED_FOR):
        if seminar.facilitator is None:
            continue  # it stands on the lead's list
        yield Reminder(
            kind="register-not-taken",
            to=seminar.facilitator,
            about=seminar,
            key=f"register-not-taken:{seminar.pk}:{seminar.revision}:{seminar.facilitator_id}",
            stale_at=seminar.ends_at + ASKED_FOR,
        )


def _support_meeting_tomorrow(at: datetime) -> Iterator[Reminder]:
    """To both, from 9am on the day before until it starts."""
    for meeting in meetings_soon(at):
        if london_moment(london_date(meeting.starts_at) - timedelta(days=1), REMIND_AT) > at:
            continue
        participant, supporter = meeting.match.enrolment.person, meeting.match.supporter
        for person, other in ((participant, supporter), (supporter, participant)):
            yield Reminder(
                kind="support-meeting-tomorrow",
                to=person,
                about=meeting,
                key=f"support-meeting-tomorrow:{meeting.pk}:{meeting.starts_at:%Y%m%dT%H%M}:{person.pk}",
                stale_at=meeting.starts_at,
                words={
                    "other": other,
                    "to_supporter": person.pk == supporter.pk,
                    "is_today": london_date(meeting.starts_at) == london_date(at),
                },
            )


def _is_same_day(seminar: Seminar, at: datetime) -> bool:
    return london_date(seminar.starts_at) == london_date(at)
