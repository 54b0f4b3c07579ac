import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0019_sessions_begin_in_the_draft"),
        ("schools", "0007_fewer_words_to_search_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="placementday",
            name="school",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.school",
            ),
        ),
        migrations.AddField(
            model_name="placementday",
            name="school_name",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
    ]
