from npqh_portal.errors import RuleViolation


class MessageNotFailed(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Only a message that could not be delivered, and that carried no code or private link, can be sent again."
        )
