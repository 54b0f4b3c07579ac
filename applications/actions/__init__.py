from .bulk import decide_many, plan_decision, plan_decisions
from .decisions import decide, withdraw_application
from .drafts import give_trn, save_answers, start_application, submit_application
from .endorsements import (
    answer_endorsement,
    change_endorser,
    request_endorsement,
    send_link_again,
    waive_endorsement,
)
from .forms import draft_form, edit_form, form_to_begin_with, publish_form
from .funding import decide_funding, mark_funding, recheck_funding
from .imports import (
    confirm_applications,
    discard_applications,
    discard_late_applications,
    hold_applications,
    read_again,
    receive_applications,
)
from .interest import forget_interests, leave_register, register_interest, tell_of_opening
from .places import answer_offer, give_funding_back, make_offers, put_back_on_list, take_funding_away
from .reviews import (
    add_note,
    answer_question,
    ask_applicant,
    assign,
    assign_many,
    record_review,
    take_question_back,
)
from .schools import ask_for_school, choose_school, settle_school
from .strands import decide_strands, grant_strand

__all__ = [
    "add_note",
    "answer_endorsement",
    "answer_offer",
    "answer_question",
    "ask_applicant",
    "ask_for_school",
    "assign",
    "assign_many",
    "change_endorser",
    "choose_school",
    "confirm_applications",
    "decide",
    "decide_funding",
    "decide_many",
    "decide_strands",
    "discard_applications",
    "discard_late_applications",
    "draft_form",
    "edit_form",
    "forget_interests",
    "form_to_begin_with",
    "give_funding_back",
    "give_trn",
    "grant_strand",
    "hold_applications",
    "leave_register",
    "make_offers",
    "mark_funding",
    "plan_decision",
    "plan_decisions",
    "publish_form",
    "put_back_on_list",
    "read_again",
    "receive_applications",
    "recheck_funding",
    "record_review",
    "register_interest",
    "request_endorsement",
    "save_answers",
    "send_link_again",
    "settle_school",
    "start_application",
    "submit_application",
    "take_funding_away",
    "take_question_back",
    "tell_of_opening",
    "waive_endorsement",
    "withdraw_application",
]
