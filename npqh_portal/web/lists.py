"""How the administration draws a list.

Django looks every column up again for each cell and resolves the address of each row, which is most of what a page
of fifty rows costs. Here a column is looked up once, and a row is put together from its cells in one go.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field, quote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

Row = Any
# What a column shows of a row: anything that can stand on a page, and is escaped there.
Shows = Callable[[Row], Any]
TICK_BOX = "action_checkbox"
_STAYS_ON_ONE_LINE = (models.DateField, models.TimeField, models.ForeignKey)


class PortalList(ChangeList):
    """A page of a list: its rows are found by Django and drawn by us.

    The columns of `left_out` are not drawn. They keep their numbers, by which an address sorts the list.
    """

    left_out: frozenset[str] = frozenset()

    @property
    def headers(self) -> list[dict[str, Any]]:
        named = zip(self.list_display, result_headers(self), strict=True)
        return [header for name, header in named if name not in self.left_out]

    @property
    def sorts_by_several(self) -> bool:
        return len(self.get_ordering_field_columns()) > 1

    @property
    def filters_with_choices(self) -> Iterator[tuple[Any, Iterable[Any]]]:
        return ((each, each.choices(self)) for each in self.filter_specs)

    @property
    def drawn_rows(self) -> list[SafeString]:
        """What stands between <tr> and </tr> of each row."""
        cells = [self._cell(name) for name in self.list_display if name not in self.left_out]
        return [mark_safe("".join([cell(row) for cell in cells])) for row in self.result_list]  # noqa: S308  # see _cell

    def _cell(self, name: Any) -> Callable[[Row], str]:
        """Draws the column's cells; all that is not ours to know is escaped in them."""
        if name == TICK_BOX:
            return _tick_box
        shows, css = self._column(name)
        if name not in (self.list_display_links or ()):
            return lambda row: f'<td class="{css}">{conditional_escape(shows(row))}</td>'
        tag = "th" if name == self.list_display_links[0] else "td"
        before, after = self._address_of_a_row()
        return lambda row: (
            f'<{tag} class="{css}"><a href="{before}{escape(quote(row.pk))}{after}">'
            f"{conditional_escape(shows(row))}</a></{tag}>"
        )

    def _address_of_a_row(self) -> tuple[str, str]:
        """What stands before and after its key; the list's filters go along, for the way back."""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=["."])
        before, _, after = address.rpartition("/./")
        filters = f"?{self.preserved_filters}" if self.preserved_filters else ""
        return f"{before}/", escape(f"/{after}{filters}")

    def _column(self, name: Any) -> tuple[Shows, str]:
        """What it shows, and the classes of its cells."""
        css = f"field-{name.__name__ if callable(name) else name}"
        column = self._field(name)
        if column is None:
            return self._shows_what_is_told(name), css
        if isinstance(column, _STAYS_ON_ONE_LINE):
            css += " nowrap"
        empty = self.model_admin.get_empty_value_display()
        return (_shows_another_row if column.many_to_one else _shows_field)(column, empty), css

    def _field(self, name: Any) -> Any:
        """The model's own column of that name; None for what the table's class or the row tells by itself."""
        columns = {column.name: column for column in self.lookup_opts.fields}
        return None if callable(name) else columns.get(name)

    def _shows_what_is_told(self, name: Any) -> Shows:
        table, empty = self.model_admin, self.model_admin.get_empty_value_display()
        tells = name if callable(name) else getattr(table, name, None) if name != "__str__" else None
        as_icon = getattr(tells, "boolean", False)

        def shows(row: Row) -> Any:
            try:
                value = tells(row) if tells else lookup_field(name, row, table)[2]
            except ObjectDoesNotExist:
                return empty
            if isinstance(value, str) and not as_icon:
                return value if value.strip() else empty
            words = display_for_value(value, empty, as_icon)
            return _on_one_line(words) if isinstance(value, date | time) else words

        return shows


def _tick_box(row: Row) -> str:
    return (
        f'<td class="action-checkbox"><input type="checkbox" name="{ACTION_CHECKBOX_NAME}" value="{row.pk}"'
        f' class="action-select" aria-label="Select this object for an action - {escape(row)}"></td>'
    )


def _shows_another_row(column: "models.ForeignKey[Any, Any]", empty: str) -> Shows:
    def shows(row: Row) -> Any:
        other = getattr(row, column.name)
        return empty if other is None else other

    return shows


def _shows_field(column: "models.Field[Any, Any]", empty: str) -> Shows:
    name, choices = column.name, dict(column.flatchoices)
    if choices:
        return lambda row: choices.get(getattr(row, name), empty)

    def shows(row: Row) -> Any:
        value = getattr(row, name)
        if isinstance(value, str) and not value.strip():
            return empty
        return display_for_field(value, column, empty)

    return shows


def _on_one_line(words: str) -> SafeString:
    return mark_safe(f'<span class="nowrap">{escape(words)}</span>')  # noqa: S308  # escaped here
