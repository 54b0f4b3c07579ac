"""`manage.py import_past_participants FILE [--check] [--json]`"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.actions import import_past_participants
from assessments.queries import Fate, PastPlan, past_plan, rejected_csv
from assessments.readers import read_past_participants
from npqh_portal import clock
from npqh_portal.tables import TableFaulty

SOME_REJECTED, FILE_BROKEN = 1, 2


class Command(BaseCommand):
    help = (
        "Take over people who took a programme before this portal, from a CSV file (docs/past-participants.md). "
        "Sound lines are taken over, the others come back on standard output as CSV with the reason beside each. "
        "The same file again changes nothing. Exit status: 0 every line is sound, 1 some were rejected, 2 the file "
        "cannot be read and nothing was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true", help="Only say what would be done.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="The result as JSON.")

    def handle(self, *, file: Path, check: bool, as_json: bool, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.", returncode=FILE_BROKEN) from error
        try:
            read = read_past_participants(content, today=clock.today())
        except TableFaulty as refusal:
            raise CommandError(f"{file.name}: {refusal}", returncode=FILE_BROKEN) from refusal
        self.stderr.write(f"{file.name}: {len(read.rows)} people.")
        plan = past_plan(read) if check else import_past_participants(read, file_name=file.name, by=None).plan
        self._tell(plan, check=check, as_json=as_json)
        if rejected := plan.counts[Fate.REJECTED]:
            raise CommandError(f"Rejected: {rejected}. The other lines are sound.", returncode=SOME_REJECTED)

    def _tell(self, plan: PastPlan, *, check: bool, as_json: bool) -> None:
        for words in (*plan.remarks, *plan.faults):
            self.stderr.write(str(words))
        counts = {fate.value: count for fate, count in plan.counts.items()}
        told = ", ".join(f"{fate} {count}" for fate, count in counts.items())
        self.stderr.write(f"{'Only checked' if check else 'Done'}: {told}.")
        if as_json:
            faults = [{"line": one.line, "column": one.column, "reason": one.words} for one in plan.faults]
            result = {"sha256": plan.file.sha256, "check": check, **counts, "faults": faults, "remarks": plan.remarks}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        elif plan.of(Fate.REJECTED):
            self.stdout.write(rejected_csv(plan), ending="")
