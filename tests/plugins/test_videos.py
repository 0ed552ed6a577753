"""Videos: a link that plays in its place once it is pressed, and asks nobody for anything before."""

from pathlib import Path

import pytest

from comments_service.web import guards
from plugins import videos
from tests.plugins.building import build

ID = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        (f"https://www.youtube.com/watch?v={ID}", f"embed/{ID}?autoplay=1&rel=0"),
        (f"https://m.youtube.com/watch?app=m&v={ID}&t=1m30s", f"embed/{ID}?autoplay=1&rel=0&start=90"),
        (f"https://youtu.be/{ID}?t=42", f"embed/{ID}?autoplay=1&rel=0&start=42"),
        (f"https://www.youtube.com/shorts/{ID}", f"embed/{ID}?autoplay=1&rel=0"),
        (f"https://www.youtube.com/live/{ID}", f"embed/{ID}?autoplay=1&rel=0"),
        ("https://vimeo.com/123456", "video/123456?autoplay=1&dnt=1"),
        ("https://vimeo.com/123456/abc123", "video/123456?autoplay=1&dnt=1&h=abc123"),
    ],
)
def test_a_videos_address_is_recognized(address: str, frame: str) -> None:
    found = videos.recognized(address)
    assert found
    assert found.frame.endswith(frame)
    assert found.frame.startswith(videos.FRAMES)


@pytest.mark.parametrize(
    "address",
    [
        f"http://www.youtube.com/watch?v={ID}", "https://www.youtube.com/@somebody", "https://www.youtube.com/watch?v=short",
        f"https://youtube.com.evil.example/watch?v={ID}", f'https://youtu.be/{ID}"onload=', "https://vimeo.com/about",
        "https://example.org/",
    ],
)  # fmt: skip
def test_any_other_address_stays_a_link(address: str) -> None:
    assert videos.recognized(address) is None


def page(folder: Path, text: str) -> str:
    site = build(folder, {"essays/a.md": f"Title: A\nDate: 2026-01-01\nSlug: a\n\n{text}\n"})
    return (site / "a/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    "text", [f"https://youtu.be/{ID}", f"<https://youtu.be/{ID}>", f"[Rain](https://youtu.be/{ID})"]
)
def test_a_link_alone_in_its_paragraph_is_a_video_that_says_what_pressing_does(tmp_path: Path, text: str) -> None:
    html = page(tmp_path, text)
    assert f'href="https://youtu.be/{ID}"' in html
    assert "YouTube learns that you watch it" in html
    assert ("Rain" if "Rain" in text else "A video on YouTube") in html
    assert "<iframe" not in html
    assert "<img" not in html
    assert "/theme/js/video.js" in html


def test_a_link_among_words_stays_one_and_takes_no_script(tmp_path: Path) -> None:
    html = page(tmp_path, f"See [it](https://youtu.be/{ID}).")
    assert "data-frame" not in html
    assert "video.js" not in html


def test_the_policy_allows_exactly_these_frames() -> None:
    assert f"frame-src {' '.join(videos.FRAMES)};" in guards.HEADERS["Content-Security-Policy"]
