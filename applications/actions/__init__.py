from .decisions import decide, withdraw_application
from .drafts import save_answers, start_application, submit_application
from .forms import form_to_begin_with
from .reviews import record_review

__all__ = [
    "decide",
    "form_to_begin_with",
    "record_review",
    "save_answers",
    "start_application",
    "submit_application",
    "withdraw_application",
]
