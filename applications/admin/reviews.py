"""What staff advise, note and ask, and who of them looks after an application."""

from typing import Any

from applications.access import REVIEWERS
from applications.actions import add_note, ask_applicant, assign, assign_many, record_review, take_question_back
from applications.forms.review import AssignForm, NoteForm, QuestionForm, ReviewForm
from applications.models import Application
from applications.states import UNDECIDED, ApplicationState
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act
from npqh_portal.web.words import day

from .queue import record_for


def _record_review(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    record_review(application, **cleaned, by=by)
    return "Review recorded."


def _assign(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    assigned = assign(application, **cleaned, by=by)
    return f"Assigned to {assigned.assigned_to}." if assigned.assigned_to else "Assigned to nobody."


def _assign_many(by: User, applications: list[Application], cleaned: dict[str, Any]) -> str:
    assign_many(applications, **cleaned, by=by)
    return f"{len(applications)} assigned to {cleaned['to'] or 'nobody'}."


def _note(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    add_note(application, **cleaned, by=by)
    return "Note added."


def _ask(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    asked = ask_applicant(application, **cleaned, by=by)
    return f"The question to {application.full_name} is on its way. We ask for an answer by {day(asked.reply_by)}."


def _take_back(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    take_question_back(application, by=by)
    return f"The question is taken back, and {application.full_name} is told so by email."


def _is_undecided(application: Application) -> bool:
    return application.state in UNDECIDED


REVIEW_ACTS = (
    Act(
        "review",
        "Record a review",
        run=_record_review,
        form=ReviewForm,
        roles=REVIEWERS,
        offered=lambda application: application.state == ApplicationState.SUBMITTED,
        explains="Your advice stands beside the application. Nobody is told; the programme lead decides.",
        template="applications/admin_act.html",
        told=lambda by, application: {"application": application, "record": record_for(by, application)},
    ),
    Act(
        "note",
        "Add a note",
        run=_note,
        form=NoteForm,
        roles=REVIEWERS,
        explains="A note stands beside the application for other staff. The applicant does not see it.",
    ),
    Act(
        "ask",
        "Ask the applicant",
        run=_ask,
        form=QuestionForm,
        roles=REVIEWERS,
        offered=lambda application: _is_undecided(application) and application.asked_until is None,
        explains="They get your question by email and answer on their page; you are told when they have.",
    ),
    Act(
        "take_question_back",
        "Take the question back",
        run=_take_back,
        roles=REVIEWERS,
        offered=lambda application: _is_undecided(application) and application.asked_until is not None,
        explains="Then it needs no answer any more, and you can ask another one, or the same with another date. The"
        " applicant is told by email.",
    ),
    Act(
        "assign",
        "Assign",
        run=_assign,
        form=AssignForm,
        roles=REVIEWERS,
        offered=_is_undecided,
        explains="Whoever you give it to is told by email.",
    ),
)

ASSIGN_MANY = Act(
    "assign_many",
    "Assign",
    run=_assign_many,
    form=AssignForm,
    roles=REVIEWERS,
    explains="All of them go to one person, who is told by email of each.",
)
