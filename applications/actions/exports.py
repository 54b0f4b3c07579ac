"""What is noted of files that were taken away."""

from npqh_portal.audit.actions import record
from npqh_portal.people.models import User


def note_export(*, rows: int, query: str, kind: str, by: User) -> None:
    """Write down who took how many applications away, and by which filters they were chosen."""
    record("applications.exported", by, facts={"rows": rows, "file": kind}, words={"filters": query or "none"}, by=by)
