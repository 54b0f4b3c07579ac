"""The trigger that freezes what a published version is made of."""

from typing import Any

import pgtrigger


class Frozen(pgtrigger.Trigger):
    """Refuses to write a row whose programme version is no longer a draft.

    `version` is SQL for the id of that version, where {row} is the row as it was or as it would be; where it finds
    none, nothing is refused.
    """

    when = pgtrigger.Before

    def __init__(
        self, operation: Any, *, name: str = "frozen_once_published", version: str = "{row}.version_id", **options: Any
    ) -> None:
        state = f"(SELECT state FROM programmes_programmeversion WHERE id = {version})"  # noqa: S608  # our own words
        super().__init__(
            name=name,
            operation=operation,
            func=f"""
                IF TG_OP <> 'INSERT' AND {state.format(row="OLD")} <> 'draft'
                OR TG_OP <> 'DELETE' AND {state.format(row="NEW")} <> 'draft' THEN
                    RAISE EXCEPTION 'A published version of a programme never changes: % on %', TG_OP, TG_TABLE_NAME;
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            """,
            **options,
        )


CHANGE = pgtrigger.Update | pgtrigger.Delete
WRITE = pgtrigger.Insert | CHANGE
