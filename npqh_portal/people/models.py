"""Users, organisations, and who holds which role."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from npqh_portal import clock
from npqh_portal.db import random_id

from .roles import KINDS_OF_ROLE, Role, RoleKind

trn_shape = RegexValidator(r"^(?!0000000)[0-9]{7}$", "Enter a teacher reference number of seven digits, like 0123456.")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        # Of None, “iexact” would make “is null”: somebody of whom no address is held.
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person. What they may do follows from their role grants, never from flags here.

    Without an email address they are somebody of whom a record is held, from before this portal say: nobody signs
    in as them, and no message goes to them, until `give_email` enters one.
    One name in one field, as the person writes it: names are not split (T7). The TRN is text of seven
    digits, not unique, and nobody's until verified (T5). Moved by the actions of `people` and `signin`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    email = models.EmailField("email address", max_length=254, null=True, blank=True)
    full_name = models.CharField("full name", max_length=200)
    preferred_name = models.CharField("preferred name", max_length=80, blank=True, default="")
    trn = models.CharField("teacher reference number", max_length=7, blank=True, default="", validators=[trn_shape])
    trn_verified_at = models.DateTimeField("TRN verified", null=True, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["full_name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_is_theirs_alone"),
            models.CheckConstraint(condition=~Q(email=""), name="person_email_is_given_or_unknown"),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | ~Q(full_name=""), name="a_person_has_a_name_or_an_address"
            ),
            models.CheckConstraint(
                condition=Q(trn="") | (Q(trn__regex=r"^[0-9]{7}$") & ~Q(trn="0000000")),
                name="trn_is_seven_digits",
                violation_error_message="Enter a teacher reference number of seven digits, like 0123456.",
            ),
            models.CheckConstraint(condition=Q(trn_verified_at=None) | ~Q(trn=""), name="only_a_trn_can_be_verified"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or ""

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def called(self) -> str:
        """What to call them in a greeting."""
        return self.preferred_name or str(self)


class Organisation(models.Model):
    """The provider, one of its delivery partners, or a body that assesses for it."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", "Provider"
        DELIVERY_PARTNER = "delivery_partner", "Delivery partner"
        EXTERNAL_ASSESSOR = "external_assessor", "External assessor"

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def open(self) -> "RoleGrantQuerySet":
        """Those in force today, in London."""
        today = clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today)


class RoleGrant(models.Model):
    """One person holds one role for a time, for one organisation or for the whole provider (organisation empty).

    The grant is only half of a right: being assigned to a group or a script is a row in the package that
    owns the thing. Moved by `grant_role` and `end_role`.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    kind = models.CharField(max_length=30, choices=RoleKind, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="role_grants", null=True, blank=True,
        help_text="Empty: for the whole provider.",
    )  # fmt: skip
    starts_on = models.DateField(default=clock.today)
    ends_on = models.DateField(null=True, blank=True, help_text="The first day it no longer holds.")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles_granted", null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["person", "role", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="role_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["person", "role", "organisation"],
                condition=Q(ends_on=None),
                nulls_distinct=False,
                name="one_open_grant_of_a_role",
            ),
            models.CheckConstraint(
                condition=Q(kind="")
                | Q(role=Role.FACILITATOR, kind__in=sorted(KINDS_OF_ROLE[Role.FACILITATOR]))
                | Q(role=Role.COACH, kind__in=sorted(KINDS_OF_ROLE[Role.COACH])),
                name="kind_belongs_to_the_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class PersonAlias(models.Model):
    """Two people found to be one: the old row stays, and reads by person go through here to the kept one."""

    old_person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="alias", primary_key=True)
    kept_person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="aliases")
    joined_at = models.DateTimeField(default=clock.now)
    joined_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name_plural = "person aliases"
        constraints = [
            models.CheckConstraint(condition=~Q(old_person=F("kept_person")), name="nobody_is_their_own_alias"),
        ]

    def __str__(self) -> str:
        return f"{self.old_person_id} is {self.kept_person_id}"


class DfeIdentity(models.Model):
    """The id by which DfE knows a person. DfE retires ids when it merges people (T6)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="dfe_identities")
    participant_id = models.UUIDField(unique=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="replaces", null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "DfE identity"
        verbose_name_plural = "DfE identities"

    def __str__(self) -> str:
        return str(self.participant_id)
