"""The conversation ledger: events in, states and figures out. Pure: no clock, no chance, no input or output.

An event is written with what was in force at its receipt (`Event`, `Receipt`, `features`, and from `filing` whose word
it is for), and filed in each conversation that it touches. `replay` tells one conversation again from its own events;
`state`, `badge`, `figures`, `promises`, `people`, `queue` and `digest` read what it comes to. `answers` is the door for
worked cases.
"""

from comments_service.ledger.cases import answers
from comments_service.ledger.clocks import Away
from comments_service.ledger.data import JSON, LedgerError
from comments_service.ledger.events import WITHIN, Event, Receipt, Role
from comments_service.ledger.features import Features, features
from comments_service.ledger.filing import FORM_LETTER_FOR, Placed, addressed, addressee, reached, repeats
from comments_service.ledger.records import Conversation, Promise, ReachOut, Rejection, verdict
from comments_service.ledger.replay import refusal, replay
from comments_service.ledger.states import Badge, State, badge, state

__all__ = [
    "FORM_LETTER_FOR",
    "JSON",
    "WITHIN",
    "Away",
    "Badge",
    "Conversation",
    "Event",
    "Features",
    "LedgerError",
    "Placed",
    "Promise",
    "ReachOut",
    "Receipt",
    "Rejection",
    "Role",
    "State",
    "addressed",
    "addressee",
    "answers",
    "badge",
    "features",
    "reached",
    "refusal",
    "repeats",
    "replay",
    "state",
    "verdict",
]
