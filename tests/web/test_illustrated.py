"""Pages with pictures, files and videos: what they become, and what stays words."""

import pytest

from npqh_portal.web.illustrated import Named, Shown, illustrated, named_in
from npqh_portal.web.videos import video_at

FILES = {
    "ridge.png": Shown("/study/files/A/", "png", 900),
    "plan.pdf": Shown("/study/files/B/", "pdf", 250_000),
}


def html(text: str, **options: object) -> str:
    return " ".join(illustrated(text, FILES, **options).split())  # type: ignore[arg-type]


def test_a_picture_of_a_file_is_shown_with_its_words() -> None:
    assert html("![The ridge](file:ridge.png)") == (
        '<p class="govuk-body"><img src="/study/files/A/" alt="The ridge" class="npqh-picture" /></p>'
    )


def test_a_picture_keeps_its_place_while_it_loads() -> None:
    files = {"ridge.png": Shown("/study/files/A/", "png", 900, (640, 480))}
    assert illustrated("![The ridge](file:ridge.png)", files).strip() == (
        '<p class="govuk-body"><img src="/study/files/A/" alt="The ridge" class="npqh-picture" width="640"'
        ' height="480" /></p>'
    )


def test_a_file_is_linked_with_its_kind_and_size() -> None:
    assert html("Take [the plan](file:plan.pdf) along.") == (
        '<p class="govuk-body">Take <a href="/study/files/B/" class="govuk-link">the plan</a> (PDF, 245 kB) along.</p>'
    )


def test_names_that_no_file_has_stay_words() -> None:
    assert html("![A lake](file:lake.png) and [a list](file:list.pdf)") == '<p class="govuk-body">A lake and a list</p>'


@pytest.mark.parametrize("hostile", ["<script>x()</script>", "[x](javascript:x)", "[x](//evil.example)"])
def test_what_is_hostile_stays_words(hostile: str) -> None:
    shown = html(hostile)
    assert "<script" not in shown
    assert "<a " not in shown


def test_titles_begin_at_the_level_asked_for() -> None:
    assert html("# A\n\n### B") == '<h2 class="govuk-heading-m">A</h2> <h3 class="govuk-heading-s">B</h3>'
    assert html("# A\n\n### B", level=3) == '<h3 class="govuk-heading-s">A</h3> <h4 class="govuk-heading-s">B</h4>'


@pytest.mark.parametrize(
    "line",
    ["[How they began](https://vimeo.com/123456)", "  [How they began](https://vimeo.com/123456)"],
)
def test_a_link_to_a_video_alone_in_its_paragraph_is_the_video(line: str) -> None:
    shown = html(f"Before.\n\n{line}\n\nAfter.")
    assert '<a class="govuk-link" href="https://vimeo.com/123456">How they began</a>' in shown
    assert '<iframe src="https://player.vimeo.com/video/123456?dnt=1" title="Video: How they began"' in shown
    assert shown.index("Before.") < shown.index("<iframe") < shown.index("After.")


def test_a_bare_address_of_a_video_is_the_video() -> None:
    assert "<iframe" in html("https://youtu.be/abcdefghijk")
    assert "<iframe" in html("<https://youtu.be/abcdefghijk>")
    assert ">Watch the video</a>" in html("https://youtu.be/abcdefghijk")


@pytest.mark.parametrize(
    "text",
    [
        "See [the film](https://vimeo.com/123456).",
        "[the film](https://films.example/123456)",
        "- [the film](https://vimeo.com/123456)",
        "[one](https://vimeo.com/1) [two](https://vimeo.com/2)",
    ],
)
def test_any_other_link_stays_a_link(text: str) -> None:
    shown = html(text)
    assert "<iframe" not in shown
    assert '<a href="https://' in shown


def test_on_paper_a_video_is_its_address() -> None:
    shown = html("https://vimeo.com/123456", plays_videos=False)
    assert "<iframe" not in shown
    assert '<p class="npqh-small npqh-not-printed">https://vimeo.com/123456</p>' in shown


def test_a_table_has_heads_for_its_columns_and_moves_within_a_frame_of_its_own() -> None:
    shown = html("| Week | *Hours* |\n|---|---:|\n| **One** | 2 |")
    assert '<div class="npqh-scroll" role="region" aria-label="Table: Week, Hours" tabindex="0">' in shown
    assert '<table class="npqh-table">' in shown
    assert '<th scope="col">Week</th> <th class="n" scope="col"><em>Hours</em></th>' in shown
    assert '<td><strong>One</strong></td> <td class="n">2</td>' in shown
    assert shown.endswith("</table> </div>")
    assert "style=" not in shown


def test_a_table_holds_no_more_than_any_other_words_do() -> None:
    assert "<script" not in html("| a |\n|---|\n| <script>x()</script> |")
    assert 'aria-label="Table: &quot;&gt;&lt;b&gt;"' in html('| "><b> |\n|---|\n| a |')


def test_words_of_a_video_are_escaped() -> None:
    assert 'title="Video: &quot;&gt;&lt;b&gt;"' in html('["><b>](https://vimeo.com/123456)')


def test_every_picture_and_file_is_named() -> None:
    text = "![](file:a.png) [**The** plan](file:b.pdf)\n\n- ![Far](https://x.example/c.png) [d](https://d.example)"
    assert named_in(text) == [
        Named("file:a.png", "", is_picture=True),
        Named("file:b.pdf", "The plan", is_picture=False),
        Named("https://x.example/c.png", "Far", is_picture=True),
    ]
    assert [one.file for one in named_in(text)] == ["a.png", "b.pdf", ""]


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk&t=9", "https://www.youtube-nocookie.com/embed/abcdefghijk"),
        ("https://m.youtube.com/watch?v=abcdefghijk", "https://www.youtube-nocookie.com/embed/abcdefghijk"),
        ("https://youtu.be/abcdefghijk", "https://www.youtube-nocookie.com/embed/abcdefghijk"),
        ("https://www.youtube.com/embed/abc-_fghijk", "https://www.youtube-nocookie.com/embed/abc-_fghijk"),
        ("https://vimeo.com/123456", "https://player.vimeo.com/video/123456?dnt=1"),
        ("https://vimeo.com/123456/0a1b2c", "https://player.vimeo.com/video/123456?dnt=1&h=0a1b2c"),
        ("https://player.vimeo.com/video/123456", "https://player.vimeo.com/video/123456?dnt=1"),
        ("https://player.vimeo.com/video/123456?h=0a1b2c", "https://player.vimeo.com/video/123456?dnt=1&h=0a1b2c"),
        ('https://vimeo.com/123456?h="><b>', "https://player.vimeo.com/video/123456?dnt=1"),
        ("https://vimeo.com/channels/staffroom/123456", "https://player.vimeo.com/video/123456?dnt=1"),
        (
            "https://www.youtube.com/live/abcdefghijk?feature=share",
            "https://www.youtube-nocookie.com/embed/abcdefghijk",
        ),
    ],
)
def test_a_film_plays_at_the_host_that_follows_nobody(address: str, frame: str) -> None:
    video = video_at(address)
    assert video is not None
    assert video.frame == frame


@pytest.mark.parametrize(
    "address",
    [
        "http://vimeo.com/123456",
        "https://vimeo.com/channels/staff",
        "https://www.youtube.com/",
        "https://www.youtube.com/watch?v=short",
        'https://youtu.be/abcdefghij"',
        "https://youtube.com.evil.example/watch?v=abcdefghijk",
        "https://notyoutube.com/watch?v=abcdefghijk",
        "nonsense",
    ],
)
def test_anything_else_is_no_film(address: str) -> None:
    assert video_at(address) is None
