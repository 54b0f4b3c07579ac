"""What staff write comes out in our look, and nothing they write or paste runs."""

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.web.markdown import rendered
from tests.harness.test_html import PAGE, complaints


def test_prose_is_set_in_our_classes() -> None:
    assert rendered("Two **short** lines\nof one paragraph.") == (
        '<p class="govuk-body">Two <strong>short</strong> lines\nof one paragraph.</p>\n'
    )


@pytest.mark.parametrize(("title", "tag"), [("# A", "h3"), ("## A", "h3"), ("### A", "h4"), ("###### A", "h4")])
def test_titles_stand_below_the_one_of_their_section(title: str, tag: str) -> None:
    assert rendered(title) == f'<{tag} class="govuk-heading-s">A</{tag}>\n'


def test_nested_lists_keep_their_look_and_numbers() -> None:
    found = rendered("3. Three\n   - inner\n     - innermost\n4. Four").replace("\n", "")
    assert found == (
        '<ol start="3" class="govuk-list govuk-list--number"><li>Three'
        '<ul class="govuk-list govuk-list--bullet"><li>inner'
        '<ul class="govuk-list govuk-list--bullet"><li>innermost</li></ul></li></ul></li><li>Four</li></ol>'
    )


@pytest.mark.parametrize(
    "address",
    ["https://npqh.example/a?b=1", "http://npqh.example", "mailto:npqh@larkfell.example", "/apply/", "#cost", "page/"],
)
def test_links_that_are_kept(address: str) -> None:
    assert (
        rendered(f"[here]({address})") == f'<p class="govuk-body"><a href="{address}" class="govuk-link">here</a></p>\n'
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "<javascript:alert(1)>",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//elsewhere.example/x", "http://[a:z]/",
    ],
)  # fmt: skip
def test_links_that_stay_words(address: str) -> None:
    found = rendered(f"[here]({address})\n\n[there]\n\n[there]: {address}\n\n<{address.strip('<>')}>")
    assert "<a" not in found
    assert "here" in found


def test_broken_scheme_leads_nowhere_else() -> None:
    assert 'href="java%0Ascript:alert(1)"' in rendered("[here](<java&#10;script:alert(1)>)"), "a page of this site"


@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "<img src=x onerror=y>", "<!-- hidden -->", "a\n\n<div>\n"],
)
def test_html_is_shown_as_it_was_typed(typed: str) -> None:
    found = rendered(typed)
    assert found.replace("&lt;", "<").replace("&gt;", ">").count("<") > found.count("<")
    assert set(complaints(PAGE.format(found))) == set()
    assert "<script" not in found
    assert "<img" not in found


def test_pictures_become_links_in_words() -> None:
    assert rendered("![ridge](https://npqh.example/r.png)") == (
        '<p class="govuk-body">!<a href="https://npqh.example/r.png" class="govuk-link">ridge</a></p>\n'
    )


def test_indented_lines_are_prose() -> None:
    assert rendered("    Indented") == '<p class="govuk-body">Indented</p>\n'


def test_filter_of_templates_draws_it() -> None:
    assert Template("{% load portal %}{{ words|markdown }}").render(Context({"words": "*One*"})) == (
        '<p class="govuk-body"><em>One</em></p>\n'
    )


# Control characters are no HTML, in whatever element they stand.
WRITTEN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"])


@given(st.text(alphabet=st.sampled_from("ab <>[]()#*-_1.!&\"'`\\/:\n{}") | WRITTEN, max_size=60))
def test_whatever_is_typed_makes_sound_html(typed: str) -> None:
    found = rendered(typed)
    assert complaints(PAGE.format(found)) == []
