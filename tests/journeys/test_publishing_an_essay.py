"""An essay's life over the real command line and HTTP: written, refused, published, renamed, and taken back."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from authoring import children
from comments_service.settings import ROOT
from tests.authoring.conftest import essay
from tests.support import blog as blog_
from tests.support.blog import Blog
from tests.support.processes import eventually


@dataclass
class Author:
    """Somebody at a shell, beside a blog that runs."""

    blog: Blog
    content: Path

    def types(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """`make …`, as it calls the author's commands."""
        environment = os.environ | children.environment(self.blog.house.settings)
        return subprocess.run(
            children.command("authoring", *words),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def publishes(self) -> str:
        done = self.types("publish", "--content", str(self.content))
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


def test_new_written_refused_mended_published_renamed_and_rolled_back(tmp_path: Path) -> None:
    content = tmp_path / "content"
    essay(content, "first")
    with blog_.running(tmp_path, content) as blog, httpx.Client(base_url=blog.url, follow_redirects=True) as reader:
        ana = Author(blog, content)
        made = ana.types("new", "--content", str(content), "--title", "What the quay is for")
        draft = Path(made.stdout.strip())
        text = draft.read_text().replace("Status: draft\n", "").replace("Share:", "Share: Who waits at your quay?")
        draft.write_text(f"{text}See [the other one](/frist/).\n")

        refused = ana.types("publish", "--content", str(content))
        assert refused.returncode == 1
        assert "/frist/ is nowhere on this blog. Perhaps it is /first/. [link]" in refused.stdout
        assert reader.get("/what-the-quay-is-for/").status_code == 404

        draft.write_text(f"{text}See [the other one](/first/).\n")
        said = ana.publishes()
        assert "New: “What the quay is for”." in said
        assert f"Who waits at your quay?\n{blog.url}/what-the-quay-is-for/" in said
        identity = reader.get("/feed.atom").text.partition("<entry>")[2].partition("<id>")[2].partition("</id>")[0]
        assert "Who waits" not in reader.get("/what-the-quay-is-for/").text

        reply = {"page": "/what-the-quay-is-for/", "text": "I do.", "name": "Ben"}
        sent = reader.post("/comments/", json=reply, headers={"Accept": "application/json"})
        assert sent.status_code == 201
        blog.rapport("approve", sent.json()["id"])
        blog.comes_to_say("I do.", on="/what-the-quay-is-for/")
        reader.post("/likes/", data={"page": "/what-the-quay-is-for/"})

        draft.write_text(
            draft.read_text().replace("Slug: what-the-quay-is-for", "Slug: quay\nAliases: what-the-quay-is-for")
        )
        said = ana.publishes()
        assert "Moved: /what-the-quay-is-for/ to /quay/; the conversation went along" in said
        assert "To share" not in said, "it is no news"
        assert 'href="/quay/"' in reader.get("/what-the-quay-is-for/").text
        assert blog.says("I do.", "1 response", on="/quay/")
        assert identity in reader.get("/feed.atom").text
        assert "I do." in reader.get("/comments/thread", params={"page": "/what-the-quay-is-for/"}).text
        late = reader.post(
            "/comments/", json=reply | {"text": "From an old tab."}, headers={"Accept": "application/json"}
        )
        assert (late.status_code, late.json()["page"]) == (201, "/quay/")

        withdrawn = reader.post(f"/comments/{sent.json()['id']}/withdraw")
        assert withdrawn.status_code == 200
        eventually(lambda: not blog.says("I do.", on="/quay/"), "it is withdrawn")
        blog.comes_to_say("From an old tab.", on="/quay/")
        done = ana.types("rollback")
        assert (done.returncode, done.stderr) == (0, "")
        assert "Readers see the version before again" in done.stdout
        back = reader.get("/what-the-quay-is-for/").text
        assert "From an old tab." in back
        assert "I do." not in back
        assert reader.get("/quay/").status_code == 404

        assert "Readers see the newer version again" in ana.types("rollback").stdout
        assert blog.says("From an old tab.", on="/quay/")
        assert not blog.says("I do.", on="/quay/")
