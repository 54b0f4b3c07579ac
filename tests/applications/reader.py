"""A person before a page: reads it, fills in its form as it was rendered, and sends it."""

from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse
from django.test import Client

from npqh_portal.people.models import User


class Reader:
    """Follows redirects, as a browser does. `address` is where it stands, `text` what the page says."""

    def __init__(self, person: User) -> None:
        self.client = Client()
        self.client.force_login(person)
        self.address = ""
        self.page: Any = HttpResponse()

    def open(self, address: str) -> "Reader":
        return self._arrived(self.client.get(address, follow=True), address)

    def follow(self, words: str) -> "Reader":
        """Follow the first link in the main part that says this."""
        links = {_text(link): link.get("href", "") for link in reversed(self._main().findall(".//a"))}
        return self.open(urljoin(self.address, links[words]))

    def send(self, **answers: str) -> "Reader":
        """Send the page's form with what it holds already and these answers. A field it does not have is a KeyError."""
        form = next(form for form in self._main().findall(".//form") if form.get("method") == "post")
        fields, known = _fields(form)
        if strangers := set(answers) - known:
            raise KeyError(strangers)
        address = form.get("action") or self.address
        return self._arrived(self.client.post(address, fields | answers, follow=True), address)

    @property
    def text(self) -> str:
        return _text(self._main())

    @property
    def links(self) -> set[str]:
        return {_text(link) for link in self._main().findall(".//a")}

    @property
    def typed(self) -> dict[str, str]:
        """What the page's form holds."""
        form = next(form for form in self._main().findall(".//form") if form.get("method") == "post")
        return _fields(form)[0]

    @property
    def title(self) -> str:
        return _text(self._tree().find(".//title"))

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        lists = [ul for ul in self._main().findall(".//ul") if "error-summary" in ul.get("class", "")]
        return [_text(line) for ul in lists for line in ul.findall("li")]

    def _arrived(self, page: Any, address: str) -> "Reader":
        self.page = page
        self.address = page.redirect_chain[-1][0] if page.redirect_chain else address
        assert page.status_code == 200, (page.status_code, self.address)
        return self

    def _tree(self) -> Element:
        tree: Element = html5lib.parse(self.page.content.decode(), namespaceHTMLElements=False)
        return tree

    def _main(self) -> Element:
        main = self._tree().find(".//main")
        assert main is not None
        return main


def _text(element: Element | None) -> str:
    return " ".join(" ".join(element.itertext() if element is not None else ()).split())


def _fields(form: Element) -> tuple[dict[str, str], set[str]]:
    """What a browser would send, and every name that could be answered."""
    fields, known = {}, set()
    for control in [*form.iter("input"), *form.iter("textarea")]:
        name, kind = control.get("name"), control.get("type")
        if not name:
            continue
        known.add(name)
        if kind in {"radio", "checkbox"} and control.get("checked") is None:
            continue
        if control.tag == "textarea":
            fields[name] = (control.text or "").removeprefix("\n")
        else:
            fields[name] = control.get("value", "on" if kind == "checkbox" else "")
    for choice in form.iter("select"):
        name, options = choice.get("name", ""), list(choice.iter("option"))
        known.add(name)
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        for option in chosen:
            fields[name] = option.get("value", "")
    # A button says its name only when it is the one that was pressed.
    return fields, known | {button.get("name", "") for button in form.iter("button")}
