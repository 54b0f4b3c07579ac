"""What a rule says when it refuses."""


class RuleViolation(Exception):
    """A refusal, named for the fact by its subclass, with words fit for the page.

    `str()` of it is one or two whole sentences: the fact first, then the way on.
    Doors catch this and nothing wider.
    """
