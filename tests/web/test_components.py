from datetime import date

from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory


def drawn(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


def test_the_bar_is_the_rule_in_whole_numbers() -> None:
    bar = drawn("{% engagement_bar 2160 2310 120 30 %}")
    assert (
        'aria-label="Bar: 36 h earned, 38 h 30 still to come, 2 h you can still recover, 30 min lost, out of 77 h.'
        in bar
    )
    assert '<rect class="b-earned" x="0" y="24" width="46.753%"' in bar
    assert '<rect class="b-come" x="46.753%" y="24" width="50.000%"' in bar
    assert '<rect class="b-recover" x="96.753%" y="24" width="2.597%"' in bar
    assert '<rect class="b-lost" x="99.350%" y="24" width="0.649%"' in bar
    assert 'x1="90%"' in bar
    assert 'x="88.5%"' in bar
    assert "style" not in bar


def test_a_bar_of_nothing_is_still_a_bar() -> None:
    assert "out of 0 h" in drawn("{% engagement_bar 0 0 0 0 %}")


def test_the_key_says_hours_exact_and_shares_rounded_down() -> None:
    key = drawn("{% engagement_key 4157 463 0 0 %}")
    assert "<strong>69 h 17, 89.9%</strong>" in key


def test_each_standing_has_its_word_and_its_own_shape() -> None:
    pills = [drawn("{% standing name %}", name=name) for name in ("met", "on_track", "at_risk", "out_of_reach")]
    assert "No list yet" in drawn("{% standing name %}", name="no_list")
    shapes = {pill.split("<svg")[1].split("</svg>")[0] for pill in pills}
    assert len(shapes) == 4
    for pill, word in zip(pills, ("Met", "On track", "At risk", "Out of reach"), strict=True):
        assert word in pill


def test_the_months_are_named_and_one_is_marked() -> None:
    line = drawn("{% months start 21 18 10 %}", start=date(2026, 2, 1))
    assert "runs from February 2026 to July 2027, then assessment from August 2027 to October 2027" in line
    assert "You are in month 10." in line
    assert [line.count(f'class="m-{look}"') for look in ("past", "now", "next", "assess")] == [9, 1, 8, 3]


def test_before_the_start_no_month_is_marked() -> None:
    line = drawn("{% months start 21 18 0 %}", start=date(2026, 2, 1))
    assert "You are in month" not in line
    assert 'class="m-now"' not in line


def test_pages_keep_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/lead/?state=open&page=2")
    page = Paginator(range(50), 10).page(2)
    links = drawn("{% pagination page %}", page=page, request=request)
    assert 'href="?state=open&amp;page=3" rel="next"' in links
    assert 'aria-current="page">2<' in links
    assert request.GET.urlencode() == "state=open&page=2"


def test_one_page_needs_no_links() -> None:
    assert drawn("{% pagination page %}", page=Paginator(range(5), 10).page(1)).strip() == ""


def test_a_note_escapes_what_people_wrote() -> None:
    note = drawn('{% note "care" %}<strong>{{ name }}</strong>{% endnote %}', name="<script>")
    assert "<strong>&lt;script&gt;</strong>" in note
