from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0017_invitations_know_the_end_they_told")]

    operations = [
        migrations.AlterModelOptions(
            name="supportmatch",
            options={
                "ordering": ["enrolment", "strand", "-from_on"],
                "verbose_name": "match",
                "verbose_name_plural": "who supports whom",
            },
        ),
    ]
