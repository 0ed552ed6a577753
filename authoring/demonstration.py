"""`make demo`: the blog on a throw-away copy, with a lively conversation under the sample essays."""

import tempfile
import time
from pathlib import Path

from authoring import building, sample_essays, seeding, serving
from comments_service import wording
from comments_service.identity import authors
from comments_service.settings import Settings


def show() -> None:
    """Copy the content, seed a sample conversation, and serve until told to stop; then nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="rapport-demo-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        content = folder / "content"
        sample_essays.copy_with_samples(building.CONTENT, content)
        print(f"A throw-away copy in {folder}: nothing here touches your blog.", flush=True)
        serving.serve(lambda: in_folder(serving.for_this_machine(), folder), content, prepare=_seed)


def in_folder(settings: Settings, folder: Path) -> Settings:
    """The same settings, but with everything in a folder of its own: its letters too, and no chat is told anything."""
    return settings.with_(
        data=folder / "data",
        output=folder / "output",
        database="",
        smtp_url="",
        author_email=settings.author_email or authors.MADE_UP,
        alerts="",
    )


def _seed(settings: Settings) -> None:
    started = time.monotonic()
    print("Seeding a sample conversation … ", end="", flush=True)
    said = seeding.seed(settings)
    print(f"{wording.count(said, 'reply', 'replies')}, {time.monotonic() - started:.1f} s", flush=True)
