"""What is due: a word before a session, a meeting of support or a last day, and what somebody has left undone."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from cohorts.access import READERS_OF_WORK, leads_answering_for
from cohorts.models import Seminar
from cohorts.queries import overdue_registers, who_is_expected_at
from cohorts.queries.appeals import answers, overdue
from cohorts.queries.catch_up import decider_of, nothing_sent_for, waiting_since
from cohorts.queries.support import meetings_soon
from cohorts.rules.dates import end_of, london_date
from cohorts.states import CohortState, SeminarState
from npqh_portal.clock import london_moment
from npqh_portal.notifications.reminders import Reminder

REMIND_AT = time(9)
# A register is asked for so long after the end, and for so many days: then it is the lead's list that nags.
GRACE = timedelta(hours=2)
ASKED_FOR = timedelta(days=7)
# A week is enough to watch a recording and write a page on it.
CATCH_UP_REMINDED = timedelta(days=7)
# A week's work of whoever decides; what is older than a fortnight more is for the lead to ask about.
CATCH_UP_WAITS, CATCH_UP_ASKED_FOR = timedelta(days=5), timedelta(days=14)

# Long enough for whoever was away; then it stands on the lead's list alone.
APPEAL_ASKED_FOR = timedelta(days=14)


def due(at: datetime) -> Iterator[Reminder]:
    yield from _seminar_tomorrow(at)
    yield from _register_not_taken(at)
    yield from _support_meeting_tomorrow(at)
    yield from _catch_up_open(at)
    yield from _catch_up_waiting(at)
    yield from _appeal_overdue(at)


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


def _catch_up_open(at: datetime) -> Iterator[Reminder]:
    """To whoever missed something and has handed nothing in, once for each last day."""
    for due in nothing_sent_for(at, within=CATCH_UP_REMINDED):
        person = due.enrolment.person
        yield Reminder(
            kind="catch-up-open",
            to=person,
            about=due.enrolment,
            key=f"catch-up-open:{due.enrolment.pk}:{due.send_by:%Y%m%d}:{person.pk}",
            stale_at=end_of(due.send_by),
            words={"items": due.items, "send_by": due.send_by},
        )


def _catch_up_waiting(at: datetime) -> Iterator[Reminder]:
    """To whoever decides, once of each time it was sent."""
    until = CATCH_UP_WAITS + CATCH_UP_ASKED_FOR
    for catch_up in waiting_since(at, longer_than=CATCH_UP_WAITS, for_at_most=until):
        person = decider_of(catch_up, london_date(at))
        if person is None:
            continue  # it stands on the lead's list
        yield Reminder(
            kind="catch-up-waiting",
            to=person,
            about=catch_up,
            key=f"catch-up-waiting:{catch_up.pk}:{catch_up.sent_at:%Y%m%dT%H%M%S}:{person.pk}",
            stale_at=catch_up.sent_at + until,
            words={"who": catch_up.enrolment.person},
        )


def _appeal_overdue(at: datetime) -> Iterator[Reminder]:
    """To whoever answers, and to the programme leads, once of each day by which it was to be answered."""
    for appeal in overdue(at, for_at_most=APPEAL_ASKED_FOR):
        answering = answers(appeal, london_date(at))
        leads = leads_answering_for(appeal.enrolment, roles=READERS_OF_WORK).exclude(pk=appeal.enrolment.person_id)
        people = {person.pk: (person, True) for person in leads.order_by("pk")}
        if answering:
            people[answering.pk] = (answering, False)
        for person, is_lead in people.values():
            yield Reminder(
                kind="appeal-overdue",
                to=person,
                about=appeal,
                key=f"appeal-overdue:{appeal.pk}:{appeal.answer_by:%Y%m%d}:{person.pk}",
                stale_at=end_of(appeal.answer_by + APPEAL_ASKED_FOR),
                words={"who": appeal.enrolment.person, "item": appeal.seminar.item, "is_lead": is_lead},
            )


def _is_same_day(seminar: Seminar, at: datetime) -> bool:
    return london_date(seminar.starts_at) == london_date(at)
