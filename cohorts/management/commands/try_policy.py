"""`manage.py try_policy CASE.json`"""

import io
import json
import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cohorts.errors import CaseUnusable
from cohorts.readers import Case, read_cases
from cohorts.rules.forecast import forecast

MALFORMED, FILE_UNUSABLE, CUT_SHORT = 2, 2, 2
STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = (
        "Say what an engagement policy makes of a list of items (docs/engagement.md): score, standing, what may be "
        "missed, the cheapest way back. Answers from the file alone: no database, no services, no settings. The answer "
        "is JSON on standard output; a list of cases is answered by a list. Exit status: 0 everything was answered, "
        "2 nothing was, and one sentence on standard error names the case and the field that are wrong."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="CASE.json", help=f"{STANDARD_INPUT} for standard input.")

    def handle(self, *, file: str, **options: Any) -> None:
        # Fractions of long numbers are longer than Python writes out unasked.
        sys.set_int_max_str_digits(0)
        try:
            cases = read_cases(_content(file))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.", returncode=FILE_UNUSABLE) from error
        except CaseUnusable as refusal:
            raise CommandError(str(refusal), returncode=MALFORMED) from refusal
        answer = [_answer(case) for case in cases] if isinstance(cases, list) else _answer(cases)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale: names come as they went in
        try:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            self.stdout.flush()
        except OSError as error:
            # What Python still holds of the answer is dropped, or it would try and complain once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError(f"The answer is cut short: {error.strerror}.", returncode=CUT_SHORT) from error


def _content(file: str) -> bytes:
    if file != STANDARD_INPUT:
        return Path(file).read_bytes()
    with os.fdopen(0, "rb", closefd=False) as standard_input:
        return standard_input.read()


def _text(score: Fraction | None) -> str | None:
    return None if score is None else f"{score.numerator}/{score.denominator}"


def _answer(case: Case) -> dict[str, Any]:
    found = forecast(case.policy, case.items)
    return {
        "score": _text(found.score),
        "shown_percent": found.shown_percent,
        "standing": found.standing.value,
        "highest_reachable": _text(found.highest_reachable),
        "highest_reachable_shown": found.highest_reachable_shown,
        "components": [
            {
                "name": component.name,
                "credited": component.credited,
                "total": component.total,
                "may_still_miss": component.may_still_miss,
            }
            for component in found.components
        ],
        "cheapest_recovery": found.cheapest_recovery,
    }
