"""What was done besides deciding, in words: one pair of phrases for each verb of the log of acts."""

from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup

from comments_service.models import Comment
from comments_service.store import comments, pages
from comments_service.store.acts import Act
from comments_service.web import context
from comments_service.web.desk import words

# Kind and verb -> what somebody did, what it is called when it is taken back, and how the log's filter calls all of
# them. In the first two, `reply` and `thread` are the comment's ("Ben’s reply"), `left` and `now` the titles of the
# essays that a thread left and stands under now, and `before[…]` and `after[…]` whatever the act kept.
PHRASES: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("comment", "edit"): ("edited {reply}", "the edit of {reply}", "Edits"),
    ("comment", "lock"): ("locked {thread}", "the lock on {thread}", "Locks"),
    ("comment", "unlock"): ("unlocked {thread}", "the unlocking of {thread}", "Unlockings"),
    ("comment", "pin"): ("pinned {thread}", "the pin on {thread}", "Pins"),
    ("comment", "unpin"): ("unpinned {thread}", "the unpinning of {thread}", "Unpinnings"),
    ("comment", "move"): (
        "moved {thread} from “{left}” to “{now}”",
        "the move of {thread} to “{now}”",
        "Moved threads",
    ),
    ("comment", "note"): ("noted something at {reply}", "a note at {reply}", "Notes"),
    ("comment", "unnote"): ("removed a note at {reply}", "the removal of a note at {reply}", "Notes removed"),
    ("reply", "save"): ("saved the reply “{after[title]}”", "the saved reply “{after[title]}”", "Replies saved"),
    ("reply", "change"): (
        "changed the saved reply “{after[title]}”",
        "the change of the saved reply “{after[title]}”",
        "Saved replies changed",
    ),
    ("reply", "delete"): (
        "deleted the saved reply “{before[title]}”",
        "the deletion of the saved reply “{before[title]}”",
        "Saved replies deleted",
    ),
}
_UNKNOWN = ("did something else", "what was done", "")


def subject(act: Act) -> Comment | None:
    """The comment that an act was about, if it was about one."""
    return comments.find(context.db(), act.subject) if act.kind == "comment" else None


def told(act: Act, about: Comment | None) -> Markup:
    """What an act did: `edited Ben’s reply`; of one that took another back: `took back the edit of Ben’s reply`."""
    if act.verb == "undo":
        return Markup("took back {}").format(called(act, about, verb=str(act.after.get("verb", ""))))
    return _phrase(act, about, act.verb, 0)


def called(act: Act, about: Comment | None, *, verb: str = "") -> Markup:
    """What an act is called when it is taken back: `the edit of Ben’s reply`."""
    return _phrase(act, about, verb or act.verb, 1)


def address(act: Act) -> str:
    """Where the desk shows what an act was about; empty if nowhere."""
    return {"comment": f"/desk/comments/{act.subject}", "reply": "/desk/replies"}.get(act.kind, "")


def _phrase(act: Act, about: Comment | None, verb: str, which: int) -> Markup:
    before, after = (defaultdict(str, kept) for kept in (act.before, act.after))
    return Markup(PHRASES.get((act.kind, verb), _UNKNOWN)[which]).format(  # noqa: S704 -- the phrases are ours
        reply=words.whose(about) if about else Markup("a reply"),
        thread=words.whose(about, "thread") if about else Markup("a thread"),
        left=_title(before["page"]),
        now=_title(after["page"] or (about.page if about else "")),
        before=before,
        after=after,
    )


def _title(path: object) -> str:
    found = pages.find(context.db(), str(path)) if path else None
    return found.title if found else str(path)
