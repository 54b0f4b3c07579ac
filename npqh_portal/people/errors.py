from npqh_portal.errors import RuleViolation


class EmailTaken(RuleViolation):
    def __init__(self, email: str) -> None:
        super().__init__(
            f"Somebody already signs in with {email}. Find them in the list of people and grant them the role there."
        )


class EmailKnown(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has an email address already. They change it themselves, on their account pages.")


class EmailNotYoursToGive(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Whoever holds the address signs in as this person. An administrator of the provider enters it."
        )


class RoleAlreadyHeld(RuleViolation):
    def __init__(self, name: str, role: str) -> None:
        super().__init__(f"{name} already holds the role {role}. End that grant first to change its dates.")


class KindOfRoleNeeded(RuleViolation):
    def __init__(self, role: str) -> None:
        super().__init__(f"Choose what kind of {role.lower()} this is.")


class KindDoesNotFit(RuleViolation):
    def __init__(self, role: str) -> None:
        super().__init__(f"That kind does not belong to the role {role.lower()}. Choose another, or leave it empty.")


class EndBeforeStart(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A role cannot end before it starts. Choose a later day.")


class RoleAlreadyEnded(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This role has already ended. Grant it again to start it anew.")


class LastAdministrator(RuleViolation):
    def __init__(self) -> None:
        super().__init__("This is the last administrator. Grant the role to somebody else first.")


class RoleNotYoursToGive(RuleViolation):
    def __init__(self, role: str, organisation: str) -> None:
        super().__init__(
            f"You cannot grant or end the role {role} for {organisation}. An administrator, or a lead there, can."
        )


class NameMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Enter the full name. It is kept beside the one before.")


class ChangeReasonMissing(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Say why. It is kept beside what changed, and only staff read it.")


class NotATrn(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Enter a teacher reference number of seven digits, like 0123456.")


class EmailUnknown(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"No email address of {name} is held yet. Enter one instead of changing it.")
