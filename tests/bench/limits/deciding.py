"""The least that a decision on many can cost: bare rows of decisions, of the audit trail and of letters."""

from django.db import connection, transaction


def make_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE TABLE bench_decision (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, verdict text);
            CREATE TABLE bench_entry (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, payload text);
            CREATE TABLE bench_letter (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, words text)
        """)


def write(number: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_decision (verdict) SELECT 'accepted' FROM generate_series(1, %s)", [number])
        cursor.execute("INSERT INTO bench_entry (payload) SELECT '{}' FROM generate_series(1, %s)", [number])
        cursor.execute("INSERT INTO bench_letter (words) SELECT repeat('w', 900) FROM generate_series(1, %s)", [number])
