"""Every write of this package. `MarkInput` is what a register says of one person."""

from cohorts.rules.engagement import MarkInput

from .cohorts import assign_facilitator, move_cohort, publish_cohort, set_assessment_window
from .engagement import exempt_item, expect_item, record_completion
from .enrolments import (
    complete_enrolment,
    defer_enrolment,
    enrol,
    place_accepted,
    place_on_cohort,
    reinstate_enrolment,
    return_from_deferral,
    transfer,
    withdraw_enrolment,
)
from .extensions import extend_enrolment, note_headship
from .past import take_over_run
from .registers import record_register
from .timetable import cancel_seminar, reschedule_seminar, schedule_seminar, switch_mode
from .versions import move_to_version

__all__ = [
    "MarkInput",
    "assign_facilitator",
    "cancel_seminar",
    "complete_enrolment",
    "defer_enrolment",
    "enrol",
    "exempt_item",
    "expect_item",
    "extend_enrolment",
    "move_cohort",
    "move_to_version",
    "note_headship",
    "place_accepted",
    "place_on_cohort",
    "publish_cohort",
    "record_completion",
    "record_register",
    "reinstate_enrolment",
    "reschedule_seminar",
    "return_from_deferral",
    "schedule_seminar",
    "set_assessment_window",
    "switch_mode",
    "take_over_run",
    "transfer",
    "withdraw_enrolment",
]
