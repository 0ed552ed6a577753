"""What was done besides deciding, in words: one pair of phrases for each verb of the log of acts."""

from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup

from comments_service.models import Comment
from comments_service.store import comments, pages
from comments_service.store.acts import Act
from comments_service.web import context
from comments_service.web.desk import words

# Verb -> what somebody did, and what it is called when it is taken back. In both, `reply` and `thread` are the
# comment's ("Ben’s reply"), `left` and `now` the titles of the essays that a thread left and stands under now, and
# `before[…]` and `after[…]` whatever the act kept.
PHRASES: Mapping[str, tuple[Markup, Markup]] = {
    "edit": (Markup("edited {reply}"), Markup("the edit of {reply}")),
    "lock": (Markup("locked {thread}"), Markup("the lock on {thread}")),
    "unlock": (Markup("unlocked {thread}"), Markup("the unlocking of {thread}")),
    "pin": (Markup("pinned {thread}"), Markup("the pin on {thread}")),
    "unpin": (Markup("unpinned {thread}"), Markup("the unpinning of {thread}")),
    "move": (Markup("moved {thread} from “{left}” to “{now}”"), Markup("the move of {thread} to “{now}”")),
    "note": (Markup("noted something at {reply}"), Markup("a note at {reply}")),
    "unnote": (Markup("removed a note at {reply}"), Markup("the removal of a note at {reply}")),
    "save-reply": (Markup("saved the reply “{after[title]}”"), Markup("the saved reply “{after[title]}”")),
    "change-reply": (
        Markup("changed the saved reply “{after[title]}”"),
        Markup("the change of the saved reply “{after[title]}”"),
    ),
    "delete-reply": (
        Markup("deleted the saved reply “{before[title]}”"),
        Markup("the deletion of the saved reply “{before[title]}”"),
    ),
}
# Verb -> how the log's filter calls it.
KINDS: Mapping[str, str] = {
    "edit": "Edits",
    "move": "Moved threads",
    "lock": "Locks",
    "unlock": "Unlockings",
    "pin": "Pins",
    "unpin": "Unpinnings",
    "note": "Notes",
    "unnote": "Notes removed",
    "save-reply": "Replies saved",
    "change-reply": "Saved replies changed",
    "delete-reply": "Saved replies deleted",
}
_UNKNOWN = (Markup("did something else"), Markup("what was done"))


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
    return PHRASES.get(verb, _UNKNOWN)[which].format(
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
