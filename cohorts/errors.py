"""What cohorts refuse, each named for the fact."""

from datetime import date

from npqh_portal.errors import RuleViolation


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


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


# Enrolments and places


class NotAccepted(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Only an accepted application becomes an enrolment. Decide on the application first.")


class EnrolmentMoveNotAllowed(RuleViolation):
    def __init__(self, now: str, wanted: str) -> None:
        super().__init__(f"An enrolment that is “{now}” cannot become “{wanted}”.")


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


class DayOver(RuleViolation):
    def __init__(self, today: date) -> None:
        super().__init__(f"That day is over. Choose {_on(today)} or a later day.")


class BeforeCourse(RuleViolation):
    def __init__(self, starts_on: date) -> None:
        super().__init__(f"The cohort begins on {_on(starts_on)}. Choose that day or a later one.")


class VenueMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A sitting in person needs a venue. Choose one, or hold it online.")


class NotTogether(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A sitting is held in person or online together. Choose one of the two.")


class AlreadyBooked(RuleViolation):
    def __init__(self, what: str, times: str = "") -> None:
        super().__init__(
            f"{what} is taken at that time{f' ({times})' if times else ''}. Choose another time, or another one."
        )


class SeminarCancelled(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This sitting was cancelled, so nothing more can be done to it. Schedule a new one.")


class RegisterTaken(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The register of this sitting has been taken, so it did take place and its times stay.")


# Registers and engagement


class RegisterTooEarly(RuleViolation):
    def __init__(self, opens_on: date) -> None:
        super().__init__(f"A register can be taken from the day of the seminar on: {_on(opens_on)}.")


class NotOnRegister(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Somebody marked here was not in this group on that day. Reload the register and mark again.")


class MinutesNeeded(RuleViolation):
    def __init__(self, name: str, most: int) -> None:
        super().__init__(f"Enter how many minutes {name} was there, from 1 to {most}.")


class ReasonNeeded(RuleViolation):
    def __init__(self, name: str, recorded_on: date) -> None:
        super().__init__(f"The mark of {name} has stood since {_on(recorded_on)}. Say why it changes: both are kept.")


class ExemptNotByRegister(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "A register cannot exempt anybody. Ask the programme lead, who can take the item off their list."
        )


class OnlyCaughtUp(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} joined after this seminar, so they can only catch it up.")


class CatchUpClosed(RuleViolation):
    def __init__(self, name: str, closed_on: date) -> None:
        super().__init__(f"{name} could catch this up until {_on(closed_on)}. The minutes are lost since then.")


class NotOnList(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This item is not on the person’s own list, so nothing can be recorded for it.")


class NeedsRegister(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is credited by the facilitator’s register. You need not do anything here.")


class DeliveryOver(RuleViolation):
    def __init__(self, ended_on: date) -> None:
        super().__init__(f"The course ended on {_on(ended_on)}. Work done since then no longer counts.")
