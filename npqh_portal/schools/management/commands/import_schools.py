"""`manage.py import_schools FILE [--links FILE] [--check] [--json]`"""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from npqh_portal.schools.actions import check_schools, import_schools
from npqh_portal.schools.errors import FileUnusable, MuchLacking
from npqh_portal.schools.readers import read_extract, read_links
from npqh_portal.schools.rules.imports import Report

SOME_REJECTED, FILE_UNUSABLE = 1, 2


class Command(BaseCommand):
    help = (
        "Bring schools up to date with the national register's public extract (docs/schools.md): a CSV, or a ZIP that "
        "holds one. Exit status: 0 every row was taken in, 1 some were rejected and the others taken in, 2 the file "
        "could not be used and nothing has changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--links", type=Path, help="The register's file of predecessors and successors.")
        parser.add_argument(
            "--even-if-lacking", action="store_true",
            help="Also when a tenth of the schools or links known here are not in the files.",
        )  # fmt: skip
        parser.add_argument("--check", action="store_true", help="Only say what would be done.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="The result as one JSON object.")

    def handle(
        self, *, file: Path, links: Path | None, even_if_lacking: bool, check: bool, as_json: bool, **options: Any
    ) -> None:
        try:
            report = self._import(file, links, even_if_lacking=even_if_lacking, check=check)
        except MuchLacking as refusal:
            raise CommandError(f"{refusal} That is --even-if-lacking.", returncode=FILE_UNUSABLE) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.", returncode=FILE_UNUSABLE) from error
        except FileUnusable as refusal:
            raise CommandError(str(refusal), returncode=FILE_UNUSABLE) from refusal
        self.stderr.write("Only checked." if check else "Nothing to do." if report.repeats else "Done.")
        told = json.dumps(report.as_data(), ensure_ascii=False) if as_json else "\n".join(report.as_lines())
        self.stdout.write(told)
        if report.rejections:
            raise CommandError(f"Rows rejected: {len(report.rejections):,}.", returncode=SOME_REJECTED)

    def _import(self, file: Path, links: Path | None, *, even_if_lacking: bool, check: bool) -> Report:
        with ExitStack() as opened:
            extract = read_extract(opened.enter_context(file.open("rb")), file.name)
            linked = read_links(opened.enter_context(links.open("rb")), links.name) if links else None
            if check:
                return check_schools(extract, links=linked, tell=self.stderr.write)
            return import_schools(
                extract, links=linked, even_if_lacking=even_if_lacking, tell=self.stderr.write, by=None
            )
