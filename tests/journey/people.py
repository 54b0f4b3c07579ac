"""What people do at their browsers. All of it works without scripts: none of these browsers runs any."""

import re
from dataclasses import dataclass

from playwright.sync_api import Browser, Download, Locator, Page
from playwright.sync_api import TimeoutError as NothingCame

from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests import factories as make
from tests.browser import ALWAYS, DESKTOP

from .conftest import RunningPortal


@dataclass
class Person:
    """Somebody at a browser of their own."""

    portal: RunningPortal
    page: Page
    name: str
    email: str

    def goes_to(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"

    def follows(self, link: str) -> None:
        self._found(self.page.locator("a", has_text=link), f"link “{link}”").click()

    def follows_in_the_row_of(self, words: str) -> None:
        """The first link of the first row of a table that says so."""
        row = self.page.locator("main tbody tr", has_text=words)
        self._found(row.locator("a"), f"row of “{words}” with a link").click()

    def presses(self, button: str) -> None:
        self._found(self.page.locator("button:not([aria-hidden])", has_text=button), f"button “{button}”").click()

    def writes(self, answer: str, *, under: str) -> None:
        self._found(self.page.get_by_label(under), f"field “{under}”").fill(answer)

    def chooses(self, choice: str) -> None:
        self._found(self.page.get_by_label(choice, exact=True), f"choice “{choice}”").check()

    def picks(self, choice: str, *, under: str) -> None:
        self._found(self.page.get_by_label(under), f"list “{under}”").select_option(label=choice)

    def in_the_box_of(self, name: str) -> Locator:
        """The questions about one person."""
        return self._found(self.page.get_by_role("group", name=name), f"box of {name}")

    def reads(self, words: str) -> None:
        """The words stand on the page, whatever white space is between them."""
        self._found(self.page.get_by_role("main").get_by_text(words), f"“{words}”")

    def _found(self, wanted: Locator, name: str) -> Locator:
        try:
            wanted.first.wait_for()
        except NothingCame:
            text = re.sub(r"\s+", " ", self.page.locator("body").inner_text())
            raise AssertionError(f"{self.name} finds no {name} on {self.page.url}: {text}") from None
        return wanted.first

    def downloads(self, link: str) -> bytes:
        with self.page.expect_download() as waiting:
            self.follows(link)
        download: Download = waiting.value
        return download.path().read_bytes()

    def gets_a_letter(self, about: str) -> str:
        return self.portal.letter_to(self.email, about)

    @property
    def user(self) -> User:
        return User.objects.get(email=self.email)

    # Signing up and in

    def makes_an_account(self) -> None:
        self.writes(self.name, under="Full name")
        self.writes(self.email, under="Email")
        self.presses("Make my account")
        self.enters_the_code_of("Your code to confirm your email address")

    def signs_in(self) -> None:
        """With a code that comes by email: nobody here has a password."""
        self.goes_to("/account/login/")
        self.writes(self.email, under="Email")
        self.presses("Sign in")
        self.enters_the_code_of("Your code to sign in")

    def enters_the_code_of(self, letter: str) -> None:
        found = re.search(r"Code: (\S+)", self.gets_a_letter(letter))
        assert found
        self.writes(found[1], under="Code")
        self.presses("Continue")


class Browsers:
    """Opens a browser of their own for everybody who takes part."""

    def __init__(self, chromium: Browser, portal: RunningPortal) -> None:
        self._chromium = chromium
        self._portal = portal

    def of(self, name: str, email: str) -> Person:
        context = self._chromium.new_context(
            base_url=self._portal.address, java_script_enabled=False, viewport=DESKTOP, **ALWAYS
        )
        context.set_default_timeout(5_000)
        return Person(self._portal, context.new_page(), name, email)

    def of_staff(self, name: str, role: Role) -> Person:
        """Somebody who has been given a role. Nobody of the staff has a password."""
        email = f"{name.lower().replace(' ', '.')}@larkfell.example"
        make.a_person(role, email=email, full_name=name)
        return self.of(name, email)
