"""What is to be done for a new essay is done once, repeated when it failed, and never for the same news twice."""

from authoring import afterwards
from authoring.afterwards import CHANGED, PUBLISHED, Afterwards
from comments_service import publishing
from comments_service.database import Database
from comments_service.models import Page
from comments_service.settings import Settings
from tests.support.actors import House, page


class Post:
    """Somebody who is told, and who may be out of reach."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.away = False

    def tell(self, _db: Database, _settings: Settings, essay: Page) -> None:
        if self.away:
            raise ConnectionError("nobody answers")
        self.told.append(essay.path)


def essays(house: House, *paths: str, words: str = "first", former: str = "") -> None:
    """A build with these essays, of which the last had another address before."""
    facts = [{"print": words, "former": [former] if former and path == paths[-1] else []} for path in paths]
    publishing.register(house.db, [page(path, facts=each) for path, each in zip(paths, facts, strict=True)])


def test_an_essay_is_told_of_once_whatever_happens_to_it(either_house: House) -> None:
    house, post = either_house, Post()
    every = (Afterwards("post", post.tell),)

    def publish() -> list[str]:
        news = afterwards.note(house.db, every)
        afterwards.act(house.db, house.settings, every)
        return [essay.path for essay in news.new]

    assert publish() == ["/a/", "/b/"]
    essays(house, "/a/", "/c/")
    assert publish() == ["/c/"]
    essays(house, "/a/", "/b/", "/c/")
    assert publish() == [], "/b/ came back"
    essays(house, "/a/", "/b/", "/new/", former="/c/")
    assert publish() == [], "/c/ has another address"
    assert post.told == ["/a/", "/b/", "/c/"]


def test_what_fails_is_kept_and_repeated_until_it_is_done(either_house: House) -> None:
    house, post, other = either_house, Post(), Post()
    every = (Afterwards("post", post.tell), Afterwards("other", other.tell))
    post.away = True
    afterwards.note(house.db, every)
    done, failed = afterwards.act(house.db, house.settings, every)
    assert (done, len(failed)) == (2, 2)
    assert failed[0] == "post, for /a/, failed: nobody answers. It is repeated with the next make publish."
    assert other.told == ["/a/", "/b/"]
    house.work()
    assert house.count("jobs") == 2, "the worker leaves them alone"
    post.away = False
    afterwards.note(house.db, every)
    assert afterwards.act(house.db, house.settings, every) == (2, [])
    assert afterwards.act(house.db, house.settings, every) == (0, [])
    assert (post.told, other.told) == (["/a/", "/b/"], ["/a/", "/b/"])


def test_who_wants_to_know_of_changes_is_told_of_new_words_only(either_house: House) -> None:
    house, post = either_house, Post()
    every = (Afterwards("post", post.tell, frozenset({CHANGED})),)
    essays(house, "/a/", "/b/")
    afterwards.note(house.db, every)
    assert not afterwards.note(house.db, every).changed
    essays(house, "/a/", words="second")
    assert [essay.path for essay in afterwards.note(house.db, every).changed] == ["/a/"]
    afterwards.act(house.db, house.settings, every)
    assert post.told == ["/a/"]
    assert PUBLISHED not in every[0].facts
