"""What was answered, as people read it."""

from dataclasses import dataclass
from datetime import date

from applications.models import Application
from applications.rules.answers import PARTS, Part, is_done, parts_for
from npqh_portal.web.words import short_day


@dataclass(frozen=True)
class Answer:
    """One answer as people read it; `text` is empty where none was given. `is_long` ones have lines of their own."""

    question: str
    text: str
    is_long: bool = False


@dataclass(frozen=True)
class AnsweredPart:
    part: Part
    answers: list[Answer]
    is_done: bool


# What is asked, in a word or two. A part of one question goes by its title.
QUESTIONS = {
    "full_name": "Full name",
    "date_of_birth": "Date of birth",
    "telephone": "Telephone",
    "has_trn": "Teacher reference number",
    "trn": "Teacher reference number",
    "role": "Role now",
    "role_reach": "Leads",
    "headship": "Headship",
    "headship_started_on": "Headship begins",
    "works_in_england": "Works in England",
    "work_setting": "Setting",
    "kind_of_nursery": "Kind of setting",
    "nursery_name": "Name",
    "ofsted_urn": "Ofsted number",
    "school": "URN",
    "school_name": "School",
    "employment_type": "Employed",
    "employment_role": "Role there",
    "employer_name": "Employer",
    "referred_by_return_to_teaching_adviser": "Referred by a return to teaching adviser",
    "previously_funded": "Funded for this before",
    "funding_route": "Paid for by",
    "statement": "Statement",
    "wants_new_head_support": "Support for new headteachers",
    "wants_one_to_one": "One-to-one support",
    "needs_adjustments": "Adjustments needed",
    "adjustments": "Which",
    "agreed": "Agreed",
    "endorser_role": "Role",
    "endorser_name": "Name",
    "endorser_email": "Email",
}
# Nobody reads these who need not: programme leads and administrators do, reviewers do not.
SENSITIVE = frozenset({"needs_adjustments", "adjustments"})


def answered_parts(application: Application, *, with_sensitive: bool) -> list[AnsweredPart]:
    """What was answered, part by part, in the order of the form; only what concerns this applicant."""
    answers = application.answers
    parts = [part for part in parts_for(answers) if with_sensitive or not SENSITIVE & set(part.answers)]
    return [AnsweredPart(part, _answers(part, application), is_done(part, answers)) for part in parts]


def answers_to(code: str, application: Application) -> list[Answer]:
    """The answers of one part, as they are stored."""
    return _answers(next(part for part in PARTS if part.code == code), application)


def _answers(part: Part, application: Application) -> list[Answer]:
    asked = part.asked_of(application.answers)
    texts = {name: _text(name, application) for name in asked if not _goes_without_saying(name, application)}
    return [
        Answer(QUESTIONS[name], text, is_long=name in {"statement", "adjustments"})
        for name, text in texts.items()
        if text or name not in part.optional
    ]


def _goes_without_saying(name: str, application: Application) -> bool:
    """A school that is not listed has no URN; and whoever gives their number has it to hand."""
    return (name == "school" and not application.school_urn) or (name == "has_trn" and application.has_trn is True)


def _text(name: str, application: Application) -> str:
    """A stored answer in words."""
    if name == "agreed":
        return short_day(application.agreed_at) if application.agreed_at else ""
    if name == "school":
        return application.school_urn
    value = getattr(application, name)
    if name == "has_trn" and value is False:
        return "To be sent later"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return short_day(value)
    words = getattr(application, f"get_{name}_display", None)
    return str(words() if words else value or "")
