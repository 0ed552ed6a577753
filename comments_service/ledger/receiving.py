"""What happens to comments: they are received, edited, confirmed, held, published, marked, removed and brought back.

Every function here takes a story and an event, and returns why the event is refused, if it is.
"""

from comments_service.ledger.drafts import CONFIRMATION, FILTER, REPLIES, Answer, Message
from comments_service.ledger.events import Event
from comments_service.ledger.moments import HOUR
from comments_service.ledger.promising import keep, make
from comments_service.ledger.records import Mark
from comments_service.ledger.story import Story

EDIT_WITHIN = HOUR // 4
_UNKNOWN = "there is no such comment in this conversation"
_WITHDRAWN = "its writer has withdrawn it"


def comment(story: Story, event: Event) -> str | None:
    """A reader's message, or an author's answer to this reader."""
    receipt, features = event.receipt, event.features
    if receipt is None or features is None:
        return "nothing was fixed at its receipt"
    if event.comment in story.messages or event.comment in story.answers:
        return "it was received before"
    if receipt.role == "reader":
        _message(story, Message.of(event, receipt, features))
        return None
    if receipt.role == "bot" or receipt.kind not in REPLIES:
        return None
    for message in filter(None, map(story.messages.get, receipt.to)):
        if message.live:
            _let_stand(story, message)
            story.publish(message, event.at)
    answer = Answer(event.comment, event.person, event.at, features, event.repeats, receipt.imported, receipt.private)
    story.answer(answer)
    # The answer stands in any case; what may be refused is a promise that comes with it.
    return make(story, event, answer) or keep(story, receipt.fulfils, answer)


def _message(story: Story, message: Message) -> None:
    story.messages[message.comment] = message
    story.receive(message)
    if message.receipt.filtered:
        story.marks[message.comment] = Mark(message.at, by_hand=False)
    story.speak(message)


def edit(story: Story, event: Event) -> str | None:
    """Its writer's own edit changes what a comment says, never its clock."""
    message, answer = story.messages.get(event.comment), story.answers.get(event.comment)
    edited = message or answer
    if edited is None or event.features is None:
        return _UNKNOWN
    if event.at - edited.at > EDIT_WITHIN or not edited.live:
        return "a comment can be edited for 15 minutes, while it stands"
    edited.features = event.features
    if answer:
        answer.repeats = event.repeats
        story.reconsider(answer, event.at)
    elif message and not any(turn.run.counted for turn in message.turns):
        story.speak(message)
    return None


def verify(story: Story, event: Event) -> str | None:
    """The writer's address is confirmed: they have spoken now."""
    message = story.messages.get(event.comment)
    if message is None or CONFIRMATION not in message.kept_back:
        return "nothing is to be confirmed"
    message.kept_back.remove(CONFIRMATION)
    message.clock = event.at
    story.receive(message)
    story.speak(message)
    return None


def approve(story: Story, event: Event) -> str | None:
    """A comment is let stand, wherever it was kept; that it was held has stopped no clock."""
    why = _restore(story, event)
    if message := None if why else story.messages.get(event.comment):
        story.publish(message, event.at)
    return why


def unapprove(story: Story, event: Event) -> str | None:
    """A comment is held again: a reader's is waited for all the same, an answer no longer stands."""
    if answer := story.answers.get(event.comment):
        answer.take_away(event.at)
        return None
    return None if event.comment in story.messages else _UNKNOWN


def spam(story: Story, event: Event) -> str | None:
    """Marked as spam by hand."""
    return _mark(story, event)


def unspam(story: Story, event: Event) -> str | None:
    """The mark is taken back, also the filter's: then the comment has been one since its receipt."""
    return _restore(story, event)


def remove(story: Story, event: Event) -> str | None:
    """Withdrawn by its reader, or removed by the author: as abuse, or for another reason, which clears no record."""
    message, by_reader = story.messages.get(event.comment), event.by == "reader"
    if by_reader and message is None:
        return _UNKNOWN
    if event.reason == "abuse" and not by_reader:
        return _mark(story, event)
    if message is None:
        return _take_away(story, event)
    if message.withdrawn:
        return _WITHDRAWN
    message.withdrawn = by_reader
    story.clear(message, event.at, record=by_reader)
    return None


def unremove(story: Story, event: Event) -> str | None:
    """A removal is taken back by the author."""
    return _restore(story, event)


def erase(story: Story, event: Event) -> str | None:
    """The reader asked to be forgotten."""
    story.erase(event.at)
    return None


def _let_stand(story: Story, message: Message) -> None:
    """No spam, then: what the filter kept back was said when it was received."""
    story.marks.pop(message.comment, None)
    if FILTER in message.kept_back:
        message.kept_back.remove(FILTER)
        story.speak(message)


def _mark(story: Story, event: Event) -> str | None:
    message = story.messages.get(event.comment)
    if message is None:
        return _take_away(story, event)
    if message.withdrawn:
        return _WITHDRAWN
    story.marks.setdefault(event.comment, Mark(event.at, by_hand=True))
    story.clear(message, event.at, record=True)
    return None


def _take_away(story: Story, event: Event) -> str | None:
    answer = story.answers.get(event.comment)
    if answer is None:
        return _UNKNOWN
    answer.take_away(event.at)
    return None


def _restore(story: Story, event: Event) -> str | None:
    if answer := story.answers.get(event.comment):
        answer.bring_back(event.at)
        return None
    message = story.messages.get(event.comment)
    if message is None:
        return _UNKNOWN
    if message.withdrawn:
        return _WITHDRAWN
    story.restore(message, event.at)
    _let_stand(story, message)
    return None
