"""The demonstration's plan: what is noted in the diary for which day.

Counted from today, but for the legacy cohort: its days are history.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product

from assessments.models import Verdict
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, PageSection, PresentedTo
from npqh_portal.programmes.models import AssessmentTask, Item, ProgrammeVersion

from . import words
from .acts import Acts, Run, SeminarGroup, begins_at
from .cast import ASSESSING, LEGACY, RUNNING, STARTING, Character, legacy, staff
from .cast.beside import FOUND, FOUND_BEFORE, LEFT, PLACED, VISITED, Found
from .cast.practice import PLANNED, REVIEWED, STEPPED, TRIED, WORK_TASKS, Stepped
from .cast.questioned import QUESTIONED
from .cast.spoken import SPOKEN
from .cast.study import CULTURE, CULTURE_SINCE, DEVELOPMENT, HALF_WAY, MODULES, NEEDS, NEEDS_DRAFT
from .cast.support import PAIRS, PAIRS_OF_BEFORE, Supported
from .cast.writing import REFLECTED, WORKED
from .days import half_hour_before, school_year, session_day, spread, start_after, third_of_month, weekday
from .diary import Diary
from .intakes import Intakes

# How far an attempt has come, in steps: sent, allocated, marked, moderated, confirmed, released.
STEPS = {"to allocate": 1, "to mark": 2, "to moderate": 3, "to confirm": 4, "at odds": 4, "to release": 5}
RELEASED = 6
# Days from the end of a window to each step but the first: by the provider's own people, and by a body outside.
OWN_PACE, EXTERNAL_PACE = (1, 3, 5, 7, 9), (2, 20, 30, 36, 40)
NEXT_LABEL = "2027"


def tell(version: ProgrammeVersion, legacy_version: ProgrammeVersion, today: date) -> None:
    """Write the whole demonstration into an empty portal."""
    Story(version, legacy_version, today).tell()


class Story:
    def __init__(self, version: ProgrammeVersion, legacy_version: ProgrammeVersion, today: date) -> None:
        self.version, self.legacy_version, self.today = version, legacy_version, today
        self.acts, self.diary = Acts(), Diary()
        self.intakes = Intakes(version, today, self.acts, self.diary)

    def tell(self) -> None:
        self.diary.note(legacy.PORTAL_BEGAN_ON, "09.00", self.acts.found)
        self.diary.note(legacy.PORTAL_BEGAN_ON, "09.10", partial(self.acts.enter_terms, self.today.year + 3))
        self._plan_legacy()
        assessing = self._plan_assessing()
        grown_on = assessing.starts_on - timedelta(days=200)
        self.diary.note(grown_on, "09.00", self.acts.grow)
        self._plan_schools(grown_on)
        self._plan_running()
        self._plan_starting()
        self._plan_next()
        self.intakes.plan()
        self._plan_programmes()
        self.diary.live_through()

    # --- cohorts -----------------------------------------------------------------------------------

    def _plan_running(self) -> None:
        run = Run(
            self.version,
            third_of_month(self.today, -9),
            RUNNING,
            (
                SeminarGroup("Fells group", staff.GWEN, "Tarnhollow Village Hall"),
                SeminarGroup("Coast group", staff.RUFUS, "Skellbeck Library"),
            ),
        )
        run.days = self._days_around_today(run)
        # So that the register of today's seminar can be taken as soon as all of this is loaded, at any hour.
        run.begun_by = half_hour_before(clock.now())
        self._plan_relative(run)
        self._plan_turns(run)
        self._plan_paths(run)
        self._plan_support(run, PAIRS)
        self._plan_peers(run, FOUND)
        self._plan_visits()
        self._plan_study(run)
        self._plan_writing()
        self._plan_practice()
        self._plan_offers(run)
        self._plan_contacts()
        self._plan_questions()
        self.diary.note(self.today - timedelta(days=2), "11.20", partial(self.acts.plan_a_move, run))

    def _plan_assessing(self) -> Run:
        run = Run(
            self.version,
            third_of_month(self.today, -20),
            ASSESSING,
            (SeminarGroup("Dales group", staff.BRYONY, "Marlowick Primary School"),),
            of_partner=True,
        )
        run.days = _days_over(run, run.starts_on + timedelta(days=1), run.dates.delivery_ends_on - timedelta(days=10))
        self._plan_relative(run)
        self._plan_turns(run)
        self._plan_support(run, PAIRS_OF_BEFORE)
        self._plan_peers(run, FOUND_BEFORE)
        self._plan_assessment(run)
        return run

    def _plan_starting(self) -> None:
        """Its first session is within a fortnight."""
        run = Run(
            self.version,
            weekday(self.today + timedelta(days=11)),
            STARTING,
            (
                SeminarGroup("Harbour group", staff.LEONIE, "Ferrywarden Sailing Club"),
                SeminarGroup("Moor group", staff.PADRAIG, "Pennyghast Town Hall"),
            ),
        )
        run.days = _days_over(run, run.starts_on + timedelta(days=1), run.dates.delivery_ends_on - timedelta(days=10))
        self._plan_relative(run)

    def _plan_next(self) -> None:
        """A cohort that is still a draft."""
        starts_on = start_after(self.today, 100)
        self.diary.note(
            self.today - timedelta(days=6), "15.30", partial(self.acts.make_next_cohort, self.version, starts_on)
        )

    def _plan_relative(self, run: Run) -> None:
        opens_on, closes_on = run.starts_on - timedelta(days=150), run.starts_on - timedelta(days=60)
        self.intakes.plan_applications(run, opens_on, closes_on, every=3)
        made_on, placed_on = run.starts_on - timedelta(days=75), run.starts_on - timedelta(days=32)
        self._plan_cohort(run, self._first_window_opens(run), made_on=made_on, placed_on=placed_on)
        self._plan_sittings(run)
        self._plan_own_time(run)

    def _plan_legacy(self) -> None:
        run = Run(
            self.legacy_version,
            legacy.STARTED_ON,
            LEGACY,
            (
                SeminarGroup("Ridge group", staff.ISADORA, "Pennyghast Town Hall"),
                SeminarGroup("River group", staff.BENEDICT, "Skellbeck Library"),
            ),
            name="Autumn 2020",
        )
        run.days = _days_over(run, legacy.STARTED_ON + timedelta(days=1), legacy.LAST_SESSION_ON)
        self.intakes.plan_applications(run, legacy.APPLY_FROM, legacy.APPLY_UNTIL, every=4)
        self._plan_cohort(run, legacy.FIRST_WINDOW_ON, made_on=legacy.MADE_ON, placed_on=legacy.PLACED_ON)
        online = partial(self.acts.go_online, run, legacy.ONLINE_FROM, legacy.ONLINE_UNTIL)
        self.diary.note(legacy.ONLINE_KNOWN_ON, "11.00", online)
        self._plan_sittings(run)
        self._plan_own_time(run)
        self._plan_turns(run)
        self._plan_placements()
        self._plan_legacy_practice(run)
        self._plan_legacy_assessment(run)
        self.diary.note(legacy.CLOSED_ON, "16.00", partial(self.acts.move, run, CohortState.CLOSED, words.CLOSED))
        for number, email in enumerate((staff.ISADORA, staff.BENEDICT)):
            self.diary.note(legacy.CLOSED_ON, f"16.3{number}", partial(self.acts.part_with, email))

    def _plan_schools(self, grown_on: date) -> None:
        """The register twice since the portal began, the lists of the school year, and what follows by night."""
        for day, reclassified in ((grown_on + timedelta(days=1), False), (self.today - timedelta(days=31), True)):
            self.diary.note(day, "06.30", partial(self.acts.import_schools, reclassified=reclassified))
            self.diary.note(day, "06.40", partial(self.acts.import_lists, school_year(day)))
            self.diary.note(day + timedelta(days=1), "03.10", self.acts.recheck_funding)

    # --- the programme -------------------------------------------------------------------------------

    def _plan_programmes(self) -> None:
        """The legacy version is retired when it has ended; a draft of the next waits, as does a text."""
        self.diary.note(legacy.CLOSED_ON + timedelta(days=1), "09.30", partial(self.acts.retire, self.legacy_version))
        self.diary.note(self.today - timedelta(days=45), "16.20", self.acts.take_over_past_participants)
        draft = partial(self.acts.draft_next_version, self.version, NEXT_LABEL)
        self.diary.note(self.today - timedelta(days=9), "14.10", draft)
        told = partial(self.acts.publish_more, self.version, PageSection.CONTACT, words.CONTACT_MORE)
        self.diary.note(self.today - timedelta(days=80), "16.45", told)
        waiting = partial(self.acts.add_to_text, self.version, PageSection.SUPPORT, words.SUPPORT_MORE)
        self.diary.note(self.today - timedelta(days=3), "17.20", waiting)

    # --- days --------------------------------------------------------------------------------------

    def _days_around_today(self, run: Run) -> dict[str, date]:
        """The needs seminar of the first group is today; the three sittings before it can still be caught up."""
        codes = [item.code for item in run.sittings]
        now = codes.index("needs-seminar")
        recent = [self.today - timedelta(days=days) for days in (38, 26, 12)]
        last = run.dates.delivery_ends_on - timedelta(days=10)
        others = [
            *spread(run.starts_on + timedelta(days=1), self.today - timedelta(days=64), now - len(recent)),
            *recent,
            *spread(self.today + timedelta(days=16), last, len(codes) - now - 1),
        ]
        days = [session_day(day) for day in others]
        return dict(zip(codes, [*days[:now], self.today, *days[now:]], strict=True))

    # --- plans -------------------------------------------------------------------------------------

    def _plan_cohort(self, run: Run, window_opens_on: date, *, made_on: date, placed_on: date) -> None:
        self.diary.note(made_on, "10.00", partial(self.acts.make_cohort, run))
        self.diary.note(made_on, "10.01", partial(self.acts.set_window, run, 1, window_opens_on))
        for item in run.sittings:
            for group in run.groups_for(item):
                self.diary.note(made_on, "10.02", partial(self.acts.schedule, run, item, group))
        self.diary.note(made_on, "10.03", partial(self.acts.publish_cohort, run))
        for number, character in enumerate(run.people):
            if character.turn == "declined":
                continue
            joins_on = run.starts_on + timedelta(days=100) if character.turn == "late" else placed_on
            self.diary.note(joins_on, f"10.{number:02}", partial(self.acts.place, character, run))
        self.diary.note(run.starts_on, "08.00", partial(self.acts.move, run, CohortState.RUNNING))

    def _plan_sittings(self, run: Run) -> None:
        for item in run.sittings:
            for group in run.groups_for(item):
                day = run.day(item, group)
                if day < self.today:
                    taken_at = begins_at(day, item) + timedelta(minutes=item.minutes + 20)
                    self.diary.note_at(taken_at, partial(self.acts.take_register, run, item, group))
                    self._plan_catch_ups(run, item, group, taken_at)

    def _plan_catch_ups(self, run: Run, item: Item, group: SeminarGroup | None, taken_at: datetime) -> None:
        """Handed in eight days after, and accepted a day later; what is still open was sent this week."""
        acts = self.acts
        for person in run.people:
            if group not in {None, run.groups[person.group - 1]}:
                continue
            if item.code in person.caught_up:
                self.diary.note_at(taken_at + timedelta(days=8), partial(acts.hand_in_catch_up, person, item))
                self.diary.note_at(taken_at + timedelta(days=9), partial(acts.accept_catch_up, person, item, run))
            if (became := person.handed_in.get(item.code)) is not None:
                handed_in_on = self.today - timedelta(days=6 if became == "sent_back" else 3)
                self.diary.note(handed_in_on, "19.20", partial(acts.hand_in_catch_up, person, item))
                if became == "sent_back":
                    on = self.today - timedelta(days=2)
                    self.diary.note(on, "12.30", partial(acts.send_back_catch_up, person, item, run))

    def _plan_offers(self, run: Run) -> None:
        """A recording of the last seminar, for this cohort; a text for every cohort."""
        by_code = {item.code: item for item in run.sittings}
        on = self.today - timedelta(days=30)
        self.diary.note(on, "17.00", partial(self.acts.offer_recording, run, by_code["teaching-seminar"]))
        self.diary.note(on, "17.30", partial(self.acts.offer_reading, by_code["needs-webinar-1"]))

    def _plan_contacts(self) -> None:
        for number, spoken in enumerate(SPOKEN):
            on = self.today - timedelta(days=spoken.days_ago)
            self.diary.note(on, f"16.{20 + number}", partial(self.acts.speak_to, spoken))

    def _plan_questions(self) -> None:
        for one in QUESTIONED:
            steps = ((one.asked, self.acts.question_mark), (one.kept, self.acts.keep_mark))
            for days, act in (*steps, (one.further, self.acts.ask_the_lead)):
                if days is not None:
                    self.diary.note(self.today - timedelta(days=days), "19.40", partial(act, one))

    def _plan_own_time(self, run: Run) -> None:
        """In the days after the sitting before it; a late joiner does the first ones after joining."""
        day, ends_on = run.starts_on, run.dates.delivery_ends_on
        for item in run.items:
            if item.kind in KINDS_WITH_REGISTER:
                day = run.days[item.code]
                continue
            day = min(day + timedelta(days=3), ends_on)
            for number, character in enumerate(run.people):
                done_on = day
                if character.turn == "late":
                    done_on = max(day, run.starts_on + timedelta(days=104 + item.number % 30))
                does_it = character.turn != "not evaluated" and item.code not in character.not_done
                if does_it and done_on < self.today:
                    self.diary.note(done_on, f"20.{number:02}", partial(self.acts.complete, character, item))

    def _plan_turns(self, run: Run) -> None:
        for character in run.people:
            if character.turn == "late":
                joined_on = run.starts_on + timedelta(days=100)
                self.diary.note(joined_on, "11.00", partial(self.acts.exempt_what_was_over, character, run))
            if character.turn == "deferred":
                away = partial(self.acts.defer, character, start_after(self.today, 100))
                self.diary.note(self.today - timedelta(days=58), "16.10", away)
            if character.turn == "withdrawn":
                self.diary.note(run.starts_on + timedelta(days=170), "09.45", partial(self.acts.withdraw, character))

    def _plan_paths(self, run: Run) -> None:
        """All within the weeks of `_days_around_today` in which nothing is held, so that nobody misses a session."""
        gone_on, back_on = self.today - timedelta(days=61), self.today - timedelta(days=41)
        for character in run.people:
            if character.turn == "moved":
                self.diary.note(back_on, "09.10", partial(self.acts.change_group, character, run))
            if character.turn == "returned":
                self.diary.note(gone_on, "09.20", partial(self.acts.go_away, character, back_on))
                self.diary.note(back_on, "09.20", partial(self.acts.come_back, character, run))
                self.diary.note(back_on, "19.40", partial(self.acts.be_called, character, "Leo"))
            if character.turn == "reinstated":
                self.diary.note(gone_on, "09.30", partial(self.acts.withdraw, character))
                self.diary.note(back_on, "09.30", partial(self.acts.reinstate, character, run))
            if character.turn == "extended":
                self.diary.note(self.today - timedelta(days=20), "14.20", partial(self.acts.extend, character, 3))

    def _plan_support(self, run: Run, pairs: Sequence[Supported]) -> None:
        """Two weeks before the start a lead finds them somebody; from then on the two meet, until the year is over."""
        matched_on = run.starts_on - timedelta(days=14)
        for number, pair in enumerate(pairs):
            self.diary.note(matched_on, f"15.{number:02}", partial(self.acts.match_supporter, pair))
            last = min(matched_on + timedelta(days=364), self.today + timedelta(days=9))
            if pair.until_days_ago:
                last = self.today - timedelta(days=pair.until_days_ago + 2)
            if pair.forgets:
                last = weekday(self.today - timedelta(days=3))
            count = max((last - matched_on).days // (7 * pair.weeks), 2)
            days = spread(matched_on + timedelta(days=17), last - timedelta(days=2), count)
            for meeting, day in enumerate(days):
                planned = partial(self.acts.plan_to_meet, pair, day, meeting)
                self.diary.note(day - timedelta(days=12), f"16.{30 + number}", planned)
                if not (pair.forgets and day == days[-1]):
                    self.diary.note(day, f"17.{30 + number}", partial(self.acts.meet, pair, meeting))
        self.diary.note(matched_on + timedelta(days=366), "07.10", self.acts.end_due_support)

    # --- beside the course ---------------------------------------------------------------------------

    def _plan_peers(self, run: Run, people: Sequence[Found]) -> None:
        for found in people:
            self.diary.note(
                run.starts_on + timedelta(days=found.after_days), "19.40", partial(self.acts.be_found, found)
            )

    def _plan_visits(self) -> None:
        for visited in VISITED:
            day = weekday(self.today - timedelta(days=visited.days_ago))
            self.diary.note(day, "18.20", partial(self.acts.visit_school, visited))
        self.diary.note(self.today - timedelta(days=15), "20.10", partial(self.acts.leave_directory, LEFT))

    def _plan_writing(self) -> None:
        for number, worked in enumerate(WORKED):
            done_on = self.today - timedelta(days=worked.days_ago)
            self.diary.note(done_on, f"21.{number:02}", partial(self.acts.work, worked))
            if worked.feedback:
                answered_on = self.today - timedelta(days=worked.answered_days_ago)
                self.diary.note(answered_on, f"16.{number:02}", partial(self.acts.answer_work, worked))
        for number, reflected in enumerate(REFLECTED):
            written_on = self.today - timedelta(days=reflected.days_ago)
            self.diary.note(written_on, f"21.{30 + number}", partial(self.acts.reflect, reflected))

    def _plan_study(self, run: Run) -> None:
        """Three modules have pages; one more page is added to the first when most have finished it."""
        programme = self.version.programme
        for module in MODULES:
            on = self.today - timedelta(days=module.days_ago) if module.days_ago else run.starts_on - timedelta(days=20)
            self.diary.note(on, "15.00", partial(self.acts.publish_module, programme, module))
        on = self.today - timedelta(days=30)
        self.diary.note(on, "15.10", partial(self.acts.publish_page, programme, CULTURE.code, CULTURE_SINCE))
        on = self.today - timedelta(days=4)
        self.diary.note(on, "15.20", partial(self.acts.draft_last_page, programme, NEEDS.code, NEEDS_DRAFT))
        (item,) = (item for item in run.items if item.code == DEVELOPMENT.code)
        for who, half in enumerate(HALF_WAY):
            for page in range(half.pages):
                on = self.today - timedelta(days=half.pages - page)
                self.diary.note(on, f"21.{50 + who}", partial(self.acts.study, half.name, item, page))

    def _plan_practice(self) -> None:
        """A project with its stages, and small changes: planned, and told of a fortnight later."""
        for number, planned in enumerate(PLANNED):
            on = self.today - timedelta(days=planned.days_ago)
            self.diary.note(on, f"20.{30 + number}", partial(self.acts.plan_project, planned))
        for number, stepped in enumerate(STEPPED):
            self._plan_step(stepped, self.today - timedelta(days=stepped.days_ago), number)
        for number, tried in enumerate(TRIED):
            on = self.today - timedelta(days=tried.days_ago)
            self.diary.note(on, f"19.{number:02}", partial(self.acts.try_out, tried))
            if tried.happened:
                told_on = on + timedelta(days=14)
                self.diary.note(told_on, f"19.{30 + number}", partial(self.acts.tell_what_happened, tried))

    def _plan_legacy_practice(self, run: Run) -> None:
        """Judged on the first day, by all but one of themselves; some send work-based tasks, and look back at the end.

        Who never did so could record nothing of their own, and sent no work.
        """
        for number, character in enumerate(run.people):
            if character.turn != "not evaluated":
                self.diary.note(legacy.STARTED_ON, f"19.{number:02}", partial(self.acts.evaluate, character, number))
        for number, stepped in enumerate(WORK_TASKS):
            self._plan_step(stepped, legacy.STARTED_ON + timedelta(days=stepped.on or 0), number)
        for number, name in enumerate(REVIEWED):
            self.diary.note(legacy.LAST_SESSION_ON, f"18.{number:02}", partial(self.acts.review_behaviours, name))

    def _plan_step(self, stepped: Stepped, on: date, number: int) -> None:
        self.diary.note(on, f"21.{40 + number}", partial(self.acts.step, stepped))
        if stepped.feedback:
            self.diary.note(on + timedelta(days=4), f"16.{40 + number}", partial(self.acts.answer_step, stepped))

    def _plan_placements(self) -> None:
        """A plan before one's own board, a placement with its days, and a plan before the board of that school."""
        for number, placed in enumerate(PLACED):
            at = f"1{number % 3 + 6}.{10 + number}"
            own = partial(self.acts.present, placed.name, PresentedTo.OWN_BOARD, legacy.BEGUN_ON)
            self.diary.note(legacy.PRESENTED_ON + timedelta(days=number), at, own)
            named_on = legacy.PLACEMENT_NAMED_ON + timedelta(days=number)
            self.diary.note(named_on, at, partial(self.acts.name_placement, placed))
            if placed.is_agreed:
                self.diary.note(weekday(named_on + timedelta(days=6)), at, partial(self.acts.agree_placement, placed))
            days = spread(legacy.PLACEMENT_FROM, legacy.PLACEMENT_UNTIL, placed.days) if placed.days else []
            for done, day in enumerate(days):
                self.diary.note(day, at, partial(self.acts.log_placement_day, placed, done))
            if placed.is_presented:
                self.diary.note(
                    legacy.PLACEMENT_UNTIL + timedelta(days=5), at, partial(self.acts.write_placement, placed)
                )
                heard = partial(self.acts.present, placed.name, PresentedTo.PLACEMENT_BOARD, None)
                self.diary.note(legacy.PLACEMENT_PRESENTED_ON + timedelta(days=number), at, heard)

    # --- assessment ----------------------------------------------------------------------------------

    def _first_window_opens(self, run: Run) -> date:
        return run.dates.delivery_ends_on + timedelta(days=7)

    def _plan_assessment(self, run: Run) -> None:
        """Three windows: one long marked, one being marked, one open now."""
        first = self._first_window_opens(run)
        second, third = self.today - timedelta(days=19), self.today - timedelta(days=2)
        self._begin_assessment(run)
        for number, opens_on in ((2, second), (3, third)):
            set_on = first + timedelta(days=run.window_days + 1)
            self.diary.note(set_on, f"09.0{number}", partial(self.acts.set_window, run, number, opens_on))
        (task,) = run.tasks
        for number, character in enumerate(run.people):
            turn = character.turn
            attempt = partial(self._plan_attempt, run, character, task, number, pace=OWN_PACE)
            if turn in {"passed", "revoked", "failed", "failed, then passed"}:
                verdict = Verdict.FAIL if turn.startswith("failed") else Verdict.PASS
                attempt(first, (verdict, verdict), RELEASED)
            if turn == "failed, then passed":
                attempt(second, (Verdict.PASS, Verdict.PASS), RELEASED)
            if turn in STEPS:
                moderated = Verdict.FAIL if turn == "at odds" else Verdict.PASS
                attempt(second, (Verdict.PASS, moderated), STEPS[turn])
            if turn == "revoked":
                self.diary.note(first + timedelta(days=30), "14.30", partial(self.acts.revoke, character))

    def _plan_legacy_assessment(self, run: Run) -> None:
        """Two tasks, both marked outside; one of them sent again in a second window."""
        first, second = legacy.FIRST_WINDOW_ON, legacy.SECOND_WINDOW_ON
        self._begin_assessment(run)
        self.diary.note(second - timedelta(days=30), "09.02", partial(self.acts.set_window, run, 2, second))
        for (number, character), task in product(enumerate(run.people), run.tasks):
            if character.turn in {"withdrawn", "not evaluated"}:
                continue
            is_weak = character.turn in {"resubmitted", "not passed"} and task == run.tasks[-1]
            verdict = Verdict.FAIL if is_weak else Verdict.PASS
            attempt = partial(self._plan_attempt, run, character, task, number, pace=EXTERNAL_PACE)
            attempt(first, (verdict, verdict), RELEASED)
            if is_weak and character.turn == "resubmitted":
                attempt(second, (Verdict.PASS, Verdict.PASS), RELEASED)

    def _begin_assessment(self, run: Run) -> None:
        ended_on = run.dates.delivery_ends_on
        self.diary.note(ended_on + timedelta(days=1), "08.00", partial(self.acts.move, run, CohortState.ASSESSING))

    def _plan_attempt(
        self,
        run: Run,
        character: Character,
        task: AssessmentTask,
        number: int,
        opens_on: date,
        verdicts: tuple[Verdict, Verdict],
        steps: int,
        *,
        pace: Sequence[int],
    ) -> None:
        closes_on = opens_on + timedelta(days=run.window_days - 1)
        acts: tuple[Callable[[], object], ...] = (
            partial(self.acts.allocate, character, task, number),
            partial(self.acts.mark, character, task, verdicts[0], number),
            partial(self.acts.moderate, character, task, verdicts[1]),
            partial(self.acts.confirm, character, task),
            partial(self.acts.release, character, task),
        )
        sent_on = opens_on + timedelta(days=1 + number % 6)
        self.diary.note(sent_on, f"14.{number:02}", partial(self.acts.send_work, character, task, number))
        for days, act in list(zip(pace, acts, strict=True))[: steps - 1]:
            self.diary.note(closes_on + timedelta(days=days), f"14.{number:02}", act)
        if steps == RELEASED:
            drawn_on = closes_on + timedelta(days=pace[-1])
            self.diary.note(drawn_on, f"14.{30 + number}", self.acts.draw_certificates)


def _days_over(run: Run, first: date, last: date) -> dict[str, date]:
    """The sittings of a run, evenly over its time."""
    codes = [item.code for item in run.sittings]
    return dict(zip(codes, map(session_day, spread(first, last, len(codes))), strict=True))
