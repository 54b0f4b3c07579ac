from .decisions import decide, withdraw_application
from .drafts import save_answers, start_application, submit_application
from .endorsements import (
    answer_endorsement,
    change_endorser,
    request_endorsement,
    send_link_again,
    waive_endorsement,
)
from .forms import draft_form, edit_form, form_to_begin_with, publish_form
from .interest import leave_register, register_interest, tell_of_opening
from .places import answer_offer, make_offers, put_back_on_list
from .reviews import add_note, answer_question, ask_applicant, assign, record_review
from .schools import ask_for_school, choose_school, settle_school

__all__ = [
    "add_note",
    "answer_endorsement",
    "answer_offer",
    "answer_question",
    "ask_applicant",
    "ask_for_school",
    "assign",
    "change_endorser",
    "choose_school",
    "decide",
    "draft_form",
    "edit_form",
    "form_to_begin_with",
    "leave_register",
    "make_offers",
    "publish_form",
    "put_back_on_list",
    "record_review",
    "register_interest",
    "request_endorsement",
    "save_answers",
    "send_link_again",
    "settle_school",
    "start_application",
    "submit_application",
    "tell_of_opening",
    "waive_endorsement",
    "withdraw_application",
]
