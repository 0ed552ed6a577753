"""Lessons: what the filter learned from which reply, and how often each scrambled token stood in spam or not."""

import functools
import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Comment, Verb
from comments_service.screening import bayes, tokens
from comments_service.screening.bayes import Totals
from comments_service.screening.tokens import Token
from comments_service.store import decisions

# Enough that two tokens of a busy blog are hardly ever taken for one; too little to tell a word for certain.
_BYTES = 5
# The list of one question is filled up to one of these lengths: few texts, which stay prepared.
_LENGTHS = (32, 64, 128, tokens.MOST)
_NO_TOKEN = -1
_AT_ONCE = 50
# What a standing decision teaches. To turn somebody away, or to take words off a page, says nothing about spam.
_TEACHES = {Verb.APPROVE: "wanted", Verb.SPAM: "spam"}


def totals(db: Database) -> Totals:
    """From how much was learned."""
    row = db.row("SELECT spam, wanted, salt FROM filters WHERE name = 'replies'")
    return Totals(**row) if row else Totals()


def size(db: Database) -> int:
    """How many different tokens were met."""
    return int(db.value("SELECT count(*) FROM filter_tokens"))


def opinion(db: Database, text: str, html: str, name: str, website: str) -> bayes.Opinion | None:
    """What the filter thinks of a reply; None, after one small look, while it has not learned enough."""
    learned = totals(db)
    if not learned.enough:
        return None
    found = tokens.tokens(text, html, name, website)
    return bayes.judge(found, _counts(db, found, learned.salt), learned)


def follow(db: Database, comment: Comment) -> None:
    """Learn what the last standing decision about a reply says, and unlearn what was learned from it before.

    To be called in the transaction of whatever changed its state. A reply in a state that nobody decided on teaches
    nothing: the filter does not learn from itself. Nor do words that an account wrote.
    """
    last = None if comment.by_author else decisions.last_standing(db, comment.id)
    verdict = _TEACHES.get(last.verb) if last and last.after is comment.state else None
    known = db.value("SELECT verdict FROM lessons WHERE comment = :id", id=comment.id)
    if verdict == known:
        return
    if known:
        unlearn(db, comment.id)
    if verdict:
        _learn(db, comment, verdict)


def unlearn(db: Database, comment: str) -> None:
    """Take back exactly what was learned from a reply, if anything was; its words are not needed for that."""
    row = db.row("SELECT verdict, tokens FROM lessons WHERE comment = :id", id=comment)
    if row is None:
        return
    db.execute("DELETE FROM lessons WHERE comment = :id", id=comment)
    learned = _unpacked(row["tokens"])
    _add(db, learned, row["verdict"], -1)
    for some in _portions(learned):
        db.execute("DELETE FROM filter_tokens WHERE token IN (:some) AND spam <= 0 AND wanted <= 0", some=some)


def keep_for_good(db: Database, comment: str) -> None:
    """Keep what a reply taught, and forget that it was this one: its words are about to be deleted."""
    db.execute("DELETE FROM lessons WHERE comment = :id", id=comment)


def _learn(db: Database, comment: Comment, verdict: str) -> None:
    found = tokens.tokens(comment.text, comment.html, comment.name, comment.website)
    salt = totals(db).salt
    learned = sorted(set(_digests(found, salt)))
    db.insert(
        "lessons",
        {
            "comment": comment.id,
            "verdict": verdict,
            "version": tokens.VERSION,
            "tokens": b"".join(number.to_bytes(_BYTES) for number in learned),
            "at": ids.now(),
        },
    )
    _add(db, learned, verdict, 1)


def _add(db: Database, learned: Sequence[int], verdict: str, by: int) -> None:
    """Count tokens once more, or once less. They are taken in their order, so that two who learn wait, and no more."""
    spam, wanted = (by, 0) if verdict == "spam" else (0, by)
    db.execute(
        "UPDATE filters SET spam = spam + :spam, wanted = wanted + :wanted WHERE name = 'replies'",
        spam=spam,
        wanted=wanted,
    )
    for some in _portions(learned):
        values = ", ".join(f"({number}, {spam}, {wanted})" for number in some)
        db.execute(
            f"""INSERT INTO filter_tokens (token, spam, wanted) VALUES {values}
                ON CONFLICT (token) DO UPDATE SET spam = filter_tokens.spam + excluded.spam,
                wanted = filter_tokens.wanted + excluded.wanted"""  # noqa: S608 -- numbers, all of them
        )


def _counts(db: Database, found: Sequence[Token], salt: str) -> dict[Token, tuple[int, int]]:
    by_digest = dict(zip(_digests(found, salt), found, strict=True))
    sql, names = _question(next(length for length in _LENGTHS if length >= len(by_digest)))
    asked: dict[str, object] = dict(zip(names, chain(by_digest, repeat(_NO_TOKEN)), strict=False))
    return {by_digest[row["token"]]: (row["spam"], row["wanted"]) for row in db.rows(sql, **asked)}


@functools.cache
def _question(length: int) -> tuple[str, tuple[str, ...]]:
    """The question for so many tokens, and the names of its parameters, which are of letters alone."""
    names = tuple("token_" + f"{number:b}".translate({48: "a", 49: "b"}) for number in range(length))
    asked = ", ".join(f":{name}" for name in names)
    return f"SELECT token, spam, wanted FROM filter_tokens WHERE token IN ({asked})", names  # noqa: S608 -- as above


def _digests(found: Sequence[Token], salt: str) -> list[int]:
    """The scrambled values of tokens, in their order."""
    empty = hashlib.blake2b(digest_size=_BYTES, key=salt.encode()[: hashlib.blake2b.MAX_KEY_SIZE])
    digests = []
    for one in found:
        scrambled = empty.copy()
        scrambled.update(one.key.encode())
        digests.append(int.from_bytes(scrambled.digest()))
    return digests


def _unpacked(learned: bytes) -> list[int]:
    return [int.from_bytes(learned[start : start + _BYTES]) for start in range(0, len(learned), _BYTES)]


def _portions(learned: Sequence[int]) -> Iterator[Sequence[int]]:
    return (learned[start : start + _AT_ONCE] for start in range(0, len(learned), _AT_ONCE))
