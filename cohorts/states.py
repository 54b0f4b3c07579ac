"""The lives of a cohort, an enrolment, a seminar, a meeting, a catch-up, an appeal, and a list of past participants."""

from django.db import models


class CohortState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RUNNING = "running", "Running"
    ASSESSING = "assessing", "In assessment"
    CLOSED = "closed", "Closed"


COHORT_MOVES: dict[CohortState, frozenset[CohortState]] = {
    CohortState.DRAFT: frozenset({CohortState.PUBLISHED}),
    CohortState.PUBLISHED: frozenset({CohortState.RUNNING}),
    CohortState.RUNNING: frozenset({CohortState.ASSESSING}),
    CohortState.ASSESSING: frozenset({CohortState.CLOSED}),
    CohortState.CLOSED: frozenset(),
}


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", "Taking part"
    DEFERRED = "deferred", "Deferred"
    WITHDRAWN = "withdrawn", "Withdrawn"
    COMPLETED = "completed", "Completed"


ENROLMENT_MOVES: dict[EnrolmentState, frozenset[EnrolmentState]] = {
    EnrolmentState.ACTIVE: frozenset({EnrolmentState.DEFERRED, EnrolmentState.WITHDRAWN, EnrolmentState.COMPLETED}),
    EnrolmentState.DEFERRED: frozenset({EnrolmentState.ACTIVE, EnrolmentState.WITHDRAWN}),
    EnrolmentState.WITHDRAWN: frozenset({EnrolmentState.ACTIVE}),
    EnrolmentState.COMPLETED: frozenset(),
}

LIVE_ENROLMENT = frozenset({EnrolmentState.ACTIVE, EnrolmentState.DEFERRED})

# Cohorts that still take people in.
OPEN_TO_JOIN = frozenset({CohortState.PUBLISHED, CohortState.RUNNING})

# Cohorts whose people find each other in the directory.
UNDER_WAY = frozenset({CohortState.PUBLISHED, CohortState.RUNNING, CohortState.ASSESSING})


class SeminarState(models.TextChoices):
    PLANNED = "planned", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    CANCELLED = "cancelled", "Cancelled"


SEMINAR_MOVES: dict[SeminarState, frozenset[SeminarState]] = {
    SeminarState.PLANNED: frozenset({SeminarState.SCHEDULED}),
    SeminarState.SCHEDULED: frozenset({SeminarState.CANCELLED}),
    SeminarState.CANCELLED: frozenset(),
}


# Sessions that hold their venue, facilitator and groups.
HOLDING = frozenset({SeminarState.PLANNED, SeminarState.SCHEDULED})


class MeetingState(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    MISSED = "missed", "Did not take place"
    CANCELLED = "cancelled", "Cancelled"


MEETING_MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.HELD, MeetingState.MISSED, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset(),
    MeetingState.MISSED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}


class CatchUpState(models.TextChoices):
    SENT = "sent", "Waiting for a decision"
    RETURNED = "returned", "Sent back for more"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Not accepted"
    WITHDRAWN = "withdrawn", "Taken back"
    NOT_NEEDED = "not_needed", "Not needed any more"


CATCH_UP_MOVES: dict[CatchUpState, frozenset[CatchUpState]] = {
    CatchUpState.SENT: frozenset(
        {
            CatchUpState.ACCEPTED,
            CatchUpState.RETURNED,
            CatchUpState.REFUSED,
            CatchUpState.WITHDRAWN,
            CatchUpState.NOT_NEEDED,
        }
    ),
    CatchUpState.RETURNED: frozenset({CatchUpState.SENT, CatchUpState.WITHDRAWN, CatchUpState.NOT_NEEDED}),
    CatchUpState.ACCEPTED: frozenset(),
    CatchUpState.REFUSED: frozenset(),
    CatchUpState.WITHDRAWN: frozenset(),
    CatchUpState.NOT_NEEDED: frozenset(),
}

# Neither decided nor taken back. An index of the table says the same.
OPEN_CATCH_UP = frozenset({CatchUpState.SENT, CatchUpState.RETURNED})


class AppealState(models.TextChoices):
    ASKED = "asked", "Waiting for an answer"
    KEPT = "kept", "The mark stands"
    FURTHER = "further", "With the programme lead"
    CORRECTED = "corrected", "The mark was corrected"
    FINAL = "final", "The mark stands for good"
    WITHDRAWN = "withdrawn", "Taken back"


# Kept by a facilitator, it may be taken further, once; a register may still correct the mark by itself.
APPEAL_MOVES: dict[AppealState, frozenset[AppealState]] = {
    AppealState.ASKED: frozenset({AppealState.KEPT, AppealState.CORRECTED, AppealState.FINAL, AppealState.WITHDRAWN}),
    AppealState.KEPT: frozenset({AppealState.FURTHER, AppealState.CORRECTED}),
    AppealState.FURTHER: frozenset({AppealState.CORRECTED, AppealState.FINAL, AppealState.WITHDRAWN}),
    AppealState.CORRECTED: frozenset(),
    AppealState.FINAL: frozenset(),
    AppealState.WITHDRAWN: frozenset(),
}

# Those that somebody has to answer.
OPEN_APPEAL = frozenset({AppealState.ASKED, AppealState.FURTHER})


# Meetings that stand in nobody's calendar.
NO_MEETING = frozenset({MeetingState.MISSED, MeetingState.CANCELLED})


class PastImportState(models.TextChoices):
    WAITING = "waiting", "Waiting to be confirmed"
    DONE = "done", "Taken over"
    DISCARDED = "discarded", "Discarded"


PAST_IMPORT_MOVES: dict[PastImportState, frozenset[PastImportState]] = {
    PastImportState.WAITING: frozenset({PastImportState.DONE, PastImportState.DISCARDED}),
    PastImportState.DONE: frozenset(),
    PastImportState.DISCARDED: frozenset(),
}
