"""How the administration draws a list.

Django looks every column up again for each cell and resolves the address of each row, which is most of what a page
of fifty rows costs. Here a column is looked up once, and a row is put together from its cells in one go; so are the
choices of a filter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.admin import DateFieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field, quote
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

Row = Any
# What a column shows of a row: anything that can stand on a page, and is escaped there.
Shows = Callable[[Row], Any]
TICK_BOX = "action_checkbox"
_STAYS_ON_ONE_LINE = (models.DateField, models.TimeField, models.ForeignKey)


class Over(NamedTuple):
    """What a column shows in two lines: what is looked for first, and beneath it what goes with that, if anything.

    A mark asks for a second look.
    """

    first: str
    beneath: str
    is_mark: bool = False


class PortalList(ChangeList):
    """A page of a list: its rows are found by Django and drawn by us."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if ERROR_FLAG in request.GET:
            messages.warning(
                request, "The address asked for something that this list does not have: here is all of it."
            )

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> "models.QuerySet[Any]":
        """Nothing, and a sentence that says so, where the address names a choice that a filter does not offer."""
        found: models.QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        # So a filter asks, to count the choices it offers; nothing need be counted to see which of them is chosen.
        if exclude_parameters is not None:
            return found
        counts, self.add_facets = self.add_facets, False
        strangers = [str(one.title) for one in self.filter_specs if self._is_strange(one)]
        self.add_facets = counts
        if not strangers:
            return found
        filters = " and ".join(f"“By {title}”" for title in strangers)
        messages.warning(
            request, f"Nothing is listed: under {filters} there is no such choice. Take one that is there."
        )
        return found.none()

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """As Django writes it. Each choice of each filter asks for one, so what stays the same is written once."""
        parts = self._written
        if remove:
            parts = {key: part for key, part in parts.items() if not key.startswith(tuple(remove))}
        if new_params:
            parts = parts | {key: _written(key, value) for key, value in new_params.items()}
        return "?" + "&".join([parts[key] for key in sorted(parts) if parts[key]])

    @cached_property
    def _written(self) -> dict[str, str]:
        return {key: _written(key, value) for key, value in self.filter_params.items()}

    def _is_strange(self, one: Any) -> bool:
        """Whether the address asks something of the filter, and none of its choices is what it asks for.

        Of a date it may ask from any moment on, as links to a list do.
        """
        if isinstance(one, DateFieldListFilter) or self.filter_params.keys().isdisjoint(one.expected_parameters()):
            return False
        return not any(choice["selected"] for choice in one.choices(self))

    @cached_property
    def headers(self) -> list[dict[str, Any]]:
        return list(result_headers(self))

    @property
    def sorts_by_several(self) -> bool:
        return len(self.get_ordering_field_columns()) > 1

    @property
    def drawn_filters(self) -> Iterator[tuple[str, SafeString]]:
        """What each filter is called, and its choices as items of a list."""
        for one in self.filter_specs:
            choices: Iterable[Mapping[str, Any]] = one.choices(self)
            items = [
                f'<li{_SELECTED if choice["selected"] else ""}><a href="{escape(choice["query_string"])}">'
                f"{conditional_escape(choice['display'])}</a></li>"
                for choice in choices
            ]
            yield str(one.title), mark_safe("\n".join(items))  # noqa: S308  # escaped above

    @property
    def drawn_rows(self) -> list[SafeString]:
        """What stands between <tr> and </tr> of each row."""
        called = [str(header["text"]) for header in self.headers]
        cells = [self._cell(name, words) for name, words in zip(self.list_display, called, strict=True)]
        return [mark_safe("".join([cell(row) for cell in cells])) for row in self.result_list]  # noqa: S308  # see _cell

    def _cell(self, name: Any, called: str) -> Callable[[Row], str]:
        """Draws the column's cells; all that is not ours to know is escaped in them.

        `called` is said beside each where the screen is too narrow for a head.
        """
        if name == TICK_BOX:
            return _tick_box
        shows, css = self._column(name)
        begins = f'class="{css}" data-called="{escape(capfirst(called))}"'
        if name not in (self.list_display_links or ()):
            return lambda row: f"<td {begins}>{_drawn(shows(row))}</td>"
        tag = "th" if name == self.list_display_links[0] else "td"
        before, after = self._address_of_a_row()

        def linked(row: Row) -> str:
            value = shows(row)
            first, beneath = (value.first, _beneath(value)) if isinstance(value, Over) else (value, "")
            address = f"{before}{escape(str(quote(row.pk)))}{after}"
            return f'<{tag} {begins}><a href="{address}">{_drawn(first)}</a>{beneath}</{tag}>'

        return linked

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
            if isinstance(value, Over):
                return value
            if isinstance(value, str) and not as_icon:
                return value if value.strip() else empty
            words = display_for_value(value, empty, as_icon)
            return _on_one_line(words) if isinstance(value, date | time) else words

        return shows


_SELECTED = ' class="selected"'


def _written(key: str, value: Any) -> str:
    """A part of an address; empty where None takes it out."""
    return "" if value is None else urlencode({key: value}, doseq=True)


def _drawn(value: Any) -> str:
    if isinstance(value, Over):
        return f"{escape(value.first)}{_beneath(value)}"
    # Most are plain words, for which Django's own way is four times as long.
    return escape(value) if type(value) is str else conditional_escape(value)


def _beneath(value: Over) -> str:
    if not value.beneath:
        return ""
    return f'<span class="beneath{" is-mark" if value.is_mark else ""}">{escape(value.beneath)}</span>'


def _tick_box(row: Row) -> str:
    return (
        f'<td class="action-checkbox"><input type="checkbox" name="{ACTION_CHECKBOX_NAME}" value="{row.pk}"'
        f' class="action-select" aria-label="Select this object for an action - {escape(str(row))}"></td>'
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
