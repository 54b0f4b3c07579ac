"""Let the first person in: afterwards administrators invite everybody else on the pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from npqh_portal.errors import RuleViolation
from npqh_portal.people.roles import Role
from npqh_portal.signin.actions import invite_person


class Command(BaseCommand):
    help = "Invite an administrator by email address. They sign in with a code and set up a second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("full_name")

    def handle(self, *, email: str, full_name: str, **options: Any) -> None:
        try:
            validate_email(email)
            invite_person(email=email, full_name=full_name, role=Role.ADMINISTRATOR, by=None)
        except ValidationError as error:
            raise CommandError(f"{email} is not an email address.") from error
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"An invitation is on its way to {email}.")
