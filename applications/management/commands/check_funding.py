"""`manage.py check_funding FILE.csv`"""

import csv
import io
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.readers.funding import BadRow, read_funding_rows
from applications.rules.funding import funding_of, reason
from npqh_portal.schools.errors import FileUnusable

SOME_BAD, FILE_UNUSABLE = 1, 2
STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = (
        "Say of each row of a CSV whether DfE would fund the place, and why (docs/funding.md). Answers from the file "
        "alone: no database, no services, no settings. The answers are CSV on standard output, rows that cannot be "
        "read a line each on standard error. Exit status: 0 every row was answered, 1 some could not be read and the "
        "others were answered, 2 the file or its header cannot be read."
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
        if bad:
            sys.exit(SOME_BAD)
