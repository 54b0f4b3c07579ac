"""Reads for pages, reminders and other packages."""

from .cohorts import dates_of, places_left, places_taken, windows_of
from .engagement import (
    ItemLine,
    LedgerLine,
    figures_for,
    item_lines,
    ledger_of,
    standing_of,
    standings_of,
)
from .enrolments import (
    accepted_without_enrolment,
    current_enrolment_of,
    enrolled_without_place,
    latest_membership_of,
    members_on,
    window_open_to,
)
from .timetable import (
    RegisterLine,
    newest_marks,
    overdue_registers,
    register_lines,
    seminars_of_enrolment,
)

__all__ = [
    "ItemLine",
    "LedgerLine",
    "RegisterLine",
    "accepted_without_enrolment",
    "current_enrolment_of",
    "dates_of",
    "enrolled_without_place",
    "figures_for",
    "item_lines",
    "latest_membership_of",
    "ledger_of",
    "members_on",
    "newest_marks",
    "overdue_registers",
    "places_left",
    "places_taken",
    "register_lines",
    "seminars_of_enrolment",
    "standing_of",
    "standings_of",
    "window_open_to",
    "windows_of",
]
