"""`manage.py check_funding FILE.csv`"""

import csv
import io
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.readers.funding import BadRow, FundingRow, read_funding_rows
from applications.rules.funding import funding_of, reason
from npqh_portal.schools.errors import FileUnusable

SOME_BAD, FILE_UNUSABLE, CUT_SHORT = 1, 2, 2
STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = (
        "Say of each row of a CSV whether DfE would fund the place, and why (docs/funding.md). Answers from the file "
        "alone: no database, no services, no settings. The answers are CSV on standard output, rows that cannot be "
        "read a line each on standard error. Exit status: 0 every row was answered, 1 some could not be read and the "
        "others were answered, 2 the file or its header cannot be read, or the answers cannot be written to their end."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help=f"A CSV; {STANDARD_INPUT} for standard input.")

    def handle(self, *, file: str, **options: Any) -> None:
        with ExitStack() as opened:
            try:
                content = sys.stdin.buffer if file == STANDARD_INPUT else opened.enter_context(Path(file).open("rb"))
                if not content.seekable():  # it comes through a pipe, and is to be read twice
                    piped, content = content, opened.enter_context(TemporaryFile())
                    shutil.copyfileobj(piped, content)
                rows = read_funding_rows(content, file)
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}.", returncode=FILE_UNUSABLE) from error
            except FileUnusable as refusal:
                raise CommandError(str(refusal), returncode=FILE_UNUSABLE) from refusal
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale: references come as they went in
            try:
                bad = self._answer(rows)
            except BrokenPipeError:  # whoever reads the answers has enough of them
                _write_no_more()
                sys.exit(CUT_SHORT)
            except OSError as error:
                _write_no_more()
                raise CommandError(f"The answers are cut short: {error.strerror}.", returncode=CUT_SHORT) from error
        if bad:
            sys.exit(SOME_BAD)

    def _answer(self, rows: Iterable[FundingRow | BadRow]) -> int:
        """Write an answer or a fault for each row; how many could not be read."""
        answers = csv.writer(self.stdout, lineterminator="\n")
        answers.writerow(("reference", "eligible", "status_code", "reason"))
        bad = 0
        for row in rows:
            if isinstance(row, BadRow):
                bad += 1
                self.stderr.write(str(row))
            else:
                answer = funding_of(row.facts)
                why = reason(answer, row.facts)
                answers.writerow((row.reference, answer.eligible.value, answer.status.value, why))
        self.stdout.flush()
        return bad


def _write_no_more() -> None:
    """What Python still holds of the answers is dropped, or it would try and complain once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
