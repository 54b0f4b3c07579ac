from collections.abc import Sequence

from npqh_portal.errors import RuleViolation


class IntakeNotOpenYet(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(f"Applications for {intake} are not open yet.")


class IntakeClosed(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(
            f"Applications for {intake} have closed. What was saved is kept; nothing more can be changed or sent."
        )


class IntakePaused(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(f"Applications for {intake} are paused. Come back in a few days, or ask us when they go on.")


class ProgrammeNotPublished(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(f"{intake} cannot be applied to yet: its programme is not published.")


class ApplicationUnfinished(RuleViolation):
    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__(f"Finish these parts before you send your application: {', '.join(parts)}.")


class ApplicationNotDraft(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This application can no longer be changed. It is {state.lower()}.")


class ApplicationNotWaiting(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This application does not wait for a decision. It is {state.lower()}.")


class OwnApplication(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is your own application. Somebody else reviews and decides it.")


class ReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why the application is declined. The applicant reads it in our letter.")


class CannotWithdraw(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This application cannot be withdrawn. It is {state.lower()}.")


class SchoolNotSelectable(RuleViolation):
    def __init__(self, school: str) -> None:
        super().__init__(f"{school} can no longer be chosen. Search again, or choose that your school is not listed.")


class NotYourSchoolTask(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is your own application. Somebody else settles its school.")


class TrnNotAwaited(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This application does not wait for a teacher reference number. It is {state.lower()}.")


class TrnKnown(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "We have another teacher reference number of yours. If it is wrong, write to us and we put it right."
        )


class IntakeFull(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(
            f"Every place of {intake} is taken or offered. Put the application on the waiting list, and it is offered"
            " the next free place in its turn."
        )


class FundedPlacesTaken(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(
            f"Every funded place of {intake} is taken or offered. Accept without a funded place, or put the application"
            " on the waiting list."
        )


class ScholarshipSuspended(RuleViolation):
    def __init__(self) -> None:
        super().__init__("DfE scholarships cannot be taken up now. Accept without a funded place, or decide later.")


class OfferOver(RuleViolation):
    def __init__(self, ended: str) -> None:
        super().__init__(f"{ended} It can no longer be answered.")


class AlreadyEnrolled(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This application cannot be withdrawn: its place has been taken up. Who leaves the programme is withdrawn"
            " from it by ending the enrolment."
        )


class CannotPutBack(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(
            f"Only somebody whose offer ran out goes back on the waiting list. This application is {state.lower()}."
        )


class AppliedAnew(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This person has applied to the intake anew since. Decide on that application instead.")


class CheckedAnswersChanged(RuleViolation):
    """The application does not stand as the page showed it on which it was declared and sent."""

    def __init__(self) -> None:
        super().__init__(
            "Your answers were changed since you opened this page, in another tab or on another device. Nothing is "
            "sent yet: read them again as they stand now, then send them."
        )


class AnswersChanged(RuleViolation):
    """The part does not stand as the page showed it: another tab or device has saved it since."""

    def __init__(self) -> None:
        super().__init__(
            "These answers were changed since you opened this page, in another tab or on another device. Nothing of "
            "this page is saved yet: compare the two, and save again to keep what you have typed here."
        )


class FormDraftStands(RuleViolation):
    def __init__(self, form: str) -> None:
        super().__init__(f"{form} is a draft already. Edit it, or publish it first.")


class FormFrozen(RuleViolation):
    def __init__(self, form: str) -> None:
        super().__init__(f"{form} is published and never changes. Copy it to a new draft, and edit that.")


class FormEmpty(RuleViolation):
    def __init__(self, form: str, what: str) -> None:
        super().__init__(f"{form} cannot be published yet: it has no {what}.")


class EndorserIsApplicant(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nobody endorses their own application. Name your headteacher or the chair, at their address.")


class NotEndorsed(RuleViolation):
    def __init__(self, standing: str) -> None:
        super().__init__(f"This application is not endorsed. Its endorsement: {standing}.")


class TooManyEndorsers(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You have asked several people today. Ask again tomorrow, or write to us.")


class EndorserSettled(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"The endorser can no longer be changed. The endorsement: {state.lower()}.")


class EndorsementNotGiven(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Your application was not endorsed. Write to us before you ask somebody else.")


class EndorsementUnsigned(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Type your full name: it is your signature.")


class EndorsementReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why you do not endorse the application. Only our staff read it.")


class WaiverReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why no endorsement is needed, or how it reached us.")


class WaivedAlready(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "The endorsement is waived already, and the reason that was given then stands. Add a note for what else is"
            " worth knowing."
        )


class WaiverNotPossible(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"There is nothing to waive. The endorsement: {state.lower()}.")


class EndorsementAnswered(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This request has been answered. The answer stands.")


class EndorserReplaced(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This request was replaced by another one. It can no longer be answered.")


class EndorsementNotNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This application no longer waits for an endorsement.")


class LinkReplaced(RuleViolation):
    def __init__(self) -> None:
        super().__init__("We have sent a newer link. Open the one in our last email.")


class LinkExpired(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This link has expired. Ask for a new one.")


class LinkSentLately(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "We sent a link within the last hour. Give it time, look among unwanted mail, and then ask again."
        )


class FundedPlaceNotChosen(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Choose whether the place is a funded one.")


class NotEligibleForFunding(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This applicant is not eligible for funding, so the place cannot be a funded one.")


class FundingNotKnown(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "It is not known yet whether DfE can fund the place. Accept without a funded place, or decide later."
        )


class FundingNotForCohort(RuleViolation):
    def __init__(self) -> None:
        super().__init__("DfE funds no places of this start, so the place cannot be a funded one.")


class NotAReviewer(RuleViolation):
    def __init__(self, person: str) -> None:
        super().__init__(f"{person} does not review applications to this intake. Choose somebody who does.")


class NothingWritten(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nothing is written yet. Write it, and save again.")


class QuestionStandsOpen(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "A question to the applicant is open already. Ask the next one once it is answered, or take it back first."
        )


class ReplyDateGone(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The day by which you ask for an answer has gone. Choose today or a later day.")


class ReplyDateTooLate(RuleViolation):
    def __init__(self, last_day: str) -> None:
        super().__init__(f"Ask for an answer by {last_day} at the latest: the application cannot wait for longer.")


class NoOpenQuestion(RuleViolation):
    def __init__(self) -> None:
        super().__init__("No question to the applicant is open. The last one was answered or taken back.")


class QuestionTakenBack(RuleViolation):
    def __init__(self) -> None:
        super().__init__("We took this question back. It no longer needs an answer.")


class QuestionAnswered(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This question is answered already. Your first answer stands; write to us to add to it.")


class QuestionOver(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This question no longer needs an answer. Your application is {state.lower()}.")


class RowsChanged(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Nothing is decided yet: something has changed since you looked. Read below what it is, then decide again."
        )


class NobodyToDecide(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nothing is decided: none of these applications can be decided in this way.")


class AlreadyTold(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This address is on the register no more: the one message that it waited for is sent.")


class ApplicationImportOver(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This file is no longer waiting: {state.lower()}. Hand it in again to see what it would do.")


class ApplicationFileChanged(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The file is no longer the one you were shown. Discard it, and hand it in again.")


class FundedPlaceHeld(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This application holds a funded place. Use “Take the funded place away” on its page first, then mark it"
            " not eligible."
        )


class NoFundedPlace(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This application holds no funded place, so there is none to take away.")


class FundedPlaceTakenUp(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This funded place has been taken up: somebody takes part on it. Settle with DfE what becomes of its"
            " funding. Whoever leaves the programme does so by the end of their enrolment."
        )


class TakingAwayReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why the funded place is taken away. The applicant reads it in our letter.")


class FundingNotTakenAway(RuleViolation):
    def __init__(self) -> None:
        super().__init__("No funded place was taken away from this application, so there is none to give back.")


class PlaceGone(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(
            f"This application holds no place any more: it is {state.lower()}. A funded place is given back to whoever"
            " still holds the place."
        )


class PlaceTakenUp(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Somebody takes part on this place already. Settle with DfE what becomes of its funding.")


class FundedPlaceGivenOn(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(
            f"Every funded place of {intake} is taken or offered meanwhile. It can be given back once one is free, or"
            " the intake has one more."
        )


class NotFundedAnyMore(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "DfE does not fund this applicant as things are found now, so no funded place is given back. Where that is"
            " wrong, use “Mark funding” on the application's page first."
        )


class ScholarshipNotGivenBack(RuleViolation):
    def __init__(self) -> None:
        super().__init__("DfE scholarships cannot be taken up now. Give the funded place back once they can.")


class GivingBackReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why the funded place is given back. The applicant reads it in our letter.")


class FundingReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say what DfE decided, and where you read it. Only staff see it.")


class SupportReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why the support is granted or refused. Only staff see it.")


class SupportNotAsked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The applicant did not ask for this support.")


class FundingSettled(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"Nothing is decided any more about this application. It is {state.lower()}.")


class ScholarshipNotOpen(RuleViolation):
    """`again_on`: the first day on which they can be taken up and the application be sent, where there is one."""

    def __init__(self, again_on: str = "") -> None:
        until, wait = (f"before {again_on}", ", or wait until then") if again_on else ("now", "")
        super().__init__(
            f"Your application asks for a DfE scholarship, and none can be taken up {until}. Under “How your place is"
            f" paid for”, choose another way{wait}. Then send it."
        )


class SchoolTaskSettled(RuleViolation):
    def __init__(self, school: str) -> None:
        super().__init__(f"This is settled already: {school or 'there is none that we can take'}.")
