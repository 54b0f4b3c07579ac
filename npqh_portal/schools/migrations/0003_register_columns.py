import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0002_words_to_search_by"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="school",
            options={"ordering": ["sort_key", "urn"]},
        ),
        migrations.AddField(
            model_name="school",
            name="added_at",
            field=models.DateTimeField(default=npqh_portal.clock.now, editable=False, verbose_name="first seen"),
        ),
        migrations.AddField(
            model_name="school",
            name="address3",
            field=models.CharField(blank=True, default="", max_length=150, verbose_name="third line of the address"),
        ),
        migrations.AddField(
            model_name="school",
            name="changed_on",
            field=models.DateField(blank=True, null=True, verbose_name="changed in the register"),
        ),
        migrations.AddField(
            model_name="school",
            name="close_on",
            field=models.DateField(blank=True, null=True, verbose_name="closed or closing"),
        ),
        migrations.AddField(
            model_name="school",
            name="county",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="school",
            name="easting",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="school",
            name="establishment_number",
            field=models.CharField(blank=True, default="", max_length=4),
        ),
        migrations.AddField(
            model_name="school",
            name="locality",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
        migrations.AddField(
            model_name="school",
            name="northing",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="school",
            name="open_on",
            field=models.DateField(blank=True, null=True, verbose_name="opened"),
        ),
        migrations.AddField(
            model_name="school",
            name="phase_code",
            field=models.CharField(blank=True, default="", max_length=3),
        ),
        migrations.AddField(
            model_name="school",
            name="pupils",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="school",
            name="region",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="school",
            name="sort_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("name"), function="schools_fold", output_field=models.TextField()),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="street",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
        migrations.AddField(
            model_name="school",
            name="type_name",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="type"),
        ),
        migrations.AddField(
            model_name="school",
            name="ukprn",
            field=models.CharField(blank=True, default="", max_length=8, verbose_name="UKPRN"),
        ),
        migrations.AlterField(
            model_name="school",
            name="urn",
            field=models.CharField(max_length=7, verbose_name="URN"),
        ),
        migrations.AddIndex(
            model_name="school",
            index=models.Index(fields=["sort_key", "urn"], name="schools_by_name"),
        ),
        migrations.AddIndex(
            model_name="school",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("urn"),
                    models.F("name"),
                    models.F("street"),
                    models.F("locality"),
                    models.F("address3"),
                    models.F("town"),
                    models.F("county"),
                    models.F("la_name"),
                    models.F("region"),
                    models.F("postcode"),
                    django.db.models.functions.text.Replace(models.F("postcode"), models.Value(" "), models.Value("")),
                    function="schools_words",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="schools_by_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.UniqueConstraint(fields=("urn",), name="urn_names_one_school"),
        ),
    ]
