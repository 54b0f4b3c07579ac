"""Every write of this package. `MarkInput` is what a register says of one person."""

from cohorts.rules.engagement import MarkInput

from .calendars import (
    bring_invitations_up_to_date,
    choose_calendar,
    note_reading,
    renew_feed,
    tell_every_calendar,
)
from .cohorts import (
    assign_facilitator,
    book_with_cohort,
    delete_cohort,
    follow_size,
    move_cohort,
    move_cohort_start,
    move_cohorts_on,
    publish_cohort,
    resize_cohort,
    resize_group,
    set_assessment_window,
)
from .drafts import drop_change, plan_cancellation, plan_change
from .engagement import adjust_credit, exempt_item, expect_item, record_completion, take_back_completion
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
from .facilitators import (
    add_absence,
    ask_for_replacement,
    hand_over_group,
    remove_absence,
    write_profile,
)
from .guests import allow_guests, attend_elsewhere, attend_with_own_group
from .past import take_over_run
from .planning import draft_timetable, generate_timetable
from .policies import adopt_policy
from .registers import record_register
from .timetable import (
    cancel_seminar,
    change_link,
    discard_seminar,
    publish_timetable,
    rehold_seminar,
    replace_facilitator,
    reschedule_seminar,
    schedule_seminar,
    switch_mode,
)
from .versions import move_to_version

__all__ = [
    "MarkInput",
    "add_absence",
    "adjust_credit",
    "adopt_policy",
    "allow_guests",
    "ask_for_replacement",
    "assign_facilitator",
    "attend_elsewhere",
    "attend_with_own_group",
    "book_with_cohort",
    "bring_invitations_up_to_date",
    "cancel_seminar",
    "change_link",
    "choose_calendar",
    "complete_enrolment",
    "defer_enrolment",
    "delete_cohort",
    "discard_seminar",
    "draft_timetable",
    "drop_change",
    "enrol",
    "exempt_item",
    "expect_item",
    "extend_enrolment",
    "follow_size",
    "generate_timetable",
    "hand_over_group",
    "move_cohort",
    "move_cohort_start",
    "move_cohorts_on",
    "move_to_version",
    "note_headship",
    "note_reading",
    "place_accepted",
    "place_on_cohort",
    "plan_cancellation",
    "plan_change",
    "publish_cohort",
    "publish_timetable",
    "record_completion",
    "record_register",
    "rehold_seminar",
    "reinstate_enrolment",
    "remove_absence",
    "renew_feed",
    "replace_facilitator",
    "reschedule_seminar",
    "resize_cohort",
    "resize_group",
    "return_from_deferral",
    "schedule_seminar",
    "set_assessment_window",
    "switch_mode",
    "take_back_completion",
    "take_over_run",
    "tell_every_calendar",
    "transfer",
    "withdraw_enrolment",
    "write_profile",
]
