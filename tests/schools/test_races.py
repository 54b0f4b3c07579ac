"""Two imports at once wait for each other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from npqh_portal.schools.models import School, SchoolChange, SchoolImport
from npqh_portal.schools.rules.imports import Report

from .files import a_row, an_extract, taken_in

pytestmark = pytest.mark.django_db(transaction=True)


def both(*contents: bytes) -> list[Report]:
    barrier = Barrier(2)

    def run(content: bytes) -> Report:
        try:
            barrier.wait(timeout=10)
            return taken_in(content)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=20) for future in [pool.submit(run, content) for content in contents]]


def test_the_same_file_twice_at_once_is_taken_in_once() -> None:
    content = an_extract([a_row(str(900_000 + n)) for n in range(300)])
    reports = both(content, content)
    assert sorted((report.created, report.repeats) for report in reports) == [(0, True), (300, False)]
    assert School.objects.count() == 300
    assert SchoolImport.objects.count() == 1


def test_two_files_at_once_come_one_after_the_other() -> None:
    one, other = an_extract([a_row("900001", town="One")]), an_extract([a_row("900001", town="Other")])
    reports = both(one, other)
    assert sorted((report.created, report.updated) for report in reports) == [(0, 1), (1, 0)]
    assert SchoolChange.objects.get().what["town"] in (["One", "Other"], ["Other", "One"])
