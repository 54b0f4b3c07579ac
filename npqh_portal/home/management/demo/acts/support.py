"""Support beside the programme: matching, meeting, ending."""

from datetime import date, time

from applications.kinds import Strand
from cohorts.actions import support
from cohorts.models import Enrolment, SupportMatch
from cohorts.queries.support import usual_days_of, without_supporter
from cohorts.states import MeetingState
from npqh_portal import clock
from npqh_portal.home.management.demo.cast import address_of, staff
from npqh_portal.home.management.demo.cast.support import NOTES, TO_DO, Supported

from .lookups import Lookups

BEGINS, MINUTES = time(16), 75


class Support(Lookups):
    def match_supporter(self, pair: Supported) -> None:
        """For the usual days, as they are offered to the lead."""
        enrolment = Enrolment.objects.select_related("application__school").get(person__email=address_of(pair.name))
        days = usual_days_of(without_supporter(enrolment, pair.strand), clock.today())
        assert days.last_on is not None  # noqa: S101  # whoever is placed has the last day of a course
        support.match_supporter(
            enrolment,
            strand=pair.strand,
            supporter=self.user(pair.coach),
            from_on=days.first_on,
            planned_to_on=days.last_on,
            by=self.user(staff.LEAD),
        )

    def plan_to_meet(self, pair: Supported, on: date, number: int) -> None:
        """New heads face to face, the others every second time."""
        is_face_to_face = pair.strand == Strand.NEW_HEADS or number % 2 == 0
        support.plan_meeting(
            self._support(pair),
            starts_at=clock.london_moment(on, BEGINS),
            minutes=MINUTES,
            is_face_to_face=is_face_to_face,
            place="the head’s office" if is_face_to_face else "",
            by=self.user(pair.coach),
        )

    def meet(self, pair: Supported, number: int) -> None:
        """What was planned last was held; and after the first time each says what they will do."""
        match = self._support(pair)
        meeting = match.meetings.latest("starts_at")
        support.save_meeting(
            meeting,
            state=MeetingState.HELD,
            starts_at=meeting.starts_at,
            minutes=meeting.minutes,
            is_face_to_face=meeting.is_face_to_face,
            place=meeting.place,
            notes=NOTES[number % len(NOTES)],
            revision=meeting.revision,
            by=self.user(pair.coach),
        )
        if number == 0:
            for text, is_supporters in TO_DO:
                support.add_support_action(
                    match, text=text, is_supporters=is_supporters, due_on=None, by=self.user(pair.coach)
                )
        if number == 1:
            support.mark_support_action(match.actions.latest("pk"), is_done=True, by=self.user(pair.coach))

    def end_due_support(self) -> None:
        support.end_due_support(clock.now())

    def _support(self, pair: Supported) -> SupportMatch:
        return SupportMatch.objects.get(
            enrolment__person__email=address_of(pair.name), strand=pair.strand.value, to_on=None
        )
