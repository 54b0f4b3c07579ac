"""The demonstration's plan: what is noted in the diary for which day, counted from today."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from applications.models import Decision
from assessments.models import Verdict
from cohorts.rules.dates import CourseDates, course_dates, months_after
from cohorts.states import CohortState
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER
from npqh_portal.programmes.models import Item, ProgrammeVersion

from . import cast
from .acts import Acts, Run, SeminarGroup, begins_at, weekday
from .cast import Character
from .diary import Diary

# How far an attempt has come, in steps: sent, allocated, marked, moderated, confirmed, released.
STEPS = {"to allocate": 1, "to mark": 2, "to moderate": 3, "to confirm": 4, "at odds": 4, "to release": 5}
RELEASED = 6


def tell(version: ProgrammeVersion, today: date) -> None:
    """Write the whole demonstration into an empty portal."""
    Story(version, today).tell()


class Story:
    def __init__(self, version: ProgrammeVersion, today: date) -> None:
        self.version, self.today = version, today
        self.items = list(version.items.order_by("number"))
        self.acts = Acts(version)
        self.diary = Diary()

    def tell(self) -> None:
        running = Run(
            self._third_of_month(-9),
            cast.RUNNING,
            (
                SeminarGroup("Fells group", cast.GWEN, "Tarnhollow Village Hall"),
                SeminarGroup("Coast group", cast.RUFUS, "Skellbeck Library"),
            ),
        )
        assessing = Run(
            self._third_of_month(-20),
            cast.ASSESSING,
            (SeminarGroup("Dales group", cast.BRYONY, "Marlowick Primary School"),),
            of_partner=True,
        )
        running.days = self._days_around_today(running)
        assessing.days = self._days_of_the_past(assessing)
        self.diary.note(assessing.starts_on - timedelta(days=200), "09.00", self.acts.set_up)
        for run in (assessing, running):
            self._plan_applications(run)
            self._plan_cohort(run)
            self._plan_sittings(run)
            self._plan_own_time(run)
            self._plan_turns(run)
        self._plan_assessment(assessing)
        self._plan_open_intake(Run(self._third_of_month(3), cast.APPLYING))
        self.diary.live_through()

    # --- days --------------------------------------------------------------------------------------

    def _third_of_month(self, months_on: int) -> date:
        return weekday(months_after(self.today.replace(day=1), months_on) + timedelta(days=2))

    def _dates(self, run: Run) -> CourseDates:
        return course_dates(
            run.starts_on,
            delivery_months=self.version.delivery_months,
            assessment_months=self.version.assessment_months,
        )

    def _first_window(self, run: Run) -> tuple[date, date]:
        opens_on = self._dates(run).delivery_ends_on + timedelta(days=7)
        return opens_on, opens_on + timedelta(days=self.acts.task.window_days - 1)

    def _codes(self) -> list[str]:
        return [item.code for item in self.items if item.kind in KINDS_WITH_REGISTER]

    def _days_of_the_past(self, run: Run) -> dict[str, date]:
        codes = self._codes()
        last = self._dates(run).delivery_ends_on - timedelta(days=10)
        return dict(zip(codes, _spread(run.starts_on + timedelta(days=1), last, len(codes)), strict=True))

    def _days_around_today(self, run: Run) -> dict[str, date]:
        """The needs seminar of the first group is today; the three sittings before it can still be caught up."""
        codes = self._codes()
        now = codes.index("needs-seminar")
        recent = [weekday(self.today - timedelta(days=days)) for days in (38, 26, 12)]
        last = self._dates(run).delivery_ends_on - timedelta(days=10)
        days = [
            *_spread(run.starts_on + timedelta(days=1), self.today - timedelta(days=64), now - len(recent)),
            *recent,
            self.today,
            *_spread(self.today + timedelta(days=16), last, len(codes) - now - 1),
        ]
        return dict(zip(codes, days, strict=True))

    # --- plans -------------------------------------------------------------------------------------

    def _plan_applications(self, run: Run) -> None:
        opens_on, closes_on = run.starts_on - timedelta(days=150), run.starts_on - timedelta(days=60)
        self.diary.note(
            opens_on - timedelta(days=20), "10.00", partial(self.acts.open_intake, run, opens_on, closes_on)
        )
        for number, character in enumerate(run.people):
            self._plan_application(character, run, opens_on + timedelta(days=3 + number * 3))

    def _plan_application(self, character: Character, run: Run, day: date) -> None:
        """As far as it went: begun, a draft, sent, reviewed, decided."""
        note, acts, turn = self.diary.note, self.acts, character.turn
        note(day, "19.40", partial(acts.join, character))
        note(day, "19.50", partial(acts.apply, character, run))
        if turn in {"begun", "draft"}:
            return
        note(day + timedelta(days=2), "20.15", partial(acts.submit, character))
        if turn == "sent":
            return
        note(day + timedelta(days=5), "11.20", partial(acts.review, character))
        if turn == "reviewed":
            return
        verdict = Decision.Verdict.DECLINED if turn == "declined" else Decision.Verdict.ACCEPTED
        note(day + timedelta(days=8), "15.05", partial(acts.decide, character, verdict))

    def _plan_open_intake(self, run: Run) -> None:
        opens_on, closes_on = self.today - timedelta(days=40), self.today + timedelta(days=26)
        self.diary.note(
            opens_on - timedelta(days=10), "10.00", partial(self.acts.open_intake, run, opens_on, closes_on)
        )
        for number, character in enumerate(run.people):
            day = opens_on + timedelta(days=2 + number * 3)
            self._plan_application(character, run, day)
            if character.turn == "enrolled":
                self.diary.note(day + timedelta(days=9), "10.30", partial(self.acts.enrol, character))

    def _plan_cohort(self, run: Run) -> None:
        made_on = run.starts_on - timedelta(days=75)
        self.diary.note(made_on, "10.00", partial(self.acts.make_cohort, run, *self._first_window(run)))
        for item in self._with_register():
            for group in run.groups_for(item):
                self.diary.note(made_on + timedelta(days=1), "10.00", partial(self.acts.schedule, run, item, group))
        for number, character in enumerate(run.people):
            is_late = character.turn == "late"
            joins_on = run.starts_on + timedelta(days=100) if is_late else run.starts_on - timedelta(days=32)
            self.diary.note(joins_on, f"10.{number:02}", partial(self.acts.place, character, run))
        self.diary.note(run.starts_on, "08.00", partial(self.acts.move, run, CohortState.RUNNING))

    def _plan_sittings(self, run: Run) -> None:
        for item in self._with_register():
            for group in run.groups_for(item):
                day = run.day(item, group)
                if day < self.today:
                    taken_at = begins_at(day, item) + timedelta(minutes=item.minutes + 20)
                    self.diary.note_at(taken_at, partial(self.acts.take_register, run, item, group))
                    self.diary.note_at(taken_at + timedelta(days=9), partial(self.acts.catch_up, run, item, group))

    def _plan_own_time(self, run: Run) -> None:
        """In the days after the sitting before it; a late joiner does the first ones after joining."""
        day, ends_on = run.starts_on, self._dates(run).delivery_ends_on
        for item in self.items:
            if item.kind in KINDS_WITH_REGISTER:
                day = run.days[item.code]
                continue
            day = min(day + timedelta(days=3), ends_on)
            for number, character in enumerate(run.people):
                done_on = day
                if character.turn == "late":
                    done_on = max(day, run.starts_on + timedelta(days=104 + item.number % 30))
                if item.code not in character.not_done and done_on < self.today:
                    self.diary.note(done_on, f"20.{number:02}", partial(self.acts.complete, character, item))

    def _plan_turns(self, run: Run) -> None:
        for character in run.people:
            if character.turn == "late":
                joined_on = run.starts_on + timedelta(days=100)
                self.diary.note(joined_on, "11.00", partial(self.acts.exempt_what_was_over, character, run))
            if character.turn == "deferred":
                self.diary.note(self.today - timedelta(days=58), "16.10", partial(self.acts.defer, character))
            if character.turn == "withdrawn":
                self.diary.note(run.starts_on + timedelta(days=170), "09.45", partial(self.acts.withdraw, character))

    def _plan_assessment(self, run: Run) -> None:
        """Three windows: one long marked, one being marked, one open now."""
        first, first_closes_on = self._first_window(run)
        second, third = self.today - timedelta(days=19), self.today - timedelta(days=2)
        ended_on = self._dates(run).delivery_ends_on
        self.diary.note(ended_on + timedelta(days=1), "08.00", partial(self.acts.move, run, CohortState.ASSESSING))
        for number, opens_on in ((2, second), (3, third)):
            set_on = first_closes_on + timedelta(days=2)
            self.diary.note(set_on, f"09.0{number}", partial(self.acts.set_window, run, number, opens_on))
        for number, character in enumerate(run.people):
            turn = character.turn
            if turn in {"passed", "revoked", "failed", "failed, then passed"}:
                verdict = Verdict.FAIL if turn.startswith("failed") else Verdict.PASS
                self._plan_attempt(character, number, first, (verdict, verdict), RELEASED)
            if turn == "failed, then passed":
                self._plan_attempt(character, number, second, (Verdict.PASS, Verdict.PASS), RELEASED)
            if turn in STEPS:
                moderated = Verdict.FAIL if turn == "at odds" else Verdict.PASS
                self._plan_attempt(character, number, second, (Verdict.PASS, moderated), STEPS[turn])
            if turn == "revoked":
                self.diary.note(first + timedelta(days=30), "14.30", partial(self.acts.revoke, character))

    def _plan_attempt(
        self, character: Character, number: int, opens_on: date, verdicts: tuple[Verdict, Verdict], steps: int
    ) -> None:
        closed_on = opens_on + timedelta(days=self.acts.task.window_days)
        acts = (
            (opens_on + timedelta(days=1 + number % 6), partial(self.acts.send_work, character, number)),
            (closed_on, partial(self.acts.allocate, character, number)),
            (closed_on + timedelta(days=2), partial(self.acts.mark, character, verdicts[0], number)),
            (closed_on + timedelta(days=4), partial(self.acts.moderate, character, verdicts[1])),
            (closed_on + timedelta(days=6), partial(self.acts.confirm, character)),
            (closed_on + timedelta(days=8), partial(self.acts.release, character)),
        )
        for day, act in acts[:steps]:
            self.diary.note(day, f"14.{number:02}", act)
        if steps == RELEASED:
            self.diary.note(closed_on + timedelta(days=8), f"14.{30 + number}", self.acts.draw_certificates)

    def _with_register(self) -> Iterable[Item]:
        return (item for item in self.items if item.kind in KINDS_WITH_REGISTER)


def _spread(first: date, last: date, count: int) -> list[date]:
    """So many weekdays, evenly from the first day to the last."""
    length = (last - first).days
    return [weekday(first + timedelta(days=length * number // max(count - 1, 1))) for number in range(count)]
