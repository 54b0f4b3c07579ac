"""The words of the form that a programme begins with. A programme lead changes them in the administration."""

from collections.abc import Mapping
from typing import Any

STANDARD: Mapping[str, Any] = {
    "statement_question": "What do you most want to change in your school, and why now?",
    "statement_hint": "Plain notes are fine.",
    "statement_words_most": 250,
    "agreements": [
        "I will take part in at least 90% of the course, and catch up what I miss.",
        "I will sit the final assessment in its window.",
        "You may share my details with the Department for Education, which funds and checks the qualification.",
    ],
    "declaration": "What I have written is true, it is my own work, and I know of nothing that would keep me from"
    " working in a school.",
    "endorsements": [
        "The applicant is suited to prepare for headship.",
        "They will be released for the sessions, the practice in school and the assessment.",
        "What they say of their role and our school is right, as far as I know.",
    ],
}

# About how long it takes to fill in, wherever we say so.
MINUTES_TO_APPLY = 25

# What a programme lead decides in a draft, in the order of its page.
EDITABLE = (
    "statement_question", "statement_hint", "statement_words_most", "agreements", "declaration",
    "needs_endorsement", "endorsements", "endorsement_days", "new_head_months", "disadvantage_lists",
)  # fmt: skip
