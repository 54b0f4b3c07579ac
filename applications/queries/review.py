"""Reads for whoever reviews and decides."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from applications.models import Application, InformationRequest, Review
from applications.rules.duplicates import Likeness, Mark, Traits, folded, in_words, likenesses, marks
from applications.states import ApplicationState

from .endorsements import STANDINGS


def newest_advice(reviews: Iterable[Review]) -> list[Review]:
    """The newest of each reviewer, from reviews newest first."""
    return list({review.reviewer_id: review for review in reversed(list(reviews))}.values())


def advice_in_words(reviews: Iterable[Review]) -> str:
    """How many reviewers advise what: "2 accept, 1 decline"; empty while nobody has."""
    counts = Counter(review.get_recommendation_display().lower() for review in newest_advice(reviews))
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))


def newest_question(application: Application) -> InformationRequest | None:
    """What the applicant was asked last."""
    return application.questions.first()


def endorsement_standing(application: Application) -> str | None:
    """Of one read by `with_endorsement`."""
    standing: str | None = application.endorsement_standing  # type: ignore[attr-defined]  # annotated there
    return standing


def endorsement_in_words(application: Application) -> str:
    """The same as staff read it; empty where none is needed."""
    return standing_in_words(endorsement_standing(application), is_needed=application.form.needs_endorsement)


def standing_in_words(standing: str | None, *, is_needed: bool) -> str:
    if standing:
        return STANDINGS[standing]
    return "Nobody was asked" if is_needed else ""


@dataclass(frozen=True)
class Twin:
    """Another application that looks like the same person's, and what the two have in common."""

    number: int
    reference: str
    full_name: str
    intake: str
    state: str
    likenesses: tuple[Likeness, ...]

    @property
    def why(self) -> str:
        return in_words(self.likenesses)


def twins_of(applications: Collection[Application], *, among: QuerySet[Application]) -> dict[int, list[Twin]]:
    """Of each application, those among others that look like the same person's. One statement for all of them.

    The database finds those of the same account or with the same TRN, date of birth or school; the rule compares names.
    """
    mine = {application.pk: _traits(application) for application in applications}
    alike = (
        Q(person__in={one.account for one in mine.values()})
        | Q(trn__in={one.trn for one in mine.values() if one.trn})
        | Q(date_of_birth__in={one.date_of_birth for one in mine.values() if one.date_of_birth})
        | Q(school_urn__in={one.school_urn for one in mine.values() if one.school_urn})
    )
    names = {folded(one.full_name) for one in mine.values()}
    trns, accounts = {one.trn for one in mine.values()}, {one.account for one in mine.values()}
    traits = ("pk", "trn", "full_name", "date_of_birth", "school_urn", "person_id")
    others: dict[int, Traits] = {}
    told = {}
    marked: dict[Mark, set[int]] = defaultdict(set)
    for row in among.filter(alike).order_by().values_list(*traits, "reference", "state", "intake__name"):
        # Most are colleagues, at the same school or born on the same day: nothing more is asked of them.
        if row[1] not in trns and row[5] not in accounts and folded(row[2]) not in names:
            continue
        other = Traits(*row[:6])
        others[other.number] = other
        told[other.number] = (row[6] or "", row[8], ApplicationState(row[7]).label)
        for mark in marks(other):
            marked[mark].add(other.number)
    found: dict[int, list[Twin]] = {}
    for number, one in mine.items():
        numbers = set().union(*(marked[mark] for mark in marks(one) if mark in marked)) - {number}
        if numbers:
            found[number] = [_twin(one, others[other], *told[other]) for other in sorted(numbers)]
    return found


def _traits(application: Application) -> Traits:
    return Traits(
        number=application.pk,
        trn=application.trn,
        full_name=application.full_name,
        date_of_birth=application.date_of_birth,
        school_urn=application.school_urn,
        account=application.person_id,
    )


def _twin(one: Traits, other: Traits, reference: str, intake: str, state: str) -> Twin:
    return Twin(other.number, reference, other.full_name, intake, state, likenesses(one, other))
