from collections.abc import Sequence

from npqh_portal.errors import RuleViolation


class FrameworkFaulty(RuleViolation):
    """A framework file that does not fit together; `faults` are whole, each with its field."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        self.faults = [f"{name}: {fault}" for fault in faults]
        super().__init__("\n".join(self.faults))


class ProgrammeDiffers(RuleViolation):
    def __init__(self, code: str, name: str) -> None:
        super().__init__(
            f"There is a programme {code} already: {name}. Its name, award and framework stand; "
            "write them the same in the file, or give it another code."
        )


class LabelTaken(RuleViolation):
    """A changed file has the label of a version that never changes any more."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"Version {label} has been published, and the file differs from it. A published version never changes: "
            "give the changed file a new label."
        )


class DraftEdited(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(
            f"{version} was made or edited in the administration since a file was last loaded for it. "
            "Give the changed file a new label."
        )


class LabelFaulty(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A label has from 1 to 40 small letters, digits and hyphens, as in 2027-spring.")


class LabelInUse(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(f"There is a version {version} already. Choose another label.")


class VersionNotDraft(RuleViolation):
    def __init__(self, version: str, state: str) -> None:
        super().__init__(f"{version} is {state.lower()}. Only a draft can be published.")


class VersionFaulty(RuleViolation):
    """A draft that does not fit together; `faults` are whole sentences."""

    def __init__(self, version: str, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join([f"{version} cannot be published yet.", *self.faults]))


class VersionFrozen(RuleViolation):
    def __init__(self, version: str, state: str) -> None:
        super().__init__(f"{version} is {state.lower()} and never changes. Copy it to a new draft, and edit that.")


class VersionNotPublished(RuleViolation):
    def __init__(self, version: str, state: str) -> None:
        super().__init__(f"{version} is {state.lower()}. Only a published version can be retired.")


class IntakeNotOver(RuleViolation):
    def __init__(self, version: str, intake: str) -> None:
        super().__init__(
            f"Applications for {intake} are open or still to come, and it is an intake of {version}. "
            "Close the intake first: set the moment when it closes to one in the past."
        )
