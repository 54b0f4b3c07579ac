"""Applications as a table to take away."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from applications.kinds import FundingRoute
from applications.models import Application
from npqh_portal.clock import london_date

from .endorsements import STANDINGS, with_endorsement

# Those that the file for handing in has too bear the same names. Adjustments and notes stay in the portal.
COLUMNS = (
    "reference", "state", "intake", "sent_on", "decided_on", "full_name", "email", "date_of_birth", "telephone", "trn",
    "role", "role_reach", "headship", "headship_started_on", "works_in_england", "work_setting", "school_urn",
    "school_name", "kind_of_nursery", "nursery_name", "ofsted_urn", "employment_type", "employment_role",
    "employer_name", "referred_by_return_to_teaching_adviser", "previously_funded", "funding_route", "funding_status",
    "eligible_for_funding", "funded_place", "statement", "wants_new_head_support", "wants_one_to_one",
    "endorser_role", "endorser_name", "endorser_email", "endorsement", "assigned_to",
)  # fmt: skip

# The same columns as people name them.
TITLES = (
    "Reference", "State", "Intake", "Sent", "Decided", "Name", "Email", "Date of birth", "Telephone",
    "Teacher reference number", "Role", "Leads", "Headship", "Headship began or begins", "Works in England",
    "Works in", "URN", "School", "Early years setting", "Name of that setting", "Ofsted URN", "Employment",
    "Role there", "Employer", "Referred by a return to teaching adviser", "Funded before, they say", "Paid for by",
    "Funding", "Eligible for funding", "Funded place", "Why they apply", "Wants support for new headteachers",
    "Wants one-to-one support", "Endorsed by", "Endorser", "Endorser’s email", "Endorsement", "Reviewed by",
)  # fmt: skip

# What an applicant answers of themselves, as others say it of them.
_SAID_OF_THEM: Mapping[str, Mapping[Any, str]] = {
    "headship": {
        Application.Headship.ASPIRING: "Hopes to become a headteacher",
        Application.Headship.APPOINTED: "Appointed and not started",
        Application.Headship.NEW: "Headteacher in their first year",
        Application.Headship.SERVING: "Headteacher for longer",
    },
    "funding_route": {
        FundingRoute.SCHOLARSHIP: "DfE scholarship",
        FundingRoute.SCHOOL: "Their school",
        FundingRoute.TRUST: "Their trust",
        FundingRoute.SELF: "They themselves",
        FundingRoute.ANOTHER: "Somebody else",
    },
    "endorsement": STANDINGS,
}

_READ_FROM = {
    "intake": "intake__name",
    "sent_on": "submitted_at",
    "decided_on": "decided_at",
    "email": "person__email",
    "assigned_to": "assigned_to__full_name",
    "endorsement": "endorsement_standing",
}


def table_of(applications: QuerySet[Application]) -> Iterator[list[Any]]:
    """The names of the columns, and then a row for each: one statement, read piece by piece.

    Moments are London dates, yes and no are words; what is not known is empty.
    """
    yield list(COLUMNS)
    for row in _rows(applications):
        yield [_value(value) for value in row]


def table_in_words(applications: QuerySet[Application]) -> Iterator[list[Any]]:
    """The same to be read by people: titles, and choices in the words of the pages. One statement too."""
    words = [_words_of(name) for name in COLUMNS]
    yield list(TITLES)
    for row in _rows(applications):
        yield [_in_words(value, names) for value, names in zip(row, words, strict=True)]


def _rows(applications: QuerySet[Application]) -> Iterator[tuple[Any, ...]]:
    columns = [_READ_FROM.get(name, name) for name in COLUMNS]
    return with_endorsement(applications).values_list(*columns).iterator(chunk_size=500)


def _words_of(column: str) -> Mapping[Any, str]:
    """What the values of a column are called; empty where they say it themselves."""
    if column in _SAID_OF_THEM:
        return _SAID_OF_THEM[column]
    if column in _READ_FROM:
        return {}
    return dict(next(one.flatchoices for one in Application._meta.fields if one.name == column))


def _in_words(value: Any, names: Mapping[Any, str]) -> date | str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return names[value] if value in names else _value(value)


def _value(value: Any) -> date | str:
    if isinstance(value, datetime):
        return london_date(value)
    if isinstance(value, date):
        return value
    return {None: "", True: "yes", False: "no"}.get(value, str(value))
