"""Applications as a table to take away."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from applications.models import Application
from npqh_portal.clock import london_date

from .endorsements import with_endorsement

# Those that the file for handing in has too bear the same names. Adjustments and notes stay in the portal.
COLUMNS = (
    "reference", "state", "intake", "sent_on", "decided_on", "full_name", "email", "date_of_birth", "telephone", "trn",
    "role", "role_reach", "headship", "headship_started_on", "works_in_england", "work_setting", "school_urn",
    "school_name", "kind_of_nursery", "nursery_name", "ofsted_urn", "employment_type", "employment_role",
    "employer_name", "referred_by_return_to_teaching_adviser", "previously_funded", "funding_route", "funding_status",
    "eligible_for_funding", "funded_place", "statement", "wants_new_head_support", "wants_one_to_one",
    "endorser_role", "endorser_name", "endorser_email", "endorsement", "assigned_to",
)  # fmt: skip

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
    read = with_endorsement(applications)
    yield list(COLUMNS)
    for row in read.values_list(*(_READ_FROM.get(name, name) for name in COLUMNS)).iterator(chunk_size=500):
        yield [_value(value) for value in row]


def _value(value: Any) -> date | str:
    if isinstance(value, datetime):
        return london_date(value)
    if isinstance(value, date):
        return value
    return {None: "", True: "yes", False: "no"}.get(value, str(value))
