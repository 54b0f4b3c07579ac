"""One letter for what became of one item of one person (docs/early-warning.md)."""

from npqh_portal.kinds import Kind


class Letter(Kind):
    """Its letter, and what it stands for."""

    PRESENT = "P", "Present, or done"
    PARTLY = "T", "There in part"
    CAUGHT_UP = "C", "Caught up"
    WAITS = "W", "Waits for a decision"
    RECOVERABLE = "R", "Missed, can be caught up"
    AUTHORISED = "U", "Authorised absence"
    ABSENT = "A", "Missed, lost"
    EXEMPT = "E", "Exempt"
    TO_COME = "·", "To come"
    NOT_ASKED = "–", "Not asked of them"


def letter_of(*, expectation: str, status: str, fate: str, rest: int) -> Letter:
    """`status` is the register’s, or empty; `fate` is that of the `rest`, empty of what counts nowhere.

    What is to be decided or done comes before what the register says: somebody absent reads as lost only once it is.
    """
    if expectation != "expected" or not fate:
        return Letter.EXEMPT if expectation == "exempt" else Letter.NOT_ASKED
    if rest and fate == "pending":
        return Letter.WAITS
    if status == "partly":
        return Letter.PARTLY
    if not rest:
        return {"caught_up": Letter.CAUGHT_UP, "authorised": Letter.AUTHORISED}.get(status, Letter.PRESENT)
    if fate == "to_come":
        return Letter.TO_COME
    if fate == "recoverable":
        return Letter.RECOVERABLE
    return Letter.AUTHORISED if status == "authorised" else Letter.ABSENT
