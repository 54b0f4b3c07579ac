from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0011_support_strands")]

    operations = [
        migrations.AddField(
            model_name="supportmeeting",
            name="revision",
            field=models.PositiveSmallIntegerField(default=1, help_text="Counts what either of the two saved of it."),
        ),
    ]
