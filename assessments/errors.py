"""Every refusal of this package, in words fit for the page."""

from collections.abc import Sequence
from datetime import date

from npqh_portal.errors import RuleViolation


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


# --- handing in ----------------------------------------------------------------------------------


class OwnWorkNotDeclared(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Confirm that it is all your own work. We cannot take it without that.")


class WindowNotOpen(RuleViolation):
    def __init__(self, opens_on: date | None = None, closed_on: date | None = None) -> None:
        if opens_on:
            words = f"The next assessment window opens on {_day(opens_on)}. Your file can be sent from then."
        elif closed_on:
            words = (
                f"The assessment window closed at the end of {_day(closed_on)}. "
                "Write to us if something outside your control kept you from sending it."
            )
        else:
            words = "No assessment window is set for you yet. We write to you as soon as there is one."
        super().__init__(words)


class NotTakingPartNow(RuleViolation):
    def __init__(self, state: str) -> None:
        why = {
            "deferred": "Your place is on hold. You can send your work once you are back.",
            "withdrawn": "You have left the programme, so nothing can be sent.",
            "completed": "You have completed the programme. There is nothing more to send.",
        }
        super().__init__(why[state])


class NotYourTask(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This task belongs to another version of the programme. Choose one from your own list.")


class EngagementNeededFirst(RuleViolation):
    def __init__(self, threshold_percent: int) -> None:
        super().__init__(
            f"The assessment is for those who have engaged with at least {threshold_percent}% of the course, "
            "and you have not reached that yet. Your engagement page says what can still be caught up."
        )


class WithTheAssessors(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The assessors already have this script, so it can no longer be replaced.")


class ResultAwaited(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Your earlier attempt is still being marked. Wait for its result before you send another.")


class AlreadyPassed(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You have passed this task. There is nothing more to send.")


class NoAttemptLeft(RuleViolation):
    def __init__(self, attempts_most: int) -> None:
        super().__init__(
            f"All {attempts_most} attempts at this task have been used. Write to us about what comes next."
        )


# --- marking -------------------------------------------------------------------------------------


class WindowStillOpen(RuleViolation):
    def __init__(self, closes_on: date) -> None:
        super().__init__(f"The file can still be replaced until the end of {_day(closes_on)}. Allocate it after that.")


class MarkerModerates(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Nobody moderates their own marking. Choose two different people.")


class RoleMissing(RuleViolation):
    def __init__(self, name: str, part: str) -> None:
        super().__init__(f"{name} does not hold a role that {part}. Choose somebody else, or grant the role first.")


class NotIndependent(RuleViolation):
    """Whoever is bound to the participant, or reads their name beside the script, neither marks nor moderates it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}, so somebody else must assess this script.")


class NotAllocatedToYou(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This script is not allocated to you. Ask the programme lead to allocate it.")


class ScriptElsewhere(RuleViolation):
    """The script is not at the stage that this act belongs to."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"This script is at another stage: {stage.lower()}. Go back to the list to see what is next.")


class AlreadyMarked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The first mark is in, so the marker stays. Only the moderator can still be changed.")


class FeedbackNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Write what was missing. Whoever fails reads it before they try again.")


class GroundsNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Write why you judge it differently from the first mark. The programme lead decides by it.")


# --- outcomes ------------------------------------------------------------------------------------


class VerdictsDiffer(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Marker and moderator do not agree. Choose the verdict that stands, and say why.")


class VerdictsAgree(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Marker and moderator agree, so their verdict stands.")


class AlreadyConfirmed(RuleViolation):
    def __init__(self, verdict: str, name: str, confirmed_on: date, released_on: date | None) -> None:
        told = f"The participant was told on {_day(released_on)}." if released_on else "Nobody is told yet."
        super().__init__(
            f"The outcome is confirmed already: {verdict.lower()}, by {name} on {_day(confirmed_on)}. It stays. {told}"
        )


class DecidedOwnMark(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You assessed this script yourself. Somebody else must confirm its outcome.")


# --- certificates --------------------------------------------------------------------------------


class CertificateBlocked(RuleViolation):
    def __init__(self, blockers: Sequence[str]) -> None:
        super().__init__(" ".join(blockers))
        self.blockers = tuple(blockers)


class CertificateWasRevoked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Their certificate was revoked. Issue it again from the revoked one, which it then replaces.")


class CertificateNotRevoked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Only a revoked certificate is issued again. Revoke this one first, and say why.")


class CertificateReplaced(RuleViolation):
    def __init__(self, number: str) -> None:
        super().__init__(f"This certificate has been replaced by {number}. Act on that one.")


class CertificateInForce(RuleViolation):
    def __init__(self, number: str) -> None:
        super().__init__(f"They hold certificate {number} for this run already. Revoke it before another is entered.")


class IssuedBeforePortal(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "This certificate was issued before this portal, which knows nothing of the work behind it. "
            "It cannot be issued again here; take over its replacement by import, under the new number."
        )


class ReasonNeeded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why. The reason is kept in the record.")


# --- past participants ---------------------------------------------------------------------------


class PastImportOver(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This list is no longer waiting: {state.lower()}. Hand it in again to see what it would do.")


class PastFileChanged(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The file is no longer the one you were shown. Discard it, and hand it in again.")


class ImportedMeanwhile(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Another list was taken over since this one was handed in. "
            "Discard it and hand it in again, to see what it would do now."
        )
