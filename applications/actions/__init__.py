from .decisions import decide, withdraw_application
from .drafts import save_answers, start_application, submit_application
from .forms import form_to_begin_with
from .reviews import record_review
from .schools import ask_for_school, choose_school, settle_school

__all__ = [
    "ask_for_school",
    "choose_school",
    "decide",
    "form_to_begin_with",
    "record_review",
    "save_answers",
    "settle_school",
    "start_application",
    "submit_application",
    "withdraw_application",
]
