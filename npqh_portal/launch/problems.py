"""What stops a command: one sentence that says what to do."""


class Problem(Exception):
    """Shown to the operator as it is, without a traceback; the command then ends with status 1."""

    def __init__(self, sentence: str, log: str = "") -> None:
        super().__init__(sentence)
        self.log = log
