"""The least that a national extract can cost: COPY of all columns to a temporary table, one upsert of fifteen."""

import csv
from pathlib import Path

from django.db import connection
from psycopg2 import sql

from npqh_portal.home.management.demo import extract

WANTED = (
    "URN", "EstablishmentName", "EstablishmentStatus (code)", "TypeOfEstablishment (code)", "PhaseOfEducation (name)",
    "LA (code)", "LA (name)", "Street", "Locality", "Town", "County (name)", "Postcode", "UKPRN", "NumberOfPupils",
    "LastChangedDate",
)  # fmt: skip


def make_table() -> None:
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in WANTED[1:])
    _execute(sql.SQL('CREATE TABLE bench_school ("URN" text PRIMARY KEY, {})').format(columns))


def empty_table() -> None:
    _execute(sql.SQL("TRUNCATE bench_school"))


def copy_and_upsert(path: Path) -> None:
    """Rows that say what is there already are not written again."""
    with path.open(encoding=extract.ENCODING, newline="") as file:
        header = next(csv.reader(file))
    staged = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in header)
    names = sql.SQL(", ").join(map(sql.Identifier, WANTED))
    others = [sql.Identifier(name) for name in WANTED[1:]]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE staging ({})").format(staged))
        with path.open("rb") as content:
            cursor.copy_expert(
                "COPY staging FROM STDIN WITH (FORMAT csv, HEADER, ENCODING 'WIN1252', FORCE_NOT_NULL *)", content
            )
        cursor.execute(
            sql.SQL(
                "INSERT INTO bench_school AS s ({names}) SELECT {names} FROM staging"
                ' ON CONFLICT ("URN") DO UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({new})'
            ).format(
                names=names,
                sets=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in others),
                old=sql.SQL(", ").join(sql.SQL("s.{}").format(name) for name in others),
                new=sql.SQL(", ").join(sql.SQL("excluded.{}").format(name) for name in others),
            )
        )
        cursor.execute("DROP TABLE staging")


def _execute(statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
