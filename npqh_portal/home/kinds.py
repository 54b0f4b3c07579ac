"""The lists behind the figures of a cohort, by the name that stands in their address."""

from npqh_portal.kinds import Kind


class PeopleList(Kind):
    """Whom of a cohort a list shows."""

    HERE = "here", "Taking part"
    MET = "met", "Met"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OUT_OF_REACH = "out_of_reach", "Out of reach"
    WARNED = "warned", "To speak to first"
    UNGROUPED = "ungrouped", "In no group"
    DEFERRED = "deferred", "Deferred"
    WITHDRAWN = "withdrawn", "Withdrawn"
    UNPLACED = "unplaced", "Not placed yet"


class SessionList(Kind):
    """Which of a cohort's sessions a list shows."""

    ALL = "all", "Every session"
    AHEAD = "ahead", "Still to come"
    WEEK = "week", "This week"
    UNASSIGNED = "unassigned", "Nobody leads it yet"
    OVERDUE = "overdue", "Register overdue"
    SMALL = "small", "Hall too small"
    DRAFT = "draft", "In the draft, not published"


class ChangeList(Kind):
    """Which changes of a timetable a list shows."""

    WEEK = "week", "This week"
    ALL = "all", "All of them"
