from collections.abc import Sequence

from npqh_portal.errors import RuleViolation


class IntakeNotOpenYet(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(f"Applications for {intake} are not open yet.")


class IntakeClosed(RuleViolation):
    def __init__(self, intake: str) -> None:
        super().__init__(f"Applications for {intake} have closed. Nothing more can be changed or sent.")


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
