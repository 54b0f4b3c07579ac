"""`manage.py load_programmes [--check] [--publish] [FILE …]`"""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from npqh_portal.errors import RuleViolation
from npqh_portal.programmes.actions import load_version, publish_version
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.readers import read_framework
from npqh_portal.programmes.rules.plans import Framework
from npqh_portal.programmes.states import VersionState

FRAMEWORKS = Path(__file__).resolve().parents[2] / "frameworks"


class Command(BaseCommand):
    help = (
        "Load framework files, all of the portal's own unless some are named. A new or changed file makes a draft; "
        "a file loaded before changes nothing. The first version of a programme is published at once, later ones in "
        "the administration or with --publish."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true", help="Only say what is wrong; needs no database.")
        parser.add_argument("--publish", action="store_true", help="Publish the drafts that are made.")

    def handle(self, *, files: list[Path], check: bool, publish: bool, verbosity: int, **options: Any) -> None:
        plans = self._read(files or sorted(FRAMEWORKS.glob("*.toml")))
        if check:
            self.stdout.write(f"{len(plans)} in order.")
            return
        with transaction.atomic():
            for path, digest, plan in plans:
                try:
                    words = self._load(plan, digest, publish=publish)
                except RuleViolation as refusal:
                    raise CommandError(f"{path.name}: {refusal}") from refusal
                if words and verbosity:
                    self.stderr.write(words)

    def _read(self, paths: list[Path]) -> list[tuple[Path, str, Framework]]:
        """Every file, or every fault of every file."""
        plans, faults = [], []
        for path in paths:
            try:
                content = path.read_bytes()
                plans.append((path, hashlib.sha256(content).hexdigest(), read_framework(content, path.name)))
            except OSError as error:
                faults.append(f"{path}: {error.strerror}.")
            except RuleViolation as refusal:
                faults.append(str(refusal))
        if faults:
            raise CommandError("\n".join(faults))
        return plans

    def _load(self, plan: Framework, digest: str, *, publish: bool) -> str:
        if ProgrammeVersion.objects.filter(digest=digest).exists():
            return ""
        version = load_version(plan, digest=digest, by=None)
        known = version.programme.versions.exclude(state=VersionState.DRAFT).exists()
        if known and not publish:
            return f"{version}: a draft was made; publish it in the administration."
        publish_version(version, by=None)
        return f"{version}: published."
