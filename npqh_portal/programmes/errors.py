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
    def __init__(self, label: str) -> None:
        super().__init__(
            f"Version {label} is published, and the file differs from it. A published version never changes: "
            "give the changed file a new label."
        )


class VersionNotDraft(RuleViolation):
    def __init__(self, version: str, state: str) -> None:
        super().__init__(f"{version} is {state.lower()}. Only a draft can be published.")
