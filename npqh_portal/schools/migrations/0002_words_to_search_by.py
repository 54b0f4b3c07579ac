"""Functions that the search for schools is indexed by.

They are declared IMMUTABLE so that an index may hold their results. `unaccent` itself is not, because its dictionary
could be exchanged: whoever does that rebuilds the indexes of `schools_school`. They are written in PL/pgSQL because
an SQL function that cannot be inlined takes twice as long, 50,000 times over.
"""

from django.contrib.postgres.operations import BtreeGistExtension, UnaccentExtension
from django.db import migrations

FOLD = r"""
CREATE FUNCTION schools_fold(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    -- unaccent also makes a plain apostrophe of a curly one
    RETURN replace(lower(public.unaccent('public.unaccent', words)), '''', '');
END $$
"""
WORDS = r"""
CREATE FUNCTION schools_words(VARIADIC parts text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    folded text := public.schools_fold(array_to_string(parts, ' '));
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
QUERY = r"""
CREATE FUNCTION schools_query(words text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    -- every word, by its beginning; "St" finds "Saint" and the other way round; "and" finds "&" by asking for nothing
    RETURN (SELECT coalesce(string_agg(
        CASE
            WHEN word = 'st' THEN '(st:* | saint)'
            WHEN word IN ('sain', 'saint') THEN '(' || word || ':* | st)'
            ELSE word || ':*'
        END, ' & '), '')
    FROM unnest(regexp_split_to_array(public.schools_fold(words), '[^[:alnum:]]+')) AS word
    WHERE word NOT IN ('', 'and'))::tsquery;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0001_initial"),
    ]

    operations = [
        BtreeGistExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION schools_fold(text)"),
        migrations.RunSQL(WORDS, "DROP FUNCTION schools_words(text[])"),
        migrations.RunSQL(QUERY, "DROP FUNCTION schools_query(text)"),
    ]
