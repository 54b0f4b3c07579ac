"""Sittings of the reformed programme by the code of their item, and what can have been lost of them."""

OPENING, CULTURE_1, CULTURE_2, CULTURE = (
    "conference-opening",
    "culture-webinar-1",
    "culture-webinar-2",
    "culture-seminar",
)
TEACHING_1, TEACHING_2, TEACHING = "teaching-webinar-1", "teaching-webinar-2", "teaching-seminar"
NEEDS_1, NEEDS_2 = "needs-webinar-1", "needs-webinar-2"
ABSENT, AUTHORISED = "absent", "authorised"
MISSED_SIX_HOURS: dict[str, str | int] = {OPENING: ABSENT, CULTURE_1: ABSENT, CULTURE_2: ABSENT}
