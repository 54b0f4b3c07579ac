"""The plan of applying: who applies to which intake on which day, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from applications.kinds import WithdrawReason
from applications.models import Decision
from npqh_portal import clock
from npqh_portal.programmes.models import ProgrammeVersion

from .acts import Acts, Run
from .cast import (
    APPLYING,
    FRESH,
    INTERESTED,
    PAUSED,
    WAITING_FOR_THE_NEXT,
    Character,
    partner_files,
    reviewing,
    staff,
    waiting,
)
from .days import start_after, third_of_month, weekday
from .diary import Diary

NOT_SENT = frozenset({"begun", "draft"})
# Days before today on which the form was written anew.
FORM_REVISED = 12
# Days before today on which a place became free in the full intake; an offer of it is held for a week.
PLACE_GIVEN_UP, HELD_DAYS = 20, 8


@dataclass
class Intakes:
    """One is open, one paused, one full and one still to come; those of the cohorts are closed."""

    version: ProgrammeVersion
    today: date
    acts: Acts
    diary: Diary

    def plan(self) -> None:
        opens_on, closes_on = weekday(self._ago(40)), self.today + timedelta(days=26)
        self._plan_interest(opens_on)
        starts_on = third_of_month(self.today, 3)
        open_now = Run(self.version, starts_on, APPLYING, capacity=12, funded_capacity=6)
        self.plan_applications(open_now, opens_on, closes_on, every=1)
        for number, character in enumerate(open_now.people):
            if character.turn == "enrolled":
                self.diary.note(opens_on + timedelta(days=20 + number), "10.30", partial(self.acts.enrol, character))
        self._plan_review()
        self._plan_paused(open_now, opens_on, closes_on)
        self._plan_full()
        coming = Run(self.version, start_after(self.today, 200), (), capacity=24)
        announced = partial(
            self.acts.open_intake,
            coming,
            coming.starts_on - timedelta(days=150),
            coming.starts_on - timedelta(days=60),
        )
        self.diary.note(self._ago(12), "10.15", announced)
        for number, interested in enumerate(WAITING_FOR_THE_NEXT):
            registered = partial(self.acts.register_interest, interested, self.version)
            self.diary.note(self._ago(10 - 3 * number), f"18.{20 + number}", registered)
        self.diary.note(self._ago(FORM_REVISED), "14.30", partial(self.acts.revise_form, self.version))

    def plan_applications(self, run: Run, opens_on: date, closes_on: date, *, every: int) -> None:
        opened = partial(self.acts.open_intake, run, opens_on, closes_on)
        self.diary.note(opens_on - timedelta(days=10), "10.00", opened)
        for number, character in enumerate(run.people):
            self._plan_application(character, run, opens_on + timedelta(days=2 + number * every))

    def _plan_application(self, character: Character, run: Run, day: date) -> None:
        """As far as it went: begun, a draft, sent, taken back, endorsed, reviewed, decided."""
        note, acts, turn = self.diary.note, self.acts, character.turn
        note(day, "19.40", partial(acts.join, character))
        note(day, "19.50", partial(acts.apply, character, run))
        if turn in NOT_SENT:
            return
        note(day + timedelta(days=2), "20.15", partial(acts.submit, character))
        if turn == "taken back":
            note(day + timedelta(days=4), "21.05", partial(acts.take_back, character, WithdrawReason.WORKLOAD))
        if turn in {"sent", "taken back"}:
            self._plan_endorsement(character, day + timedelta(days=3))
            return
        if character.endorsement != "waiting":
            note(day + timedelta(days=3), "10.05", partial(acts.endorse, character))
        if turn == "endorsed":
            return
        note(day + timedelta(days=5), "11.20", partial(acts.review, character))
        if turn in {"reviewed", "waits"}:
            return
        verdict = Decision.Verdict.DECLINED if turn == "declined" else Decision.Verdict.ACCEPTED
        note(day + timedelta(days=8), "15.05", partial(acts.decide, character, verdict))

    def _plan_endorsement(self, character: Character, day: date) -> None:
        """Where nobody simply agreed."""
        match character.endorsement:
            case "declined":
                self.diary.note(day, "17.35", partial(self.acts.refuse_to_endorse, character))
            case "waived":
                self.diary.note(day + timedelta(days=3), "09.25", partial(self.acts.waive_endorsement, character))
            case "another":
                self.diary.note(day + timedelta(days=2), "18.45", partial(self.acts.ask_another, character))

    def _plan_interest(self, opens_on: date) -> None:
        """In the days in which nothing could be applied for."""
        for number, interested in enumerate(INTERESTED):
            registered = partial(self.acts.register_interest, interested, self.version)
            self.diary.note(opens_on - timedelta(days=1 + number % 3), f"17.{10 + number}", registered)
            if interested.leaves:
                self.diary.note(opens_on, "08.15", partial(self.acts.leave_register, interested))
        self.diary.note(opens_on, "09.01", self.acts.tell_of_opening)
        self.diary.note(opens_on + timedelta(days=1), "19.30", partial(self.acts.join, FRESH))

    def _plan_review(self) -> None:
        self.diary.note(self._ago(15), "09.10", partial(self.acts.assign, reviewing.ASSIGNED))
        for number, (name, text) in enumerate(reviewing.NOTES.items()):
            self.diary.note(self._ago(8), f"16.{10 + number}", partial(self.acts.note, name, text))
        for question in reviewing.QUESTIONS:
            self.diary.note(self._ago(question.days_ago), "11.45", partial(self.acts.ask, question))
            if question.answer:
                self.diary.note(self._ago(question.days_ago - 2), "20.25", partial(self.acts.answer, question))

    def _plan_paused(self, like: Run, opens_on: date, closes_on: date) -> None:
        """The partner's own form brings some more: one file is received, one waits since an hour ago."""
        run = Run(self.version, like.starts_on, PAUSED, of_partner=True, name=f"{like.name}, {staff.PARTNER}")
        self.plan_applications(run, opens_on, closes_on, every=4)
        self.diary.note(self._ago(9), "16.20", partial(self.acts.receive, partner_files.RECEIVED, run))
        self.diary.note(self._ago(6), "15.40", partial(self.acts.pause_intake, run))
        handed_in = partial(self.acts.hand_in, partner_files.WAITING_FILE, run)
        self.diary.note_at(clock.now() - timedelta(hours=1), handed_in)

    def _plan_full(self) -> None:
        """Every place is taken. One is given up, and offered to one after the other of those who can take it."""
        starts_on = third_of_month(self.today, 2)
        people: Sequence[Character] = (*waiting.HOLDING, *waiting.WAITING)
        name = f"{starts_on:%B %Y}, {staff.PARTNER}"
        run = Run(self.version, starts_on, people, of_partner=True, name=name, capacity=6, funded_capacity=4)
        self.plan_applications(run, self._ago(139), self._ago(52), every=5)
        self.diary.note(self._ago(54), "10.40", partial(self.acts.put_on_waiting_list, waiting.WAITING))
        for character in people:
            if character.turn == "gives up":
                given_up = partial(self.acts.take_back, character, WithdrawReason.ANOTHER_PROVIDER)
                self.diary.note(self._ago(PLACE_GIVEN_UP), "18.20", given_up)
        for days in range(PLACE_GIVEN_UP, 0, -HELD_DAYS):
            self.diary.note(self._ago(days), "18.21" if days == PLACE_GIVEN_UP else "00.05", self.acts.make_offers)
        put_back = partial(self.acts.put_back_on_list, waiting.PUT_BACK)
        self.diary.note(self._ago(PLACE_GIVEN_UP - HELD_DAYS - 3), "10.55", put_back)

    def _ago(self, days: int) -> date:
        return self.today - timedelta(days=days)
