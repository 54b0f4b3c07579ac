"""Somebody at a browser without scripts: opens pages, and sends their forms as they were rendered, with answers."""

from collections import defaultdict
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client

from npqh_portal.people.models import User

Answers = dict[str, Any]


class Browsing:
    def __init__(self, person: User) -> None:
        self.client = Client()
        self.client.force_login(person)
        self.address = ""
        self.html = ""
        self.tree: Any = None

    def open(self, address: str) -> "Browsing":
        return self._arrived(self.client.get(address, follow=True), address)

    def send(self, button: str = "", **answers: Any) -> "Browsing":
        """The page's form, with these answers in place of what it holds, by the button of that name.

        A date is answered by a date, ticks by a list. A field that the form does not have is a KeyError.
        """
        form = self._form()
        fields = _held(form)
        buttons = {control.get("name") for control in form.iter("button")}
        for name, answer in answers.items():
            for field, value in _as_fields(name, answer, fields):
                if field not in fields and not form.findall(f".//*[@name='{field}']"):
                    raise KeyError(field)
                fields[field] = value
        if button:
            assert button in buttons, (button, buttons)
            fields[button] = ["1"]
        address = form.get("action") or self.address
        return self._arrived(self.client.post(address, fields, follow=True), address)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.tree.find(".//main").itertext()).split())

    @property
    def held(self) -> dict[str, list[str]]:
        """What the form holds as it stands."""
        return _held(self._form())

    def _form(self) -> Element:
        forms: list[Element] = self.tree.find(".//main").findall(".//form[@method='post']")
        return forms[0]

    def _arrived(self, page: Any, address: str) -> "Browsing":
        self.address = page.redirect_chain[-1][0] if page.redirect_chain else address
        assert page.status_code == 200, (page.status_code, self.address)
        self.html = page.content.decode()
        self.tree = html5lib.parse(self.html, namespaceHTMLElements=False)
        return self


def _held(form: Element) -> dict[str, list[str]]:
    """What a browser would send of it."""
    held: defaultdict[str, list[str]] = defaultdict(list)
    for control in form.iterfind(".//*[@name]"):
        name, kind = control.get("name", ""), control.get("type")
        if control.tag == "button" or kind in {"submit", "file"}:
            continue
        if control.tag == "textarea":
            held[name].append((control.text or "").removeprefix("\n"))
        elif control.tag == "select":
            options = list(control.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None]
            chosen = chosen or ([] if control.get("multiple") is not None else options[:1])
            held[name] += [option.get("value", "") for option in chosen]
        elif kind not in {"checkbox", "radio"}:
            held[name].append(control.get("value", ""))
        elif control.get("checked") is not None:
            held[name].append(control.get("value", "on"))
    return dict(held)


def _as_fields(name: str, answer: Any, fields: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    if isinstance(answer, date) and name not in fields:
        parts = {"day": answer.day, "month": answer.month, "year": answer.year}
        return [(f"{name}_{part}", [str(value)]) for part, value in parts.items()]
    return [(name, [str(one) for one in answer] if isinstance(answer, list) else [str(answer)])]
