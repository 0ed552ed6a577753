"""What happens to promises: made with an answer, kept by one or elsewhere, moved once, let off by the reader.

Every function here takes a story and returns why something is refused, if it is.
"""

from comments_service.ledger.drafts import Answer, Bond, PromiseDraft
from comments_service.ledger.events import Event
from comments_service.ledger.story import Story

_UNKNOWN = "there is no such promise in this conversation"
_SETTLED = "it is settled already"
_PAST = "a promise needs a date that is still to come"


def make(story: Story, event: Event, answer: Answer) -> str | None:
    """A promise is made with an answer."""
    if not event.promise:
        return None
    if event.promise in story.promises:
        return "it was promised before"
    if event.due <= event.at:
        return _PAST
    story.promises[event.promise] = PromiseDraft(event.promise, answer.comment, event.person, event.at, event.due)
    return None


def keep(story: Story, promise: str, answer: Answer) -> str | None:
    """An answer is marked as keeping a promise; it does as long as it stands."""
    if not promise:
        return None
    draft = story.promises.get(promise)
    if draft is None:
        return _UNKNOWN
    if not answer.personal:
        return "a promise is kept in words of one's own"
    draft.bonds.append(Bond(answer, answer.at))
    return None


def kept(story: Story, event: Event) -> str | None:
    """Kept elsewhere: they met, or a mail went out. It counts from its recording."""
    draft = story.promises.get(event.promise)
    if draft is None:
        return _UNKNOWN
    if not draft.record().is_open:
        return _SETTLED
    draft.elsewhere.append(event.at)
    return None


def undo(story: Story, event: Event) -> str | None:
    """The recording that it was kept elsewhere is taken back."""
    draft = story.promises.get(event.promise)
    if draft is None or not draft.elsewhere:
        return "there is nothing to take back"
    draft.elsewhere.pop()
    return None


def extend(story: Story, event: Event) -> str | None:
    """Moved once, before it was due, and the reader was told in the thread: then the new date counts."""
    draft = story.promises.get(event.promise)
    if draft is None:
        return _UNKNOWN
    refused = (
        (not draft.record().is_open, _SETTLED),
        (event.at > draft.due, "its date has passed"),
        (draft.extended, "it was moved once already"),
        (event.due <= event.at, _PAST),
        (not _told(story.answers.get(event.told), draft), "tell the reader in the thread first"),
    )
    why = next((why for holds, why in refused if holds), None)
    if why is None:
        draft.due, draft.extended = event.due, True
    return why


def _told(answer: Answer | None, draft: PromiseDraft) -> bool:
    """Whether the reader was told: in words that stand, after the promise was made."""
    if answer is None or answer.comment == draft.comment:
        return False
    return answer.live and answer.personal and answer.at >= draft.made_at


def release(story: Story, event: Event) -> str | None:
    """The reader lets the author off."""
    draft = story.promises.get(event.promise)
    if draft is None:
        return _UNKNOWN
    if not draft.record().is_open:
        return _SETTLED
    draft.released_at = event.at
    return None
