from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0014_paths_of_people")]

    operations = [
        migrations.AddField(
            model_name="cohort",
            name="guests_allowed",
            field=models.BooleanField(
                default=True,
                help_text="People of other groups may ask to come to one of its sessions once, instead of their own "
                "group’s.",
                verbose_name="guests are welcome",
            ),
        ),
    ]
