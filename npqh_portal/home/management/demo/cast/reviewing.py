"""What is asked, answered and noted while applications wait, and whose they are to review."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """To an applicant, so many days ago, to be answered within `days`; `answer` is empty where none has come."""

    of: str
    text: str
    days_ago: int
    days: int
    answer: str = ""


ASSIGNED = ("Tobiah Merrick-Osei", "Sigrid Halloway-Nunn", "Florian Askrigg", "Ottoline Bewcastle-Ray")

NOTES = {
    "Tobiah Merrick-Osei": "Sent to DfE, which looks at hospital schools itself. They answer in about three weeks.",
    "Isolde Marchmont": "The same person twice? Same number, same unit, and one is her married name. I will ring.",
    "Ludo Bassenmoor": "The chair would rather he waited a year. Not for us to judge; ask whether he wants to go on.",
}

QUESTIONS = (
    Question(
        "Ottoline Bewcastle-Ray",
        "You write of leading two sites from January. Will you be headteacher of both, or of one with a colleague?",
        days_ago=12,
        days=7,
    ),
    Question(
        "Sigrid Halloway-Nunn",
        "In which year did you have the funded place, and with which provider?",
        days_ago=14,
        days=7,
        answer="In 2022, with another provider. I had to stop after two months when my mother fell ill.",
    ),
)
