"""Taking in the national extract: COPY into a temporary table, then a few statements over all rows at once.

Nothing here loops over schools. Rows are numbered as they are copied; the file is read once more, to find on which line
a row begins, only when there is something to say about one.
"""

import io
import json
import string
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any

import psycopg2
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.sql import SQL, Composable, Identifier, Literal

from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.schools.errors import FileUnusable, MuchLacking
from npqh_portal.schools.kinds import FileKind
from npqh_portal.schools.models import School, SchoolImport
from npqh_portal.schools.rules.imports import Change, Rejection, Report, TableFile
from npqh_portal.schools.rules.register import COLUMNS, LINK_COLUMNS

from .imports import columns_of, hold_import, keep_import, repeated, take_up

Tell = Callable[[str], None]


def _quiet(words: str) -> None:
    """Whoever waits for a page is told at its end."""


FIRST_CHANGES = 20
NAMED_MOST = 20  # schools named one by one in remarks
_COPY_BYTES = 1 << 16  # more at once leaves the database waiting

# Where people type freely, a line may be broken within the field; it is shown in one.
_FREE_TEXT = {"name", "street", "locality", "address3", "town"}
_STATUSES = SQL(", ").join(Literal(status.value) for status in School.Status)
_FIELDS: Mapping[str, Any] = {name: School._meta.get_field(name) for name in COLUMNS}
_ALL = SQL(", ").join(map(Identifier, COLUMNS))
_BUT_URN = [name for name in COLUMNS if name != "urn"]

# Columns of a file that are looked at, and what stands between fields where nothing stands in them.
_READ = {*COLUMNS.values(), *LINK_COLUMNS}
_NOTHING = '",' + string.whitespace

# Under each name, the text of the column as it was copied.
Raw = Mapping[str, Composable]


def import_schools(
    extract: TableFile,
    *,
    links: TableFile | None = None,
    even_if_lacking: bool = False,
    tell: Tell = _quiet,
    by: User | None,
) -> Report:
    """Bring schools up to date with the national extract, and their links with the file of links.

    Rows that are no school as the register has them are left out and reported; schools that the file lacks, and
    closed ones, stay. The file imported last, handed in again, changes nothing. Two imports wait for each other.
    Raises FileUnusable, and MuchLacking unless `even_if_lacking`; then nothing has changed.
    """
    with _alone() as cursor:
        return _import(cursor, extract, links, tell, even_if_lacking=even_if_lacking, by=by)


def check_schools(extract: TableFile, *, links: TableFile | None = None, tell: Tell = _quiet) -> Report:
    """What `import_schools` would do, found out by doing it and taking it back. Raises FileUnusable.

    What `MuchLacking` would say stands first among the remarks.
    """
    with _alone() as cursor:
        return _tried(cursor, extract, links, tell)


def propose_schools(
    extract: TableFile,
    *,
    upload: IO[bytes],
    links: TableFile | None = None,
    links_upload: IO[bytes] | None = None,
    by: User,
) -> SchoolImport:
    """Keep an extract until somebody has looked at what it would do. Raises FileUnusable, ImportedAlready."""
    with _alone() as cursor:
        report = _tried(cursor, extract, links, _quiet)
        columns = columns_of(FileKind.EXTRACT, extract, links=links)
        return hold_import(
            extract, columns, report, upload=upload, links=links, links_upload=links_upload, by=by
        )  # fmt: skip


def confirm_schools(
    waiting: SchoolImport,
    extract: TableFile,
    *,
    links: TableFile | None = None,
    even_if_lacking: bool = False,
    by: User,
) -> SchoolImport:
    """Import an extract that waited. Raises ImportSettled, NotTheFileSeen, AnotherImportRan, MuchLacking."""
    with _alone() as cursor:
        waiting, _ = take_up(waiting, extract, links=links)
        _import(cursor, extract, links, _quiet, into=waiting, even_if_lacking=even_if_lacking, by=by)
    waiting.refresh_from_db()
    return waiting


@contextmanager
def _alone() -> Iterator[CursorWrapper]:
    """One transaction, in which nobody else writes a school. Whoever reads is not in the way."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE schools_school IN SHARE ROW EXCLUSIVE MODE")
        # The extract writes the day first, dates of columns come back as ever.
        cursor.execute("SET LOCAL datestyle = 'ISO, DMY'")
        yield cursor


def _tried(cursor: CursorWrapper, extract: TableFile, links: TableFile | None, tell: Tell) -> Report:
    with transaction.atomic():
        report = _import(cursor, extract, links, tell, even_if_lacking=True, by=None)
        transaction.set_rollback(True)
    return report


def _import(
    cursor: CursorWrapper,
    extract: TableFile,
    links: TableFile | None,
    tell: Tell,
    *,
    into: SchoolImport | None = None,
    even_if_lacking: bool,
    by: User | None,
) -> Report:
    columns = columns_of(FileKind.EXTRACT, extract, links=links)
    if report := repeated(columns):
        return report
    tell(f"Reading {extract.name} …")
    rows = _copy(cursor, extract, "staged")
    tell(f"{rows:,} rows read. Comparing …")
    raw = {name: _place(extract.header.index(column)) for name, column in COLUMNS.items()}
    twice = _twice(cursor, raw)
    created = 0 if School.objects.exists() else _add_all(cursor, raw, twice)
    differing = _set_apart(cursor, raw, twice, at_most=rows - created)
    # Whatever the file says of a school, it does not lack it.
    lacking = School.objects.count() - (rows - differing) - _count(cursor, "DISTINCT school_id", "FROM differing")
    rows -= _pass_over_empty(cursor, extract)
    rejections = _reject(cursor, extract, twice)
    _convert(cursor)
    _compare(cursor)
    updated = _count(cursor, "what", "FROM changed")
    tell("Writing …")
    created += _write(cursor)
    report = Report(
        created=created,
        updated=updated,
        unchanged=rows - len(rejections) - created - updated,
        lacking=lacking,
        rejections=tuple(rejections),
        remarks=(*extract.remarks, *_reopened(cursor)),
        first_changes=tuple(_first_changes(cursor)),
    )
    if source := _staged_links(cursor, extract, links):
        done, faults, remarks = _link(cursor, *source)
        remarks = [*(links.remarks if links else ()), *remarks]
        report = replace(
            report, links=done, rejections=(*report.rejections, *faults), remarks=(*report.remarks, *remarks)
        )
    if report.warnings and not even_if_lacking:
        raise MuchLacking(report.warnings)
    report = replace(report, remarks=(*report.warnings, *report.remarks))
    kept = keep_import(extract, columns, report, links=links, into=into, by=by)
    cursor.execute(
        "INSERT INTO schools_schoolchange (school_id, source_id, what)"
        " SELECT id, %s, what FROM changed WHERE what IS NOT NULL ORDER BY row",
        [kept.pk],
    )
    return report


# --- staging -------------------------------------------------------------------------------------------------


def _copy(cursor: CursorWrapper, file: TableFile, into: str) -> int:
    """The rows of a file, numbered from 1, each column named by its place. Answers with their number.

    Of columns that nobody reads only the first letter is kept: a table a third as large is quicker to write and read.
    """
    places = [_place(number) for number in range(len(file.header))]
    read = [place for place, column in zip(places, file.header, strict=True) if column in _READ]
    texts = [SQL("{} text").format(place) for place in read]
    letters = [SQL('{} "char"').format(place) for place in places if place not in read]
    cursor.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier("pg_temp", into)))
    cursor.execute(
        SQL(
            "CREATE TEMPORARY TABLE {} (row integer GENERATED ALWAYS AS IDENTITY (CACHE 1000), {}) ON COMMIT DROP"
        ).format(Identifier(into), SQL(", ").join(texts + letters))
    )  # fmt: skip
    copy = SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER true, ENCODING 'UTF8', FORCE_NOT_NULL ({}))").format(
        Identifier(into), SQL(", ").join(places), SQL(", ").join(read)
    )
    file.content.seek(file.starts_at)
    try:
        cursor.copy_expert(copy, _InUtf8(file), _COPY_BYTES)
    except psycopg2.DataError as error:
        raise FileUnusable(file.name, _why(error), _line_in(error)) from error
    rows: int = cursor.rowcount
    if not rows:
        raise FileUnusable(file.name, "there is a header and nothing below it.")
    return rows


class _InUtf8:
    """The bytes of a file as COPY takes them, recoded here while the database is busy with those before."""

    def __init__(self, file: TableFile) -> None:
        self.file = file

    def read(self, size: int) -> bytes:
        piece = self.file.content.read(size)
        return piece.decode("cp1252").encode() if self.file.encoding == "WIN1252" else piece


def _place(number: int) -> Identifier:
    return Identifier(f"c{number}")


def _why(error: psycopg2.Error) -> str:
    words = str(error)
    if "missing data" in words:
        return "the row has fewer columns than the header. The file was cut short, or a quote in it is out of place."
    if "extra data" in words:
        return "the row has more columns than the header. A comma stands outside quotes, or a quote is out of place."
    if "unterminated" in words:
        return "a quote is still open at the end. The file was cut short, or a quote before it is not closed."
    return f"the row cannot be read ({error.diag.message_primary})."


def _line_in(error: psycopg2.Error) -> int | None:
    """The line that PostgreSQL counted to: "COPY staged, line 37, column …"."""
    _, _, rest = (error.diag.context or "").partition(", line ")
    digits = rest.split(",")[0].split(":")[0]
    return int(digits) if digits.isdigit() else None


# --- reading -------------------------------------------------------------------------------------------------


def _twice(cursor: CursorWrapper, raw: Raw) -> list[str]:
    """URNs that stand in more than one row."""
    cursor.execute(SQL("SELECT btrim({}) AS urn FROM staged GROUP BY 1 HAVING count(*) > 1").format(raw["urn"]))
    return [urn for (urn,) in cursor.fetchall()]


def _set_apart(cursor: CursorWrapper, raw: Raw, twice: list[str], *, at_most: int) -> int:
    """`differing`: the rows that differ from those their schools were last written from, or stand twice.

    Their columns as they were copied, whether anything is `wrong` with one, and the known school. Answers with how
    many they are; none is looked for where there can be none.
    """
    cursor.execute("DROP TABLE IF EXISTS pg_temp.differing")
    cursor.execute(
        SQL(
            "CREATE TEMPORARY TABLE differing ON COMMIT DROP AS"
            " SELECT row, s.id AS school_id, {fingerprint} AS fingerprint, {wrong} AS wrong, {texts}"
            " FROM staged LEFT JOIN schools_school AS s ON s.urn = btrim({urn})"
            " WHERE s.fingerprint IS NULL OR s.fingerprint <> {fingerprint} OR btrim({urn}) = ANY({twice})"
            " LIMIT {at_most}"
        ).format(
            fingerprint=_fingerprint(cursor, raw),
            wrong=_any_wrong(raw),
            texts=SQL(", ").join(SQL("{} AS {}").format(raw[name], Identifier(name)) for name in COLUMNS),
            urn=raw["urn"],
            twice=Literal(twice),
            at_most=Literal(at_most),
        )
    )
    differing: int = cursor.rowcount
    return differing


def _convert(cursor: CursorWrapper) -> None:
    """`incoming`: those of them that are left, as what they are."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming")
    cursor.execute(
        SQL(
            "CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT row, school_id, fingerprint, {} FROM differing"
        ).format(
            SQL(", ").join(SQL("{} AS {}").format(_value(name, Identifier(name)), Identifier(name)) for name in COLUMNS)
        )
    )


def _fingerprint(cursor: CursorWrapper, raw: Raw) -> Composable:
    """Of the texts of all columns that are kept, and of how they are read, so that a change of that reads all anew."""
    reading = SQL(" ").join(how(name, Identifier(name)) for name in COLUMNS for how in (_value, _wrong))
    first = zlib.crc32(reading.as_string(cursor.cursor).encode())
    return SQL("({})").format(
        SQL(" # ").join(
            SQL("hashtextextended({}, {})").format(column, Literal(seed))
            for seed, column in enumerate(raw.values(), first)
        )
    )


def _value(name: str, raw: Composable) -> Composable:
    """What the text of a column says, of a row in which nothing is wrong."""
    match _FIELDS[name]:
        case models.DateField():
            return SQL("nullif(btrim({}), '')::date").format(raw)
        case models.IntegerField():
            return SQL("nullif(btrim({}), '')::integer").format(raw)
    if name == "type_code":
        return SQL("ltrim({}, ' 0')").format(raw)
    if name == "name":
        raw = _without_hard_spaces(raw)
    if name in _FREE_TEXT:
        return SQL(
            "CASE WHEN strpos({0}, E'\\n') > 0 THEN regexp_replace(btrim({0}, E' \\r\\n'), '\\s+', ' ', 'g')"
            " ELSE btrim({0}) END"
        ).format(raw)
    return SQL("btrim({})").format(raw)


def _any_wrong(raw: Raw) -> Composable:
    return SQL("({})").format(SQL(" OR ").join(_wrong(name, raw[name]) for name in COLUMNS))


def _wrong(name: str, raw: Composable) -> Composable:
    """Whether this column has a fault. What settles it for most is asked first."""
    field = _FIELDS[name]
    if name == "urn":
        return SQL("(octet_length(btrim({0})) NOT IN (6, 7) OR btrim({0}) ~ '[^0-9]')").format(raw)
    if name == "status":
        return SQL("btrim({}) NOT IN ({})").format(raw, _STATUSES)
    if isinstance(field, models.DateField):
        return SQL("(NOT {} AND btrim({}) <> '')").format(_is_date(raw), raw)
    if isinstance(field, models.IntegerField):
        return SQL("(NOT {} AND btrim({}) <> '')").format(_is_number(raw), raw)
    # Counting bytes is quicker than letters, and there are never fewer.
    too_long = SQL("(octet_length({0}) > {1} AND length(btrim({0})) > {1})").format(raw, Literal(field.max_length))
    return SQL("({} OR {})").format(_is_missing(raw), too_long) if name == "name" else too_long


def _fault(name: str) -> Composable:
    """What is wrong with this column of a row that differs, in a sentence, or NULL."""
    raw, field, column = Identifier(name), _FIELDS[name], COLUMNS[name]
    if name == "urn":
        words = f"{column} “%s” is not 6 or 7 digits."
    elif name == "status":
        words = f"{column} “%s” is none of {', '.join(School.Status.values)}."
    elif isinstance(field, models.DateField):
        words = f"{column} “%s” is no date (DD-MM-YYYY)."
    elif isinstance(field, models.IntegerField):
        words = f"{column} “%s” is no whole number."
    else:
        words = f"{column} “%s…” is longer than {field.max_length} characters."
    case = SQL("WHEN {} THEN format({}, left({}, 40))").format(_wrong(name, raw), Literal(words), raw)
    if name == "name":
        case = SQL("WHEN {} THEN {} {}").format(_is_missing(raw), Literal(f"There is no {column}."), case)
    return SQL("CASE {} END").format(case)


def _is_missing(raw: Composable) -> Composable:
    return SQL("btrim({}) = ''").format(_without_hard_spaces(raw))


def _without_hard_spaces(raw: Composable) -> Composable:
    """With spaces that do break."""
    return SQL("replace({}, chr(160), ' ')").format(raw)


def _is_date(raw: Composable) -> Composable:
    return SQL("({0} LIKE '__-__-____' AND pg_input_is_valid({0}, 'date'))").format(raw)


def _is_number(raw: Composable) -> Composable:
    """The database would take -5 and 0x1F too, but no school has so many pupils."""
    return SQL("({0} !~ '[^0-9 ]' AND octet_length(btrim({0})) < 10 AND pg_input_is_valid({0}, 'integer'))").format(raw)


def _pass_over_empty(cursor: CursorWrapper, extract: TableFile) -> int:
    """Take out of `differing` the rows in which nothing stands. Answers with how many they are."""
    cursor.execute("SELECT row FROM differing WHERE btrim(urn) = ''")
    nameless = [row for (row,) in cursor.fetchall()]
    if not nameless:  # as ever: do not read the whole file again
        return 0
    empty = [row for row, (_, words) in _rows(extract, nameless).items() if not words.strip(_NOTHING)]
    cursor.execute("DELETE FROM differing WHERE row = ANY(%s)", [empty])
    return len(empty)


def _reject(cursor: CursorWrapper, extract: TableFile, twice: list[str]) -> list[Rejection]:
    """Take out of `differing` what is no school, and every row of a URN that stands twice."""
    cursor.execute(
        SQL(
            "SELECT row, btrim(urn), concat_ws(' ', {}) FROM differing WHERE wrong OR btrim(urn) = ANY({}) ORDER BY row"
        ).format(SQL(", ").join(_fault(name) for name in COLUMNS), Literal(twice))
    )
    found = cursor.fetchall()
    if not found:
        return []
    lines = _lines(extract, [row for row, _, _ in found])
    standing = defaultdict(list)
    for row, urn, _ in found:
        standing[urn].append(lines[row])
    rejections = []
    for row, urn, fault in found:
        others = [str(line) for line in standing[urn] if line != lines[row]] if urn else []
        elsewhere = f"The same URN stands on line {', '.join(others)}." if others else ""
        rejections.append(Rejection(lines[row], urn[:40], " ".join(filter(None, [fault, elsewhere]))))
    cursor.execute("DELETE FROM differing WHERE row = ANY(%s)", [[row for row, _, _ in found]])
    return rejections


def _lines(file: TableFile, rows: Collection[int]) -> dict[int, int]:
    """On which line of the file each of these rows begins."""
    return {row: line for row, (line, _) in _rows(file, rows).items()}


def _rows(file: TableFile, rows: Collection[int]) -> dict[int, tuple[int, str]]:
    """The line on which each of these rows begins, and what stands there: fields may hold line ends too."""
    wanted, found = set(rows), {}
    row, begins, parts, quoted = 0, 1, [], False
    file.content.seek(file.starts_at)
    # Never closed before the file is: it would take the file with it. Any byte is a letter here.
    text = io.TextIOWrapper(file.content, encoding="latin-1", newline="")
    for line, part in enumerate(text, 1):
        parts.append(part)
        quoted ^= bool(part.count('"') % 2)
        if not quoted:
            if row in wanted:
                found[row] = begins, "".join(parts)
            row, begins, parts = row + 1, line + 1, []
    text.detach()
    return found


# --- comparing and writing -----------------------------------------------------------------------------------


def _compare(cursor: CursorWrapper) -> None:
    """`changed`: each known school whose row differs, with what does; NULL where it says the same in other letters."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.changed")
    cursor.execute(
        SQL(
            "CREATE TEMPORARY TABLE changed ON COMMIT DROP AS"
            " SELECT s.id, i.row, CASE WHEN ({theirs}) IS DISTINCT FROM ({ours})"
            " THEN jsonb_strip_nulls(jsonb_build_object({what})) END AS what"
            " FROM incoming AS i JOIN schools_school AS s ON s.id = i.school_id"
        ).format(
            what=SQL(", ").join(
                SQL("{0}, CASE WHEN s.{1} IS DISTINCT FROM i.{1} THEN jsonb_build_array(s.{1}, i.{1}) END").format(
                    Literal(name), Identifier(name)
                )
                for name in _BUT_URN
            ),
            theirs=SQL(", ").join(SQL("i.{}").format(Identifier(name)) for name in _BUT_URN),
            ours=SQL(", ").join(SQL("s.{}").format(Identifier(name)) for name in _BUT_URN),
        )
    )


def _write(cursor: CursorWrapper) -> int:
    """Bring known schools up to date and add new ones. Answers with how many are new."""
    cursor.execute(
        SQL(
            "UPDATE schools_school AS s SET {} FROM changed JOIN incoming AS i USING (row) WHERE s.id = changed.id"
        ).format(SQL(", ").join(SQL("{0} = i.{0}").format(Identifier(name)) for name in ["fingerprint", *_BUT_URN]))
    )
    return _add(cursor, SQL("SELECT {}, fingerprint FROM incoming WHERE school_id IS NULL").format(_ALL))


def _add_all(cursor: CursorWrapper, raw: Raw, twice: list[str]) -> int:
    """The first import: every row that is a school, straight from where it was copied to. Answers with how many.

    All schools are indexed together twice as fast as one by one.
    """
    unique = [one for one in School._meta.constraints if isinstance(one, models.UniqueConstraint)]
    with connection.schema_editor() as editor:
        for index in School._meta.indexes:
            editor.remove_index(School, index)
        for constraint in unique:
            editor.remove_constraint(School, constraint)
    created = _add(
        cursor,
        SQL("SELECT {}, {} FROM staged WHERE NOT {} AND btrim({}) <> ALL({})").format(
            SQL(", ").join(_value(name, raw[name]) for name in COLUMNS),
            _fingerprint(cursor, raw),
            _any_wrong(raw),
            raw["urn"],
            Literal(twice),
        ),
    )
    with connection.schema_editor() as editor:
        for constraint in unique:
            editor.add_constraint(School, constraint)
        for index in School._meta.indexes:
            editor.add_index(School, index)
    return created


def _add(cursor: CursorWrapper, schools: Composable) -> int:
    """The schools that a query finds, with their fingerprint, as first seen now."""
    cursor.execute(
        SQL("INSERT INTO schools_school ({}, fingerprint, added_at) SELECT *, {} FROM ({}) AS found").format(
            _ALL, Literal(clock.now()), schools
        )
    )
    created: int = cursor.rowcount
    return created


def _count(cursor: CursorWrapper, what: str, of: str) -> int:
    cursor.execute(f"SELECT count({what}) {of}")
    number: int = cursor.fetchone()[0]
    return number


def _reopened(cursor: CursorWrapper) -> list[str]:
    closed = School.Status.CLOSED.value
    cursor.execute(
        "SELECT i.name, i.urn FROM changed JOIN incoming AS i USING (row)"
        " WHERE what -> 'status' ->> 0 = %s ORDER BY row",
        [closed],
    )
    found = [f"{name} (URN {urn}) was closed, and is no longer." for name, urn in cursor.fetchall()]
    return _shortened(found, "schools that were closed are no longer")


def _shortened(found: list[str], more: str) -> list[str]:
    rest = len(found) - NAMED_MOST
    return [*found[:NAMED_MOST], f"{rest:,} further {more}."] if rest > 0 else found


def _first_changes(cursor: CursorWrapper) -> list[Change]:
    cursor.execute(
        "SELECT i.urn, i.name, what::text FROM changed JOIN incoming AS i USING (row)"
        " WHERE what IS NOT NULL ORDER BY row LIMIT %s",
        [FIRST_CHANGES],
    )
    return [(urn, name, json.loads(what)) for urn, name, what in cursor.fetchall()]


# --- predecessors and successors -----------------------------------------------------------------------------


def _staged_links(cursor: CursorWrapper, extract: TableFile, links: TableFile | None) -> tuple[str, TableFile] | None:
    """The table that links stand in: of their own file, or of the extract where it has columns for them."""
    if links:
        _copy(cursor, links, "staged_links")
        return "staged_links", links
    return ("staged", extract) if set(LINK_COLUMNS) <= set(extract.header) else None


def _link(cursor: CursorWrapper, table: str, file: TableFile) -> tuple[dict[str, int], list[Rejection], list[str]]:
    """Mirror the file's links. Rows that are no link are rejected; those to schools not known are told, not kept.

    A pair may be written from both ends; then the one that says more counts.
    """
    rejections, remarks = _links_left_out(cursor, table, file)
    urn, other, kind, since = (_place(file.header.index(column)) for column in LINK_COLUMNS)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming_links")
    cursor.execute(
        SQL(
            "CREATE TEMPORARY TABLE incoming_links ON COMMIT DROP AS"
            " SELECT DISTINCT ON (before, behind) before, behind, kind, since, b.id AS predecessor_id,"
            " a.id AS successor_id FROM ("
            "  SELECT CASE WHEN forward THEN urn ELSE other END AS before,"
            "   CASE WHEN forward THEN other ELSE urn END AS behind, left(lower(kind), 60) AS kind, since FROM ("
            "   SELECT btrim({urn}) AS urn, btrim({other}) AS other, {kind} ILIKE 'successor%%' AS forward,"
            "    regexp_replace(btrim({kind}), '^(successor|predecessor)[ -]*', '', 'i') AS kind,"
            "    CASE WHEN {is_date} THEN {since}::date END AS since"
            "   FROM {table} WHERE ({kind} ILIKE 'successor%%' OR {kind} ILIKE 'predecessor%%')"
            "    AND row <> ALL(%s)) AS said) AS pairs"
            " LEFT JOIN schools_school AS b ON b.urn = before LEFT JOIN schools_school AS a ON a.urn = behind"
            " ORDER BY before, behind, kind DESC, since"
        ).format(
            urn=urn, other=other, kind=kind, since=since, is_date=_is_date(since), table=Identifier(table)
        ),
        [[row for row, _ in rejections]],
    )  # fmt: skip
    remarks += _unknown_ends(cursor)
    cursor.execute("DELETE FROM incoming_links WHERE predecessor_id IS NULL OR successor_id IS NULL")
    everything = _count(cursor, "*", "FROM incoming_links")
    cursor.execute(
        "DELETE FROM schools_schoollink AS l WHERE NOT EXISTS (SELECT FROM incoming_links AS i"
        " WHERE (i.predecessor_id, i.successor_id) = (l.predecessor_id, l.successor_id))"
    )
    removed = cursor.rowcount
    cursor.execute(
        "UPDATE schools_schoollink AS l SET kind = i.kind, established_on = i.since FROM incoming_links AS i"
        " WHERE (i.predecessor_id, i.successor_id) = (l.predecessor_id, l.successor_id)"
        " AND (i.kind, i.since) IS DISTINCT FROM (l.kind, l.established_on)"
    )
    updated = cursor.rowcount
    cursor.execute(
        "INSERT INTO schools_schoollink (predecessor_id, successor_id, kind, established_on)"
        " SELECT predecessor_id, successor_id, kind, since FROM incoming_links AS i"
        " WHERE NOT EXISTS (SELECT FROM schools_schoollink AS l"
        " WHERE (i.predecessor_id, i.successor_id) = (l.predecessor_id, l.successor_id)) ORDER BY since, before"
    )
    added = cursor.rowcount
    done = {"added": added, "updated": updated, "removed": removed, "unchanged": everything - added - updated}
    return done, [rejection for _, rejection in rejections], remarks


def _links_left_out(
    cursor: CursorWrapper, table: str, file: TableFile
) -> tuple[list[tuple[int, Rejection]], list[str]]:
    """Rows of predecessors and successors that cannot be so, with their places; and how many say something else."""
    urn, other, kind, since = (_place(file.header.index(column)) for column in LINK_COLUMNS)
    digits = " is not 6 or 7 digits."
    cursor.execute(
        SQL(
            "SELECT row, btrim({urn}), concat_ws(' ',"
            " CASE WHEN btrim({urn}) !~ '^[0-9]{{6,7}}$' THEN format('URN “%%s”' || {digits}, left({urn}, 40)) END,"
            " CASE WHEN btrim({other}) !~ '^[0-9]{{6,7}}$' THEN"
            "  format('LinkURN “%%s”' || {digits}, left({other}, 40)) END,"
            " CASE WHEN btrim({urn}) = btrim({other}) THEN 'The school is linked to itself.' END,"
            " CASE WHEN btrim({since}) <> '' AND NOT {is_date} THEN"
            "  format('LinkEstablishedDate “%%s” is no date (DD-MM-YYYY).', left({since}, 40)) END) AS fault"
            " FROM {table} WHERE ({kind} ILIKE 'successor%%' OR {kind} ILIKE 'predecessor%%') AND ("
            " btrim({urn}) !~ '^[0-9]{{6,7}}$' OR btrim({other}) !~ '^[0-9]{{6,7}}$' OR btrim({urn}) = btrim({other})"
            " OR (btrim({since}) <> '' AND NOT {is_date})) ORDER BY row"
        ).format(
            urn=urn, other=other, kind=kind, since=since, is_date=_is_date(since), table=Identifier(table),
            digits=Literal(digits),
        ),
        [],
    )  # fmt: skip
    found = cursor.fetchall()
    lines = _lines(file, [row for row, _, _ in found]) if found else {}
    where = "" if table == "staged" else f"In {file.name}: "
    rejections = [(row, Rejection(lines[row], urn[:40], f"{where}{fault}")) for row, urn, fault in found]
    cursor.execute(
        SQL(
            "SELECT count(*) FROM {table}"
            " WHERE btrim({kind}) <> '' AND {kind} NOT ILIKE 'successor%%' AND {kind} NOT ILIKE 'predecessor%%'"
        ).format(kind=kind, table=Identifier(table)),
        [],
    )
    others = cursor.fetchone()[0]
    return rejections, [f"Links of other kinds than these two, left out: {others:,}."] if others else []


def _unknown_ends(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "SELECT before, behind, predecessor_id IS NULL FROM incoming_links"
        " WHERE predecessor_id IS NULL OR successor_id IS NULL ORDER BY before, behind"
    )
    found = [
        f"The link from {before} to {behind} is left out: URN {before if unknown else behind} is not known."
        for before, behind, unknown in cursor.fetchall()
    ]
    return _shortened(found, "links are left out, to schools that are not known")
