"""The words that schools are indexed by, without those that cost most and are found otherwise.

A URN is a word of one school only: the unique index has it already. The first half of a postcode begins the postcode
in one piece. An authority's name is not cut up twice where the county is called the same.
"""

from importlib import import_module

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

WORDS = r"""
CREATE FUNCTION schools_words(
    name text, street text, locality text, address3 text, town text, county text, la_name text, region text,
    postcode text
) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    folded text := public.schools_fold(concat_ws(
        ' ', name, street, locality, address3, town, nullif(county, la_name), la_name, region,
        replace(postcode, ' ', ''), split_part(postcode, ' ', 2)));
BEGIN
    -- a nest of replace() takes half the time of one regular expression, which is kept for what is rare in a name
    IF strpos(folded, '"') > 0 OR strpos(folded, '+') > 0 OR strpos(folded, ':') > 0 OR strpos(folded, ';') > 0
    OR strpos(folded, '_') > 0 OR strpos(folded, '!') > 0 OR strpos(folded, '|') > 0 OR strpos(folded, '@') > 0 THEN
        folded := regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g');
    END IF;
    RETURN array_to_tsvector(array_remove(string_to_array(
        replace(replace(replace(replace(replace(replace(replace(
            folded,
            '-', ' '), '.', ' '), ',', ' '), '/', ' '), '(', ' '), ')', ' '), '&', ' '), ' '), ''));
END $$
"""

BEFORE = import_module("npqh_portal.schools.migrations.0002_words_to_search_by").WORDS


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0006_fingerprint_of_a_row"),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION schools_words(text, text, text, text, text, text, text, text, text)"),
        migrations.RemoveIndex(model_name="school", name="schools_by_words"),
        migrations.RunSQL("DROP FUNCTION schools_words(text[])", BEFORE),
        migrations.AddIndex(
            model_name="school",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("name"),
                    models.F("street"),
                    models.F("locality"),
                    models.F("address3"),
                    models.F("town"),
                    models.F("county"),
                    models.F("la_name"),
                    models.F("region"),
                    models.F("postcode"),
                    function="schools_words",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="schools_by_words",
            ),
        ),
    ]
