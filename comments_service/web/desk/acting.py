"""What was done besides deciding, in words: one pair of phrases for each verb of the log of acts."""

from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup

from comments_service.models import Comment
from comments_service.store import bans, comments, pages, spoken
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
        "the move of {thread}",
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
    ("comment", "settle"): (
        "left {reply} as it is, whatever was reported",
        "the look at what was reported of {reply}",
        "Reports settled",
    ),
    ("comment", "by letter"): ("decided about {reply} by a letter’s link", "", "Decided by a letter’s link"),
    ("ban", "ban"): ("banned whoever wrote {reply}", "the ban of whoever wrote {reply}", "Bans"),
    ("ban", "lift"): ("lifted a ban, of whoever wrote {reply}", "the lifting of a ban", "Bans lifted"),
    ("person", "trust"): ("trusted {person}", "the trust in {person}", "Trust given"),
    ("person", "distrust"): ("trusted {person} no more", "the end of the trust in {person}", "Trust taken"),
    ("rule", "make"): ("made the rule “{after[name]}”", "the making of the rule “{after[name]}”", "Rules made"),
    ("rule", "change"): ("changed the rule “{after[name]}”", "the change of “{after[name]}”", "Rules changed"),
    ("rule", "switch on"): ("switched the rule “{after[name]}” on", "the switching on of a rule", "Rules switched on"),
    ("rule", "switch off"): (
        "switched the rule “{after[name]}” off",
        "the switching off of a rule",
        "Rules switched off",
    ),
    ("rule", "move"): ("moved the rule “{after[name]}”", "the move of the rule “{after[name]}”", "Rules moved"),
    ("rule", "delete"): ("deleted the rule “{before[name]}”", "the deletion of a rule", "Rules deleted"),
}
_UNKNOWN = ("did something else", "what was done", "")


def subject(act: Act) -> Comment | None:
    """The comment that an act was about, or at which somebody was banned, if there is one."""
    if act.kind == "comment":
        return comments.find(context.db(), act.subject)
    ban = bans.find(context.db(), act.subject) if act.kind == "ban" else None
    return comments.find(context.db(), ban.comment) if ban else None


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
    return {
        "comment": f"/desk/comments/{act.subject}",
        "person": f"/desk/people/{act.subject}",
        "ban": "/desk/bans",
        "rule": "/desk/rules",
        "reply": "/desk/replies",
    }.get(act.kind, "")


def _phrase(act: Act, about: Comment | None, verb: str, which: int) -> Markup:
    before, after = (defaultdict(str, kept) for kept in (act.before, act.after))
    return Markup(PHRASES.get((act.kind, verb), _UNKNOWN)[which]).format(  # noqa: S704 -- the phrases are ours
        reply=words.whose(about) if about else Markup("a reply"),
        thread=words.whose(about, "thread") if about else Markup("a thread"),
        person=_person(act),
        left=_title(before["page"]),
        now=_title(after["page"] or (about.page if about else "")),
        before=before,
        after=after,
    )


def _person(act: Act) -> Markup:
    """The name under which somebody wrote last."""
    said = spoken.last_words(context.db(), [act.subject]) if act.kind == "person" else None
    return Markup("<bdi>{}</bdi>").format(said.name) if said else Markup("somebody")


def _title(path: object) -> str:
    found = pages.find(context.db(), str(path)) if path else None
    return found.title if found else str(path)
