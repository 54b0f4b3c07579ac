"""The text that staff search by, folded as the search for schools folds: a computed column is only made anew."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0018_files_that_could_not_be_received"),
        ("schools", "0002_words_to_search_by"),
    ]

    operations = [
        migrations.RemoveField(model_name="application", name="sought"),
        migrations.AddField(
            model_name="application",
            name="sought",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    django.db.models.functions.text.Concat(
                        "reference",
                        models.Value(" "),
                        "full_name",
                        models.Value(" "),
                        "school_name",
                        models.Value(" "),
                        "school_urn",
                        models.Value(" "),
                        "trn",
                        output_field=models.TextField(),
                    ),
                    function="schools_fold",
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
    ]
