"""A list of past participants, written plainly, and the legacy programme they took."""

from datetime import date

from assessments.actions import PastResult, import_past_participants
from assessments.readers import read_past_participants
from assessments.rules import PastFile
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Programme, ProgrammeVersion
from tests.factories import a_version

TODAY = date(2026, 9, 18)


def a_legacy_version(code: str = "npqh-legacy", **fields: object) -> ProgrammeVersion:
    version = a_version(**{"label": "2017", "effective_from": date(2017, 9, 1), **fields})
    Programme.objects.filter(pk=version.programme_id).update(code=code, framework=Programme.Framework.LEGACY)
    version.programme.refresh_from_db()
    return version


def a_list(*lines: str, columns: str = "full_name,email,cohort,certificate_number,awarded_on") -> bytes:
    return "\r\n".join((columns, *lines, "")).encode()


def read(*lines: str, columns: str = "full_name,email,cohort,certificate_number,awarded_on") -> PastFile:
    return read_past_participants(a_list(*lines, columns=columns), today=TODAY)


def taken_over(
    *lines: str, columns: str = "full_name,email,cohort,certificate_number,awarded_on", by: User | None = None
) -> PastResult:
    return import_past_participants(read(*lines, columns=columns), file_name="past.csv", by=by)
