"""What an application asks of whom, and what it must hold before it is sent (C6)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from applications.errors import ApplicationUnfinished
from applications.kinds import EmploymentType, EndorserRole, FundingRoute, Nursery, RoleReach, WorkSetting
from npqh_portal.programmes.rules.seen import fingerprint

Answers = Mapping[str, Any]

SCHOOL_LIKE = frozenset({WorkSetting.A_SCHOOL, WorkSetting.AN_ACADEMY_TRUST, WorkSetting.A_16_TO_19})
# Early years settings that stand in the national register of schools.
SCHOOL_NURSERIES = frozenset({Nursery.LOCAL_AUTHORITY, Nursery.PRESCHOOL_CLASS})
# Of these DfE does not ask the role (C6 step 7).
WITHOUT_ROLE = frozenset({EmploymentType.HOSPITAL_SCHOOL, EmploymentType.YOUNG_OFFENDERS})
HEADSHIP_WITHOUT_DATE = frozenset({"", "aspiring"})
HEADS = frozenset({"new", "serving"})
# Whose headship began lately or will begin: they are asked about additional support (S5).
NEW_TO_HEADSHIP = frozenset({"appointed", "new"})
# Characters. Of a statement, whatever the form says of words.
STATEMENT_LONGEST = 10_000
ADJUSTMENTS_LONGEST = 5_000


def _always(_: Answers) -> bool:
    return True


def _in_england(answers: Answers) -> bool:
    return answers.get("works_in_england") is True


def has_school(answers: Answers) -> bool:
    """Whether the workplace is one to be found in the national register."""
    if not _in_england(answers):
        return False
    if answers.get("work_setting") == WorkSetting.EARLY_YEARS:
        return answers.get("kind_of_nursery") in SCHOOL_NURSERIES
    return answers.get("work_setting") in SCHOOL_LIKE


def routes_for(answers: Answers) -> tuple[FundingRoute, ...]:
    """Who may pay: DfE for nobody outside England, nor twice; a trust only for the schools of one (C2, C6 step 11)."""
    closed = set()
    if not _in_england(answers) or answers.get("previously_funded"):
        closed.add(FundingRoute.SCHOLARSHIP)
    if not has_school(answers):
        closed.add(FundingRoute.TRUST)
    return tuple(route for route in FundingRoute if route not in closed)


def endorser_roles(answers: Answers) -> tuple[EndorserRole, ...]:
    """Who may endorse: of a head the chair, of whoever works under one head that head, of anybody else either."""
    if answers.get("headship") in HEADS:
        return (EndorserRole.CHAIR,)
    if has_school(answers) and answers.get("role_reach") in {None, "", RoleReach.ONE_SCHOOL}:
        return (EndorserRole.HEADTEACHER,)
    return (EndorserRole.HEADTEACHER, EndorserRole.CHAIR)


def _in(setting: WorkSetting) -> Callable[[Answers], bool]:
    return lambda answers: _in_england(answers) and answers.get("work_setting") == setting


def _is_elsewhere(answers: Answers) -> bool:
    """Whether the workplace is of no kind that has questions of its own: its name is all that is known of it."""
    return answers.get("works_in_england") is False or _in(WorkSetting.OTHER)(answers)


def _nothing(_: Answers) -> tuple[str, ...]:
    return ()


def _trn(answers: Answers) -> tuple[str, ...]:
    return () if answers.get("has_trn") else ("trn",)


def _headship(answers: Answers) -> tuple[str, ...]:
    return ("headship_started_on",) if answers.get("headship") in {None, *HEADSHIP_WITHOUT_DATE} else ()


def _nursery(answers: Answers) -> tuple[str, ...]:
    kind = answers.get("kind_of_nursery")
    return ("nursery_name", "ofsted_urn") if not kind or kind in SCHOOL_NURSERIES else ()


def _employment(answers: Answers) -> tuple[str, ...]:
    return ("employment_role",) if answers.get("employment_type") in WITHOUT_ROLE else ()


def _funding(answers: Answers) -> tuple[str, ...]:
    return () if _in_england(answers) else ("previously_funded",)


def _support(answers: Answers) -> tuple[str, ...]:
    new = () if answers.get("headship") in NEW_TO_HEADSHIP else ("wants_new_head_support",)
    return new if has_school(answers) else (*new, "wants_one_to_one")


def _adjustments(answers: Answers) -> tuple[str, ...]:
    return () if answers.get("needs_adjustments") else ("adjustments",)


def _says_nothing(_: Answers) -> str:
    return ""


def _statement_fault(answers: Answers) -> str:
    text, most = answers.get("statement") or "", answers.get("statement_words_most")
    if most is not None and (count := words_in(text)) > most:
        return f"Your answer has {count:,} words, and {most:,} is the most"
    return _longer_than(STATEMENT_LONGEST, text)


def _adjustments_fault(answers: Answers) -> str:
    return _longer_than(ADJUSTMENTS_LONGEST, answers.get("adjustments") or "") if not _adjustments(answers) else ""


def _longer_than(most: int, text: str) -> str:
    return f"Your answer has {len(text):,} characters, and {most:,} is the most" if len(text) > most else ""


@dataclass(frozen=True)
class Part:
    """One page of questions: every answer it may take, those that need not be given, and whom it is for.

    `spares` names the answers that do not concern this applicant; `fits` tells whether the answers still go with
    those of other parts; `excess` says why an answer that a draft keeps is too long to be sent, empty where none is.
    """

    code: str
    title: str
    section: str
    answers: tuple[str, ...]
    optional: tuple[str, ...] = ()
    spares: Callable[[Answers], Collection[str]] = _nothing
    is_asked: Callable[[Answers], bool] = _always
    fits: Callable[[Answers], bool] = _always
    excess: Callable[[Answers], str] = _says_nothing

    def asked_of(self, answers: Answers) -> tuple[str, ...]:
        """The answers that concern this applicant, given that the part does."""
        spared = self.spares(answers)
        return tuple(name for name in self.answers if name not in spared)

    def needed_of(self, answers: Answers) -> tuple[str, ...]:
        """Those without which the part is not done."""
        return tuple(name for name in self.asked_of(answers) if name not in self.optional)


YOU, PLACE, FUNDING, WHY = "About you", "Where you work", "Funding", "Your place on the programme"

PARTS = (
    Part("details", "Your details", YOU, ("full_name", "date_of_birth", "telephone"), optional=("telephone",)),
    Part("trn", "Your teacher reference number", YOU, ("has_trn", "trn"), spares=_trn),
    Part("headship", "Your role and headship", YOU, ("role", "role_reach", "headship", "headship_started_on"),
         spares=_headship),
    Part("workplace", "Your workplace", PLACE, ("works_in_england", "work_setting")),
    Part("nursery", "Your early years setting", PLACE, ("kind_of_nursery", "nursery_name", "ofsted_urn"),
         optional=("ofsted_urn",), spares=_nursery, is_asked=_in(WorkSetting.EARLY_YEARS)),
    # A school that is not in the register has a name and no row.
    Part("school", "Your school", PLACE, ("school", "school_name"), optional=("school",), is_asked=has_school),
    Part("employment", "Your employment", PLACE, ("employment_type", "employment_role", "employer_name"),
         spares=_employment, is_asked=_in(WorkSetting.ANOTHER_SETTING)),
    Part("referral", "Return to teaching", PLACE, ("referred_by_return_to_teaching_adviser",),
         is_asked=_in(WorkSetting.OTHER)),
    Part("employer", "Your employer", PLACE, ("employer_name",), is_asked=_is_elsewhere),
    Part("funding", "How your place is paid for", FUNDING, ("previously_funded", "funding_route"), spares=_funding,
         fits=lambda answers: answers.get("funding_route") in routes_for(answers)),
    Part("statement", "Why you apply", WHY, ("statement",), excess=_statement_fault),
    Part("support", "Support beside the programme", WHY, ("wants_new_head_support", "wants_one_to_one"),
         spares=_support, is_asked=lambda answers: len(_support(answers)) < 2),
    Part("adjustments", "Reasonable adjustments", WHY, ("needs_adjustments", "adjustments"), spares=_adjustments,
         excess=_adjustments_fault),
    Part("agreement", "What you agree to", WHY, ("agreed",)),
    Part("endorsement", "Who endorses you", WHY, ("endorser_role", "endorser_name", "endorser_email"),
         is_asked=lambda answers: answers.get("needs_endorsement") is not False,
         fits=lambda answers: answers.get("endorser_role") in endorser_roles(answers)),
)  # fmt: skip

# What `save_answers` takes, and the columns that the rules read.
ANSWERS = frozenset(name for part in PARTS for name in part.answers)
# Names of workplaces and of what one does there.
_CALLED = frozenset({"nursery_name", "employment_role", "employer_name"})
_COLUMN_OF = {"agreed": "agreed_at", "school": "school_urn"}
COLUMNS = tuple(dict.fromkeys(_COLUMN_OF.get(name, name) for part in PARTS for name in part.answers))


def parts_for(answers: Answers) -> list[Part]:
    """The parts that concern this applicant, in order: nobody is asked what does not apply to them."""
    return [part for part in PARTS if part.is_asked(answers)]


def is_to_check(part: Part, answers: Answers) -> bool:
    """Whether its answers were carried over from another application, and nobody has looked at them since."""
    return part.code in answers.get("to_check", ())


def is_done(part: Part, answers: Answers) -> bool:
    """Whether nothing is left to answer or to look at, and what was answered still goes with the rest."""
    if is_to_check(part, answers):
        return False
    needed = (_COLUMN_OF.get(name, name) for name in part.needed_of(answers))
    is_answered = all(answers.get(column) not in (None, "") for column in needed)
    return is_answered and part.fits(answers) and not part.excess(answers)


def unfinished_parts(answers: Answers) -> list[Part]:
    return [part for part in parts_for(answers) if not is_done(part, answers)]


def check_finished(answers: Answers) -> None:
    if parts := unfinished_parts(answers):
        raise ApplicationUnfinished(to_finish(parts, answers))


def to_finish(parts: Collection[Part], answers: Answers) -> list[str]:
    """What somebody has to go back to, by title."""
    return [f"{part.title} (too long: shorten it)" if part.excess(answers) else part.title for part in parts]


def part_to_place(answers: Answers) -> Part | None:
    """The first part whose answer about a workplace the funding rests on and that says nothing; None where all do.

    What a workplace is called decides nothing.
    """
    for part in parts_for(answers):
        needed = (_COLUMN_OF.get(name, name) for name in part.needed_of(answers) if name not in _CALLED)
        if part.section == PLACE and any(answers.get(column) in (None, "") for column in needed):
            return part
    return None


def left_out(answers: Answers) -> frozenset[str]:
    """Answers to what is no longer asked: kept while somebody writes, and not sent."""
    return ANSWERS - {name for part in parts_for(answers) for name in part.asked_of(answers)}


def parts_of(names: Collection[str]) -> list[Part]:
    """The parts that take these answers."""
    return [part for part in PARTS if set(names) & set(part.answers)]


def parts_to_carry(answers: Answers, *, is_same_question: bool) -> list[Part]:
    """Of an application that ended, the parts that are worth carrying over to a new one: those that say anything.

    Whoever applies anew agrees, names an endorser and declares anew. What they wrote about why they apply goes with
    the question that it answers.
    """
    said_anew = {"agreement", "endorsement"} | (set() if is_same_question else {"statement"})
    return [part for part in parts_for(answers) if part.code not in said_anew and _says_anything(part, answers)]


def _says_anything(part: Part, answers: Answers) -> bool:
    return any(answers.get(column) not in (None, "") for column in columns_of(part))


def columns_of(part: Part) -> tuple[str, ...]:
    """Where its answers stand."""
    return tuple(_COLUMN_OF.get(name, name) for name in part.answers)


def fingerprint_of(part: Part, answers: Answers) -> str:
    """Of what is stored for a part: the same as long as nobody has saved anything else."""
    return fingerprint(*(answers.get(column) for column in columns_of(part)))


def fingerprint_of_all(answers: Answers) -> str:
    """Of every answer that is asked: what an applicant checks before they send it."""
    return fingerprint(*(fingerprint_of(part, answers) for part in parts_for(answers)))


def words_in(text: str) -> int:
    """Between spaces, non-breaking ones too. A bullet or a dash by itself is no word."""
    return sum(any(character.isalnum() for character in word) for word in text.split())
