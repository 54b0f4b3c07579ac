from django.db import migrations, models

import npqh_portal.db


class Migration(migrations.Migration):
    """In one step: nothing has written an endorsement before."""

    dependencies = [("applications", "0004_every_application_has_its_form")]

    operations = [
        migrations.RemoveField(model_name="endorsement", name="token_sha256"),
        migrations.AddField(
            model_name="endorsement",
            name="public_id",
            field=models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
        ),
    ]
