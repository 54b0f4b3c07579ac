"""What files there are."""

from django.db import models


class ListKind(models.TextChoices):
    """Lists that DfE fixes for a recruitment period. The code is what operators type."""

    PP50 = "pp50", "PP50 schools"
    PP50_FE = "pp50-fe", "PP50 16–19 providers"
    RISE = "rise", "RISE schools"


class FileKind(models.TextChoices):
    EXTRACT = "extract", "National extract"
    PP50 = ListKind.PP50.value, ListKind.PP50.label
    PP50_FE = ListKind.PP50_FE.value, ListKind.PP50_FE.label
    RISE = ListKind.RISE.value, ListKind.RISE.label
