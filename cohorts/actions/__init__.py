"""Every write of this package. `MarkInput` is what a register says of one person."""

from cohorts.rules.engagement import MarkInput

from .cohorts import assign_facilitator, move_cohort, publish_cohort, set_assessment_window
from .engagement import exempt_item, expect_item, record_completion
from .enrolments import (
    complete_enrolment,
    defer_enrolment,
    enrol,
    place_on_cohort,
    return_from_deferral,
    withdraw_enrolment,
)
from .past import take_over_run
from .registers import record_register
from .timetable import cancel_seminar, reschedule_seminar, schedule_seminar, switch_mode

__all__ = [
    "MarkInput",
    "assign_facilitator",
    "cancel_seminar",
    "complete_enrolment",
    "defer_enrolment",
    "enrol",
    "exempt_item",
    "expect_item",
    "move_cohort",
    "place_on_cohort",
    "publish_cohort",
    "record_completion",
    "record_register",
    "reschedule_seminar",
    "return_from_deferral",
    "schedule_seminar",
    "set_assessment_window",
    "switch_mode",
    "take_over_run",
    "withdraw_enrolment",
]
