"""`manage.py import_eligibility_list KIND FILE --period FROM[..TO] [--check] [--json]`"""

import json
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from npqh_portal.errors import RuleViolation
from npqh_portal.schools.actions import check_eligibility_list, import_eligibility_list
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.readers import read_list
from npqh_portal.schools.rules.eligibility import HEADERS, period_of
from npqh_portal.schools.rules.imports import Report

SOME_REJECTED, FILE_UNUSABLE = 1, 2

Period = tuple[date, date | None]


def period(text: str) -> Period:
    try:
        return period_of(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not like 2026-09-01 or 2026-09-01..2027-08-31") from error


class Command(BaseCommand):
    help = (
        "Take in one of DfE's lists for a period (docs/schools.md). The same kind and period again replaces it. Exit "
        "status: 0 every row was taken in, 1 some were rejected, 2 the file could not be used and nothing has changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        headers = ", ".join(f"{kind.value} ({HEADERS[kind]})" for kind in ListKind)
        parser.add_argument("kind", type=ListKind, choices=list(ListKind), metavar="KIND", help=headers)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--period", type=period, required=True, metavar="FROM[..TO]",
            help="First and last day in London; without a last day until the next list begins.",
        )  # fmt: skip
        parser.add_argument("--check", action="store_true", help="Only say what would be done.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="The result as one JSON object.")

    def handle(self, *, kind: ListKind, file: Path, period: Period, check: bool, as_json: bool, **options: Any) -> None:
        try:
            report = self._import(kind, file, period, check=check)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.", returncode=FILE_UNUSABLE) from error
        except RuleViolation as refusal:
            raise CommandError(str(refusal), returncode=FILE_UNUSABLE) from refusal
        self.stderr.write("Only checked." if check else "Nothing to do." if report.repeats else "Done.")
        told = json.dumps(report.as_data(), ensure_ascii=False) if as_json else "\n".join(report.as_lines())
        self.stdout.write(told)
        if report.rejections:
            raise CommandError(f"Rows rejected: {len(report.rejections):,}.", returncode=SOME_REJECTED)

    def _import(self, kind: ListKind, file: Path, period: Period, *, check: bool) -> Report:
        from_on, to_on = period
        with file.open("rb") as content:
            listed = read_list(content, file.name, kind)
        if check:
            return check_eligibility_list(kind, listed, from_on=from_on, to_on=to_on)
        return import_eligibility_list(kind, listed, from_on=from_on, to_on=to_on, by=None)
