"""What cohorts refuse, each named for the fact."""

from collections.abc import Sequence
from datetime import date, datetime

from npqh_portal.errors import RuleViolation


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _clock(at: datetime) -> str:
    """As the wall shows it: 1.30am."""
    return f"{at.hour % 12 or 12}{f'.{at.minute:02}' if at.minute else ''}{'am' if at.hour < 12 else 'pm'}"


# Cohorts and their dates


class CohortMoveNotAllowed(RuleViolation):
    def __init__(self, now: str, wanted: str) -> None:
        super().__init__(f"A cohort that is “{now}” cannot become “{wanted}”.")


class CohortNotBegun(RuleViolation):
    def __init__(self, starts_on: date) -> None:
        super().__init__(f"The cohort begins on {_on(starts_on)}. It is running from that day on.")


class WindowMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "The cohort has no first assessment window. Set its dates: people are told them before they start."
        )


class WindowOutsidePeriod(RuleViolation):
    def __init__(self, earliest: date, latest: date) -> None:
        super().__init__(
            "The first assessment window lies outside the assessment period. "
            f"Choose dates from {_on(earliest)} to {_on(latest)}."
        )


class WindowBeforeDeliveryEnds(RuleViolation):
    def __init__(self, earliest: date) -> None:
        super().__init__(
            f"An assessment window cannot open before the course ends. Choose {_on(earliest)} or a later day."
        )


class WindowBackwards(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The window closes before it opens. Choose a later closing day.")


class WindowsOutOfOrder(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Windows follow each other: one opens after the one numbered before it has closed.")


class WindowAlreadyOpen(RuleViolation):
    def __init__(self, opened_on: date) -> None:
        super().__init__(
            f"This window opened on {_on(opened_on)} and its dates stay. Add a window with the next number instead."
        )


class NotAFacilitator(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not hold the role facilitator. Grant it first, in the list of people.")


class FacilitationOutOfOrder(RuleViolation):
    def __init__(self, since: date) -> None:
        super().__init__(f"Somebody leads this group since {_on(since)}. Choose that day or a later one.")


class FacilitationTooEarly(RuleViolation):
    def __init__(self, earliest: date) -> None:
        super().__init__(f"There was no group to lead then. Choose {_on(earliest)} or a later day.")


# Planning, publishing and moving a cohort


def _some(named: Sequence[str], *, most: int = 4) -> str:
    """The first few of many, and how many more there are."""
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return "; ".join(named[:most]) + more


class CohortNotPlanned(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The course of this cohort is over, so there is no timetable to make for it.")


class PlanOutdated(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "The draft is not what you looked at any more: something was changed or booked meanwhile. Nothing was "
            "written. Look at the draft below, and write it if it is right."
        )


class PlanEmpty(RuleViolation):
    def __init__(self) -> None:
        super().__init__("No session can be placed this way, so nothing was written. Beside each stands why.")


class TermsTooFew(RuleViolation):
    def __init__(self, found: int, least: int) -> None:
        super().__init__(
            f"Sessions in person must be spread over at least {least} school terms, and they lie in {found}. Move some "
            "of them, or enter the dates of the terms that are missing."
        )


class ItemsUntimetabled(RuleViolation):
    def __init__(self, named: Sequence[str]) -> None:
        super().__init__(
            f"Not everything is in the timetable: {_some(named)}. Add what is missing, or say why it can wait."
        )


class SessionsOutsideCourse(RuleViolation):
    def __init__(self, named: Sequence[str], first: date, last: date) -> None:
        super().__init__(
            f"The course lasts from {_on(first)} to {_on(last)}, and these sessions are outside it: {_some(named)}. "
            "Move them first."
        )


class StartNotMovable(RuleViolation):
    def __init__(self, now: str) -> None:
        super().__init__(f"The cohort is “{now}”: its start lies behind it, and stays.")


class StartPassed(RuleViolation):
    def __init__(self, today: date) -> None:
        super().__init__(f"That day is over. Choose {_on(today)} or a later day.")


class StartBeforeVersion(RuleViolation):
    def __init__(self, effective_from: date) -> None:
        super().__init__(
            f"This version of the programme holds from {_on(effective_from)} on. Choose that day or a later one."
        )


class StartAfterVersion(RuleViolation):
    def __init__(self, effective_to: date) -> None:
        super().__init__(
            f"This version of the programme can start on {_on(effective_to)} at the latest. Choose that day or an "
            "earlier one, or another version."
        )


class StartTooFarAhead(RuleViolation):
    def __init__(self, latest: date) -> None:
        super().__init__(f"That is more than ten years ahead. Choose {_on(latest)} or an earlier day.")


class OutsideNewDates(RuleViolation):
    def __init__(self, named: Sequence[str]) -> None:
        super().__init__(f"These would lie outside the new dates: {_some(named)}. Move them first, then the start.")


class DeliveryNotOver(RuleViolation):
    def __init__(self, ends_on: date) -> None:
        super().__init__(f"The course ends on {_on(ends_on)}. Say why its assessment begins before.")


class SessionsToCome(RuleViolation):
    def __init__(self, count: int) -> None:
        what = "One session is" if count == 1 else f"{count} sessions are"
        super().__init__(
            f"{what} still to come, in people’s timetables and calendars. Cancel what will not be held, then close it."
        )


class CohortClosed(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This cohort is closed. Its timetable and its assessment windows stay as they are.")


class StillTakingPart(RuleViolation):
    def __init__(self, count: int) -> None:
        who = "One person is" if count == 1 else f"{count} people are"
        super().__init__(f"{who} still taking part. Say why the cohort is closed all the same.")


class FewerThanTaken(RuleViolation):
    def __init__(self, taken: int) -> None:
        who = "One person holds a place" if taken == 1 else f"{taken} people hold places"
        super().__init__(f"{who} already. Choose {taken} or more.")


class HallsTooSmall(RuleViolation):
    def __init__(self, named: Sequence[str]) -> None:
        super().__init__(f"Sessions are booked into halls that hold fewer: {_some(named)}. Move them first.")


class VersionInDraft(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(
            f"{version} is a draft: its sessions and hours may still change. Publish that version first, or choose "
            "another one."
        )


class VersionRetired(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(
            f"{version} is retired, and nobody who was accepted for it waits for a place. Choose another version."
        )


class CohortNotDeletable(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Only a draft that nobody ever had a place in can be deleted. Whatever people were told of stays on record."
        )


class VersionHasSessions(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Sessions of the present version are in the timetable. Discard them first.")


# Enrolments and places


class NotAccepted(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Only an accepted application becomes an enrolment. Decide on the application first.")


class EnrolmentMoveNotAllowed(RuleViolation):
    def __init__(self, now: str, wanted: str) -> None:
        super().__init__(f"An enrolment that is “{now}” cannot become “{wanted}”.")


class NotDeferred(RuleViolation):
    def __init__(self, state: str, place: str) -> None:
        where = f", in {place}" if place else ""
        super().__init__(
            f"This person is not deferred any more: they stand as “{state}”{where}. Somebody may have done this a "
            "moment ago."
        )


class NotTakingPart(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This person is not taking part at present, so they cannot be given a place.")


class NothingToRecord(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You are not taking part at present, so nothing was recorded. Write to us about coming back.")


class CohortNotOpen(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This cohort takes nobody in: it is not published yet, or its course is over.")


class CohortFull(RuleViolation):
    def __init__(self, capacity: int) -> None:
        taken = "The one place of this cohort is" if capacity == 1 else f"All {capacity} places of this cohort are"
        super().__init__(f"{taken} taken. Choose another cohort.")


class GroupFull(RuleViolation):
    def __init__(self, capacity: int) -> None:
        taken = "The one place of this group is" if capacity == 1 else f"All {capacity} places of this group are"
        super().__init__(f"{taken} taken. Choose another group.")


class TooFewPlaces(RuleViolation):
    def __init__(self, people: int, *, left: int, of: str) -> None:
        places = "No place is" if not left else "One place is" if left == 1 else f"{left} places are"
        super().__init__(f"{places} left in this {of}, for {people} people. Nobody was placed.")


class NotPlacedYet(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This person has no place yet, so there is none to move them from. Give them one instead.")


class AnotherProgramme(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That cohort is of another programme. Whoever wants to take that one applies for it.")


class AssessmentBegun(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "They could send their assessment already, and it belongs to their version of the programme. "
            "Choose a cohort that follows the same version."
        )


class ReturnPlannedInPast(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A planned return lies ahead. Choose a later day, or leave it empty.")


class ReturnPlannedTooLate(RuleViolation):
    def __init__(self, latest: date) -> None:
        super().__init__(
            f"A return is planned for five years ahead at most. Choose {_on(latest)} or an earlier day, or leave it "
            "empty."
        )


class NotWithdrawn(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Only somebody who has withdrawn here can be reinstated.")


class TakesPartAnew(RuleViolation):
    def __init__(self) -> None:
        super().__init__("They take part in this programme already, on a later enrolment. Act on that one instead.")


class ExtensionTooLong(RuleViolation):
    def __init__(self, most: int) -> None:
        least = "This programme knows no extension." if not most else f"Extend by {most} months in all, at most."
        super().__init__(least)


class NotNewToHeadship(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Only people new to headship can have an extension. If they have become a headteacher since they applied, "
            "note that first."
        )


class ExtensionUsed(RuleViolation):
    def __init__(self, ends_on: date) -> None:
        super().__init__(f"Their assessment would have ended on {_on(ends_on)}, which is past. Choose more months.")


class ApproverNotALead(RuleViolation):
    def __init__(self) -> None:
        super().__init__("An extension is approved by a programme lead or administrator who answers for this person.")


class HeadshipNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("They have an extension, which only people new to headship can have. Take it back first.")


class PlaceJustChanged(RuleViolation):
    """Somebody else was quicker, between the moment this was sent and the moment it was this one's turn."""

    def __init__(self) -> None:
        super().__init__(
            "Their place was changed by somebody else a moment ago, and nothing of this was done. Look at it again."
        )


class AlreadyPlaced(RuleViolation):
    def __init__(self, cohort: str) -> None:
        super().__init__(f"This person already has a place in {cohort}. Move them from there instead.")


class NotPlaced(RuleViolation):
    def __init__(self) -> None:
        super().__init__("There is no place in a cohort yet. The work counts from the day of the place on.")


class GroupOfAnotherCohort(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That group belongs to another cohort. Choose one of this cohort’s groups.")


class CohortOfAnotherVersion(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That cohort follows another version of the programme than this person’s enrolment.")


class EnrolmentOver(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This person’s run of the programme is over, so their list of items stays as it is.")


class ReasonMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Give a reason. It is kept with the record.")


# The timetable


class NoRegisterForKind(RuleViolation):
    def __init__(self, kind: str) -> None:
        super().__init__(
            f"This item ({kind.lower()}) is done in one’s own time and has no sitting to put in a timetable."
        )


class ItemOfAnotherVersion(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That item belongs to another version of the programme than this cohort’s.")


class SittingExists(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This item is in the group’s timetable already. Reschedule that sitting instead.")


class TimesBackwards(RuleViolation):
    def __init__(self) -> None:
        super().__init__("It ends before it starts. Choose a later end.")


class EndsAnotherDay(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "It goes on past midnight. A session ends on the day on which it starts: choose an earlier end."
        )


class HourLeftOut(RuleViolation):
    def __init__(self, at: datetime) -> None:
        super().__init__(
            f"{_clock(at)} does not come on {_on(at)}: the clocks go forward that night. "
            "Choose a time before 1am, or 2am or later."
        )


class HourTwice(RuleViolation):
    def __init__(self, at: datetime) -> None:
        super().__init__(
            f"{_clock(at)} comes twice on {_on(at)}: the clocks go back that night. "
            "Choose a time before 1am, or 2am or later."
        )


class AfterCourse(RuleViolation):
    def __init__(self, ends_on: date) -> None:
        super().__init__(f"The course ends on {_on(ends_on)}. Choose that day or an earlier one.")


class DayOver(RuleViolation):
    def __init__(self, today: date) -> None:
        super().__init__(f"That day is over. Choose {_on(today)} or a later day.")


class TimeOver(RuleViolation):
    def __init__(self, at: datetime) -> None:
        super().__init__(f"That time has passed: it is {_clock(at)}. Choose a later one.")


class BeforeCourse(RuleViolation):
    def __init__(self, starts_on: date) -> None:
        super().__init__(f"The cohort begins on {_on(starts_on)}. Choose that day or a later one.")


class VenueMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A session in person needs a venue. Choose one, or hold it online.")


class NotTogether(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A session is held in person, online together, or both at once. Choose one of these.")


class VenueRetired(RuleViolation):
    def __init__(self, venue: str) -> None:
        super().__init__(
            f"{venue} is out of use, so nothing is booked or moved there any more. Choose another venue, or hold it "
            "online."
        )


class VenueTooSmall(RuleViolation):
    def __init__(self, venue: str, capacity: int, people: int) -> None:
        super().__init__(
            f"{venue} holds {capacity:,}, and {people:,} may come. Choose a larger venue, or hold it online."
        )


class VenueInUse(RuleViolation):
    def __init__(self, sessions: int) -> None:
        of = "one session stands" if sessions == 1 else f"{sessions:,} sessions stand"
        super().__init__(f"It is kept, for {of} there, or stood there once. Retire it instead: then it is not booked.")


class VenueHoldsMore(RuleViolation):
    def __init__(self, people: int) -> None:
        super().__init__(
            f"It is booked for {people:,} people. Enter as many or more, or give that session another venue"
        )


class FacilitatorAway(RuleViolation):
    def __init__(self, name: str, from_on: date, to_on: date) -> None:
        days = f"on {_on(from_on)}" if from_on == to_on else f"from {_on(from_on)} to {_on(to_on)}"
        super().__init__(f"{name} is away {days}. Choose another day, or somebody else.")


class WeekdayNotOffered(RuleViolation):
    def __init__(self, name: str, day: date) -> None:
        super().__init__(f"{name} leads no sessions on {day:%A}s. Choose another day, or somebody else.")


class AlreadyBooked(RuleViolation):
    """`until` says when, `where` for what."""

    def __init__(self, what: str, until: str = "", where: str = "") -> None:
        taken = f"{what} is taken {until}" if until else f"{what} has just been taken at that time"
        super().__init__(f"{taken}{f', for {where}' if where else ''}. Choose another time, or another one.")


class SeminarCancelled(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This session was cancelled, so nothing more can be done to it. Hold it anew instead.")


class NotCancelled(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This session was not cancelled. Move it to another time instead.")


class RegisterTaken(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "The register of this session has been taken, so it did take place: its times stay, and it is not "
            "cancelled. Correct the register where a mark is wrong; whoever missed it can catch it up, or go to "
            "another group’s session."
        )


class CancelledAlready(RuleViolation):
    def __init__(self, reason: str) -> None:
        why = f" The reason that people were told: “{reason}”." if reason else ""
        super().__init__(f"This session was cancelled before, so your reason was not kept.{why}")


class DraftCancels(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "The draft cancels this session. Drop the draft’s change first: otherwise the cancellation and its reason "
            "would be lost."
        )


class StillInDraft(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This session is in the draft, and nobody has been told of it. Discard it instead.")


class ToldAlready(RuleViolation):
    def __init__(self) -> None:
        super().__init__("People know of this session, so it is not discarded. Cancel it instead, with a reason.")


class CohortInDraft(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The cohort is a draft. Its timetable is published with it.")


class DraftHasFaults(RuleViolation):
    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        told = " ".join(f"{session}: {fault}" for session, fault in faults)
        super().__init__(f"Nothing was published, and nobody was told. {told}")


# Registers and engagement


class RegisterTooEarly(RuleViolation):
    def __init__(self, opens_at: datetime) -> None:
        super().__init__(f"The register opens on {_on(opens_at)} at {_clock(opens_at)}, before the session begins.")


class NotOnRegister(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Somebody marked here was not in this group on that day. Reload the register and mark again.")


class MinutesNeeded(RuleViolation):
    def __init__(self, name: str, most: int) -> None:
        super().__init__(f"Enter how many minutes {name} was there, from 1 to {most}.")


class OfOnePerson(RuleViolation):
    """Refuses one person's mark of a register, named, so that the page can say it beside them."""

    def __init__(self, name: str, words: str) -> None:
        self.name = name
        super().__init__(words)


class ReasonNeeded(OfOnePerson):
    def __init__(self, name: str, recorded_on: date) -> None:
        super().__init__(
            name, f"The mark of {name} has stood since {_on(recorded_on)}. Say why it changes: both are kept."
        )


class PolicyTriedEarlier(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Nothing was adopted: since you tried the policy, it or what it would change for people has changed. What "
            "it would change now stands below. Read it, and adopt the policy once more."
        )


class CountsInNoSum(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This item counts in no part of the engagement policy, so nothing is credited for it.")


class CreditOutOfRange(RuleViolation):
    def __init__(self, most: int, unit: str) -> None:
        units = unit.removesuffix("s") if most == 1 else unit
        super().__init__(f"This item is worth {most:,} {units}. Enter what is to be credited, from 0 to {most:,}.")


class ExemptionReasonMissing(OfOnePerson):
    def __init__(self, name: str) -> None:
        super().__init__(name, f"Say why {name} is exempt: the item leaves their list, and the reason is kept.")


class OnlyCaughtUp(OfOnePerson):
    def __init__(self, name: str) -> None:
        super().__init__(name, f"{name} joined after this seminar, so they can only catch it up.")


class CatchUpClosed(OfOnePerson):
    def __init__(self, name: str, closed_on: date) -> None:
        super().__init__(name, f"{name} could catch this up until {_on(closed_on)}. The minutes are lost since then.")


class CannotBeCaughtUp(RuleViolation):
    def __init__(self, kind: str) -> None:
        super().__init__(
            f"A missed {kind.lower()} cannot be caught up on this programme: what was missed of it is lost."
        )


class NotOnList(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This item is not on the person’s own list, so nothing can be recorded for it.")


class NeedsRegister(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is credited by the facilitator’s register. You need not do anything here.")


class NothingToTakeBack(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Only what you recorded as done yourself can be taken back, and not what you sent, wrote or read here. "
            "If something is wrong, write to us."
        )


class TooLateToTakeBack(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This can be taken back only while you could record it again, and now you cannot. If it is wrong, write to "
            "us."
        )


class DeliveryOver(RuleViolation):
    def __init__(self, ended_on: date) -> None:
        super().__init__(f"The course ended on {_on(ended_on)}. Work done since then no longer counts.")


# Support beside the programme


class SupportNotGranted(RuleViolation):
    def __init__(self, strand: str) -> None:
        super().__init__(
            f"“{strand}” was not granted to this person. It is decided with their application; grant it there first."
        )


class SupportNotNow(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This person is not taking part at present, so nobody is matched with them. Bring them back first."
        )


class SupporterNotFit(RuleViolation):
    def __init__(self, name: str, needed: str) -> None:
        super().__init__(
            f"{name} is no coach of the kind that this support asks for: {needed.lower()}. "
            "Choose somebody else, or grant them the role in the list of people."
        )


class SupporterOutOfReach(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is a coach for another delivery partner. Choose one of this person’s own, or of ours."
        )


class SupportsThemselves(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nobody supports themselves. Choose somebody else.")


class AlreadySupported(RuleViolation):
    def __init__(self, supporter: str) -> None:
        super().__init__(f"{supporter} supports this person already. Replace them, or end that match first.")


class SupportBackwards(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The support ends before it begins. Choose a later last day.")


class SupportTooEarly(RuleViolation):
    def __init__(self, earliest: date) -> None:
        super().__init__(f"They were enrolled on {_on(earliest)}. The support begins on that day or later.")


class SupportOverAlready(RuleViolation):
    def __init__(self, today: date) -> None:
        super().__init__(f"That support would be over already. Choose {_on(today)} or a later last day.")


class SupportTooLong(RuleViolation):
    def __init__(self, latest: date) -> None:
        super().__init__(
            f"Support is not planned for longer than three years. Choose {_on(latest)} or an earlier last day."
        )


class SupportEnded(RuleViolation):
    def __init__(self, last_day: date) -> None:
        super().__init__(f"This support ended on {_on(last_day)}, so nothing more can be written here.")


class MeetingMoveNotAllowed(RuleViolation):
    def __init__(self, now: str, wanted: str) -> None:
        super().__init__(f"A meeting that is “{now.lower()}” cannot become “{wanted.lower()}”.")


class MeetingToCome(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That time has not come yet. Plan the meeting now, and record it once it has begun.")


class MeetingTimeOver(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That time is over. Choose a later one, or record what became of the meeting.")


class MeetingOutsideSupport(RuleViolation):
    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"You are matched from {_on(first)} to {_on(last)}. Choose a day in between.")


class MeetingTooLong(RuleViolation):
    def __init__(self, most: int) -> None:
        super().__init__(f"A meeting lasts from 1 to {most} minutes. Enter how many.")


class MeetingThere(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A meeting of yours is planned for that time already. Open that one to change it.")


class MeetingChangedMeanwhile(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This meeting was saved while your page was open, by one of you or in another tab. "
            "What stands now is shown above your own words; save again to put yours in its place."
        )


class ActionWithoutWords(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say what is to be done.")


class ActionDueAfterSupport(RuleViolation):
    def __init__(self, latest: date) -> None:
        super().__init__(f"You are matched until {_on(latest)}. Choose that day or an earlier one, or leave it empty.")


class ActionDueInThePast(RuleViolation):
    def __init__(self, today: date) -> None:
        super().__init__(f"That day is over. Choose {_on(today)} or a later day, or leave it empty.")


# Attending with another group once


class NoGuests(RuleViolation):
    def __init__(self, cohort: str) -> None:
        super().__init__(f"{cohort} takes no guests at its sessions. Write to us, and we look for another way.")


class SittingOfAnotherItem(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This session is not one of those on this person’s own list. Choose one of the same item.")


class SittingOfOwnGroup(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is the person’s own group’s session, so they are expected there anyway.")


class SittingBegun(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That session has begun, or is over. Choose one that is still to come.")


class SittingAfterCourse(RuleViolation):
    def __init__(self, latest: date) -> None:
        super().__init__(
            f"That session is after their own course, which ends on {_on(latest)}: it would not count. "
            "Choose an earlier one."
        )


class SittingFull(RuleViolation):
    def __init__(self, room: int) -> None:
        taken = "The one place at that session is" if room == 1 else f"All {room} places at that session are"
        super().__init__(f"{taken} taken. Choose another session.")


class FullWithGuests(RuleViolation):
    def __init__(self, session: str, day: date, hall: str, capacity: int) -> None:
        super().__init__(
            f"Guests of other groups come to “{session}” on {_on(day)}, and {hall} holds {capacity:,}: with one more "
            "in the group it would be too full. Choose a larger hall for it first, or another group."
        )


class GuestElsewhere(RuleViolation):
    def __init__(self, where: str) -> None:
        super().__init__(f"A place is kept for this person at the session of {where} already. Give that one up first.")


class NothingToAttend(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This person has the whole of this session credited, or it is not expected of them.")


class GuestBusy(RuleViolation):
    def __init__(self, session: str) -> None:
        super().__init__(f"This person has another session at that time: “{session}”. Choose another.")


class GuestPlaceTooLate(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "The days for catching this up are over, so another group’s session would earn nothing any more. A place "
            "there has to be taken by the last of them."
        )


class GuestPlaceOver(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That session has begun, or is over, so this person stays on its register.")


# Facilitators and when they can


class AbsenceBackwards(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The absence ends before it begins. Choose a later last day.")


class AbsenceOver(RuleViolation):
    def __init__(self, today: date) -> None:
        super().__init__(f"Those days are over. Choose a last day of {_on(today)} or later.")


class AbsenceTooLong(RuleViolation):
    def __init__(self, latest: date) -> None:
        super().__init__(f"An absence lasts a year at most. Choose {_on(latest)} or an earlier last day.")


class AbsenceTooFarAhead(RuleViolation):
    def __init__(self, latest: date) -> None:
        super().__init__(f"That is too far ahead. Choose {_on(latest)} or an earlier last day.")


class AbsenceOverlaps(RuleViolation):
    def __init__(self, from_on: date, to_on: date) -> None:
        days = f"on {_on(from_on)}" if from_on == to_on else f"from {_on(from_on)} to {_on(to_on)}"
        super().__init__(f"An absence {days} is entered already. Remove that one first, or choose other days.")


class NoWeekdayOffered(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Choose at least one weekday on which sessions can be led.")


class NothingToReplace(RuleViolation):
    def __init__(self) -> None:
        super().__init__("No session to come is led by this person on those days, so there is nothing to ask for.")


class LeadsAlready(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} leads this group already. Choose somebody else.")


class HandOverClashes(RuleViolation):
    """`clashes` are sessions and what keeps somebody from leading each."""

    def __init__(self, name: str, clashes: Sequence[tuple[str, str]], *, of: int) -> None:
        told = " ".join(f"{session}: {why}" for session, why in clashes)
        super().__init__(
            f"{name} cannot lead {len(clashes)} of the {of} sessions, so nothing was handed over. {told} "
            "Hand over what they can lead, or choose somebody else."
        )


# Peers, visits, placements and governing boards


class ChangedMeanwhile(RuleViolation):
    """Somebody, or another tab, saved it after the page was drawn on which this was written."""

    def __init__(self) -> None:
        super().__init__(
            "This was saved while your page was open, in another tab or on another device. Nothing of this page is "
            "saved yet: what stands now is shown above your own words. Save again to put yours in its place."
        )


class DirectoryNotOpen(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The directory is for people who take part in a programme that runs. You have no place now.")


class LogClosed(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Your part in the programme is over, so what you logged stays as it is.")


class DayToCome(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That day has not come yet. Write it down on the day itself, or afterwards.")


class DayTooEarly(RuleViolation):
    def __init__(self, first_on: date) -> None:
        super().__init__(f"You have been on the programme since {_on(first_on)}. Choose that day or a later one.")


class DayTooLate(RuleViolation):
    def __init__(self, last_on: date) -> None:
        super().__init__(f"The assessment of your cohort ended on {_on(last_on)}. Choose that day or an earlier one.")


class PlacementNotAsked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("No task of this programme asks for a placement.")


class PlacementMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Name the school of your placement first.")


class PlacementAtOwnSchool(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That is your own school. A placement is at another one, which contrasts with it.")


class PlacementNamedAsOwnSchool(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "That is the name of your own school, and a placement is at another one. "
            "If you mean another of the same name, search for its postcode or URN and choose it from the list."
        )


class ContrastMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Choose in what the school contrasts with your own, and say why.")


class DayLogged(RuleViolation):
    def __init__(self, on: date) -> None:
        super().__init__(f"{_on(on)} is logged already. Open that day to change what you wrote.")


class PresentedUponDay(RuleViolation):
    """Without this day the plan would have been presented before anybody was there (S69)."""

    def __init__(self, presented_on: date) -> None:
        super().__init__(
            f"You presented your plan to the placement school’s governing board on {_on(presented_on)}, and this is "
            "the only day there until then. Log another one, or change the day of the presentation, before removing it."
        )


class PlacementChangedMeanwhile(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The participant has changed this placement since you opened the page. Read it again first.")


class PlacementAgreed(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This placement has been agreed to already.")


class PlacementOfPartOver(RuleViolation):
    def __init__(self) -> None:
        super().__init__("They no longer take part in the programme, so nothing is to be said to their placement.")


class PlacementDeclined(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This placement has been declined. Once another school is named, or why it contrasts is "
            "changed, it can be agreed to."
        )


class PresentationNotAsked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This task is presented to no governing board.")


class PresentedBeforePlacement(RuleViolation):
    """The plan for the placement school comes of the placement (S68, S69)."""

    def __init__(self, first_on: date | None = None) -> None:
        since = f"Your first day at the school was {_on(first_on)}. " if first_on else ""
        super().__init__(
            f"{since}The plan is presented to the placement school’s governing board after you have been there: "
            "log the placement and its days first."
        )


class DoneBeforePresented(RuleViolation):
    def __init__(self, presented_on: date) -> None:
        super().__init__(
            f"You presented the plan on {_on(presented_on)}. It is put into practice on that day or later, not before."
        )


# Catch-ups


class MissedNothing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You have earned the whole of this already, so there is nothing to catch up.")


class CatchUpNotOnList(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is not on your list, so it does not count for you, and there is nothing to catch up.")


class CatchUpNotNow(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(
            f"You are entered as {state.lower()}, and whoever takes no part can hand nothing in. What you have been "
            "credited stays. Write to us if you want to come back."
        )


class SessionStillToCome(RuleViolation):
    def __init__(self, starts_on: date) -> None:
        super().__init__(
            f"You are expected at a session of it on {_on(starts_on)}, so you have not missed it yet. If you cannot "
            "come, see whether another group’s session suits you."
        )


class SessionNotHeld(RuleViolation):
    def __init__(self) -> None:
        super().__init__("No session of it has been held that you could have missed, so nobody loses by it.")


class MissedSessionCancelled(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This session was cancelled: nobody loses by it, and there is nothing to catch up.")


class RegisterStillOut(RuleViolation):
    def __init__(self, held_on: date) -> None:
        super().__init__(
            f"The register of {_on(held_on)} does not say yet whether you were there. Tell your facilitator; once it "
            "says that you were not, you can catch up here."
        )


class CatchUpTooLate(RuleViolation):
    def __init__(self, closed_on: date) -> None:
        super().__init__(f"This could be caught up until {_on(closed_on)}, 11.59pm. Since then it is lost.")


class CatchUpWithoutWords(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say what you take from it")


class TooManyCatchUpFiles(RuleViolation):
    def __init__(self, most: int) -> None:
        super().__init__(f"Hand in at most {most} files. Take one off, or put two into one")


class CatchUpFileRefused(RuleViolation):
    """One of the files is not what can be handed in; none of them is kept then."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"“{name}” cannot be handed in. {reason}")


class CatchUpOfferOver(RuleViolation):
    def __init__(self) -> None:
        super().__init__("What you chose is no longer offered. Choose again")


class CatchUpChangedMeanwhile(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This was saved in another window while your page was open, so nothing was written over. What you typed "
            "is still below. Save it once more to put it in place of what was saved there."
        )


class CatchUpReadEarlier(RuleViolation):
    def __init__(self) -> None:
        super().__init__("It was changed while your page was open. Read it again below, then decide.")


class CatchUpDecided(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"Nothing was changed: this catch-up is no longer waiting. It now says “{state}”.")


class OwnCatchUp(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nobody decides on a catch-up of their own. Ask the programme lead.")


class CatchUpStillOpen(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Something was handed in to catch this session up, and it is not decided yet. Whoever would rather go to "
            "another group takes it back first."
        )


class CatchUpSettled(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nothing is left to credit: it has been earned another way, or is off their list.")


class CatchUpReasonMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why, so that they know what to do")


class CatchUpDayOutOfRange(RuleViolation):
    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"The last day must be from {_on(first)} to {_on(last)}")


class CaughtUpAlready(ReasonNeeded):
    """A register would take away what an accepted catch-up has earned."""

    def __init__(self, name: str, accepted_on: date) -> None:
        OfOnePerson.__init__(
            self,
            name,
            f"A catch-up of {name} was accepted on {_on(accepted_on)}, and this mark would take its credit away. "
            "Say why, or leave them as caught up.",
        )


class OfferSaysNothing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Give a link, or say what to do")


class OfferElsewhere(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is not part of that cohort’s programme. Choose another one")


class OfferForEverybody(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Only a programme lead of the provider decides on what every cohort is offered.")


class OfferChangedMeanwhile(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This offer has been ended, so nothing can be changed about it. Make a new one.")


# Questions about a mark


class AppealTooLate(RuleViolation):
    def __init__(self, until: date) -> None:
        super().__init__(f"This mark could be questioned until {_on(until)}, 11.59pm.")


class AppealMinutesNeeded(RuleViolation):
    def __init__(self, most: int) -> None:
        super().__init__(f"Enter how many minutes you were there, from 1 to {most}")


class AppealSaysTheSame(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That is what the register says already. Choose what happened instead")


class AppealChangesNothing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The register counts that as it counts your mark now: it would change nothing for you.")


class AppealWithoutWords(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say what happened")


class NothingToQuestion(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The register of this session does not say anything of you yet.")


class AppealAlready(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You have questioned this mark before. What became of that stands on this page.")


class AppealFileRefused(RuleViolation):
    """Why a file was not taken, said with its name."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"“{name}” was not taken: {why}")


class AppealAnswered(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"Nothing was changed: this question no longer waits for your answer. It says “{state}”.")


class AnswerWithoutWords(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why the mark stands. They read it")


class ExemptionWithoutWords(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why they are exempt: the item leaves their list. They read it")


class AnswerChangesNothing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That is what the register says already. Choose the mark that it is to say instead")


class OwnAppeal(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nobody answers a question of their own. Ask somebody else who leads the programme.")


class AnsweredByYou(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "You answered this before it was taken further. Somebody else who leads the programme answers."
        )


# Formative work and reflections


class FormativeWorkEmpty(RuleViolation):
    def __init__(self) -> None:
        super().__init__("There is nothing to send yet. Write your answer, or add a file.")


class FormativeWorkTooLong(RuleViolation):
    def __init__(self, letters: int, *, most: int) -> None:
        super().__init__(
            f"Your answer has {letters:,} characters, and {most:,} can be sent. It is saved as it is: shorten it, or "
            "add the longer part as a file."
        )


class FormativeWorkUnchanged(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is what you sent before, and it has its feedback. Change something, then send it again.")


class TooManyFiles(RuleViolation):
    def __init__(self, most: int) -> None:
        super().__init__(f"{most} files are the most. Remove one first, or put two of them together.")


class FormativeWorkChangedMeanwhile(ChangedMeanwhile):
    """Files are kept as they come, whatever becomes of the words beside them."""

    def __init__(self) -> None:
        RuleViolation.__init__(
            self,
            "This was saved while your page was open, in another tab or on another device. What you wrote on this page "
            "is not saved yet: what stands now is shown above it. Files are kept as soon as you add them. Save again "
            "to put your words in place of the others.",
        )


class FeedbackGivenMeanwhile(RuleViolation):
    """The sender meant to replace what has just been answered."""

    def __init__(self) -> None:
        super().__init__(
            "Feedback to what you sent was given while your page was open, so that stays as it is. What you wrote is "
            "saved, and not sent: read the feedback, then send it as your next version if you like."
        )


class FeedbackChangedMeanwhile(RuleViolation):
    """Somebody else gave or changed the feedback, or the work was sent anew."""

    def __init__(self) -> None:
        super().__init__(
            "While your page was open, somebody saved feedback here, or the work was sent anew. Nothing of yours is "
            "saved yet: what stands now is shown above your own words. Save again to put yours in its place."
        )


class FeedbackMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Write your feedback.")


class FeedbackToOneself(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is your own work. Somebody else gives feedback to it.")


class ReflectionWithoutWords(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Write your reflection.")


class ReflectionWithoutTitle(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Enter a title, by which you find it again.")


class NotTheirCoach(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That support has ended, so nothing was shared. Choose again.")


class NotTheirGroup(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You are not in that group now, so nothing was shared. Choose again.")


class CaptionSent(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This picture was sent and has its feedback, so what you said of it stays. Add the picture again under "
            "another name to say something else."
        )


# Change projects, small changes and behaviours


class ProjectNotAsked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Your programme asks for no change project.")


class CourseNotBegun(RuleViolation):
    """`starts_on` is None for somebody who has no place in a cohort yet."""

    def __init__(self, starts_on: date | None) -> None:
        super().__init__(
            f"Your course begins on {_on(starts_on)}. You can write here from that day on."
            if starts_on
            else "You have no cohort yet. You can write here once your course has begun."
        )


class ProjectBackwards(RuleViolation):
    def __init__(self, starts_on: date) -> None:
        super().__init__(f"The project begins on {_on(starts_on)}. Enter a last day that is not before it.")


class ProjectMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("There is no plan to share yet. Write down what you want to change first.")


class NobodySupports(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nobody supports you now, so there is nobody to share it with.")


class SmallChangeNotAsked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This course asks for no small change.")


class SmallChangeNotPlanned(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Write what you will try in your school.")


class BehavioursNotAsked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Your programme asks for no evaluation of leadership behaviours.")


class NotEvaluated(RuleViolation):
    """Before anything else of their own is recorded (S55)."""

    def __init__(self, behaviours: int) -> None:
        super().__init__(
            f"Nothing was recorded: first comes your evaluation of yourself in the {behaviours} leadership behaviours. "
            "Send it under “Your leadership behaviours”, then record this again."
        )


class EvaluationUnfinished(RuleViolation):
    """`missing` are the behaviours, by number, each with what of it is missing: "rating" or "plan"."""

    def __init__(self, missing: Sequence[tuple[int, str]]) -> None:
        self.missing = missing
        super().__init__("What you wrote is saved, and not sent: it is sent once nothing is missing.")


class EvaluationSent(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You have sent your evaluation, so its ratings stay. Your plans can still be changed.")


class ReviewTooEarly(RuleViolation):
    def __init__(self, opens_on: date) -> None:
        super().__init__(f"The review belongs to the end of your programme. It opens on {_on(opens_on)}.")


# Contacts with those who may fall short


class ContactToCome(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That day has not come yet. Record the contact once you have spoken to them.")


class ContactTooEarly(RuleViolation):
    def __init__(self, enrolled_on: date) -> None:
        super().__init__(f"They were enrolled on {_on(enrolled_on)}. Give that day or a later one.")


class ContactSettled(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This was recorded more than a day ago, so it stays as it is. Remove it, or record another contact."
        )


# Pages to study


class PagesUnread(RuleViolation):
    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(f"It counts as done once every page is read. Still to read: {', '.join(titles)}.")


# Paper cases for a policy


class CaseUnusable(RuleViolation):
    """A file that is no case, or list of cases. `place` is the field at fault; empty: the whole file or case."""

    def __init__(self, place: str, what: str, number: int | None = None) -> None:
        self.place, self.what = place, what
        field = f": {place}" if place else ""
        super().__init__(
            f"{place or 'The file'} {what}." if number is None else f"Case {number} (the first is 0){field} {what}."
        )

    def of_case(self, number: int) -> "CaseUnusable":
        return CaseUnusable(self.place, self.what, number)
