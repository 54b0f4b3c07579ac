"""Why somebody is not kept out."""

from npqh_portal.errors import RuleViolation


class SuspensionNotYours(RuleViolation):
    def __init__(self) -> None:
        super().__init__("Only an administrator of the provider keeps somebody out, or lets them in again.")


class SuspendsThemselves(RuleViolation):
    def __init__(self) -> None:
        super().__init__("You cannot keep yourself out. Ask another administrator.")
