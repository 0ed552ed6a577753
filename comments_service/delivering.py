"""Delivering: the letters' queues, each worked by a thread of its own, so that no mail server keeps the pages waiting.

Whoever delivers claims a few letters at a time, and each goes this way: it is written, it is noted as begun, the mail
server gets it, and what came of it is kept together with what was told by it. So a letter that was begun and not ended
is the only one of which nobody knows whether it arrived: it is sent again, with the same Message-ID, by which mail
programs know it, and its news say that it may have come twice, and why.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comments_service import ids, keys, lanes, mail, notifying
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.lanes import STEADY
from comments_service.mail import Letter, Line
from comments_service.models import Job
from comments_service.settings import Settings
from comments_service.store import account_bounces, claims, correspondents, news, outbox, people
from comments_service.store.claims import Claim
from comments_service.unavailable import TransactionLost

_log = logging.getLogger("rapport.letters")
_POLL_SECONDS = 0.2
# How long a claim lasts: of a letter that waits for its turn, and of one that is being handed over, which is longer
# than all patience with a mail server together. So long a letter stays away whose worker was killed with it in hand.
_CLAIMED_SECONDS = 60
_BEGUN_SECONDS = 360
_TOGETHER_SECONDS = 60
# Letters that one worker claims at a time. Fewer go to whoever waits for them in person, and none behind the many.
_PORTIONS = {outbox.LETTERS: 10, outbox.BULK: 50}
# Letters that begin and end in one transaction, all in doubt if the worker is killed meanwhile. Each transaction
# waits for the disk; where there are many, that would take longer than the mail server does.
_TOGETHER = {outbox.LETTERS: 1, outbox.BULK: 10}
_UNSURE = "the mail server never said whether it took this letter the first time"


@dataclass(slots=True)
class _Handed:
    """A letter that was begun, and what came of it; not yet kept."""

    claim: Claim
    to: str
    outcome: Exception | None


@dataclass(slots=True)
class Delivery:
    """What delivering needs: its own connection to the database, and a line to the mail server that is kept."""

    db: Database
    settings: Settings
    secrets: Keys
    line: Line
    lane: str = outbox.LETTERS
    stops: Callable[[], bool] = field(default=lambda: False)

    def round(self) -> int:
        """Deliver a portion of what is due; returns how many letters that were. The line stays open.

        What became of the letters in hand is kept when the next ones begin, in one transaction with them.
        """
        with STEADY:
            waiting = self._take()
        taken, handed = len(waiting), list[_Handed]()
        while waiting and not self.stops():
            some, waiting = waiting[: _TOGETHER[self.lane]], waiting[_TOGETHER[self.lane] :]
            with STEADY, self.db.transaction():
                self._keep(handed)
                begun = self._begun(some)
            handed, unsent = self._sent(begun)
            waiting = unsent + waiting
            if handed and isinstance(handed[-1].outcome, mail.Away):
                # None of them would fare better, and trying each would take as many times the patience.
                handed += [_Handed(claim, "", handed[-1].outcome) for claim in waiting]
                break
        with STEADY, self.db.transaction():
            self._keep(handed)
            claims.release(self.db, waiting)
        return taken

    def _take(self) -> list[Claim]:
        now, lane = ids.now(), self.lane
        if not outbox.due(self.db, now=now, limit=1, lane=lane):
            return []
        with self.db.transaction():
            until = ids.now(seconds=_CLAIMED_SECONDS)
            return claims.take(self.db, lane, now=now, until=until, limit=_PORTIONS[lane])

    def _begun(self, some: Sequence[Claim]) -> list[tuple[Claim, Letter]]:
        """Write these letters and note that they begin, but for those that somebody else has by now."""
        written = {claim.job.id: (claim, letter) for claim, letter in self._written(some)}
        mine = [claim for claim, _ in written.values()]
        begun = claims.begin(self.db, mine, now=ids.now(), until=ids.now(seconds=_BEGUN_SECONDS))
        return [(claim, written[claim.job.id][1]) for claim in begun]

    def _written(self, some: Sequence[Claim]) -> list[tuple[Claim, Letter]]:
        """Write these letters; of one that nobody needs, or that can't be written, that is kept."""
        try:
            with self.db.attempt():
                written = [(claim, notifying.letter(self.db, self.settings, self.secrets, claim.job)) for claim in some]
        except TransactionLost:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad letter does not keep the others
            if len(some) > 1:
                return [one for claim in some for one in self._written([claim])]
            self._keep([_Handed(some[0], "", error)])
            return []
        for claim in claims.done(self.db, [claim for claim, letter in written if letter is None]):
            news.drop(self.db, claim.job.id, "Nobody needs it any more.", at=ids.now())
        return [(claim, letter) for claim, letter in written if letter]

    def _sent(self, begun: Sequence[tuple[Claim, Letter]]) -> tuple[list[_Handed], list[Claim]]:
        """Hand these letters over, and say what came of each; the rest did not begin after all.

        Where the server takes its time, some are left, so that the last one's claim does not run out meanwhile.
        """
        handed: list[_Handed] = []
        late = time.monotonic() + _TOGETHER_SECONDS
        for claim, letter in begun:
            away = handed and isinstance(handed[-1].outcome, mail.Away)
            if away or self.stops() or time.monotonic() > late:
                break
            try:
                mail.send(self.settings, letter, self.line)
            except Exception as error:  # noqa: BLE001 -- as above
                handed.append(_Handed(claim, letter.to, error))
            else:
                handed.append(_Handed(claim, letter.to, None))
        return handed, [claim for claim, _ in begun[len(handed) :]]

    def _keep(self, handed: Sequence[_Handed]) -> None:
        """Keep what became of these letters, unless their jobs are somebody else's by now."""
        if arrived := [one.claim for one in handed if one.outcome is None]:
            self._told(claims.done(self.db, arrived))
        for one in handed:
            if one.outcome is not None:
                self._keep_undone(one.claim, one.to, one.outcome)

    def _keep_undone(self, claim: Claim, to: str, outcome: Exception) -> None:
        db, job = self.db, claim.job
        match outcome:
            case mail.Refused():
                _log.warning("%s was given up: %s", job.fact, outcome)
                nobody = isinstance(outcome, mail.Nobody)
                if claims.give_up(db, claim, str(outcome)):
                    why = f"The address does not exist ({outcome.numbers})." if nobody else str(outcome)
                    self._never(claim, why, claim.doubt)
                if nobody:
                    self._bounced(job, to, outcome.numbers)
            case mail.Delayed():
                _log.warning("%s has to wait: %s", job.fact, outcome)
                doubt = _UNSURE if isinstance(outcome, mail.Unsure) else ""
                self._failed(claim, str(outcome), doubt)
            case _:
                kind = lanes.log_unforeseen(_log, job.fact, outcome)
                self._failed(claim, f"Something went wrong on our side ({kind}); the log says more.", "")

    def _told(self, arrived: Sequence[Claim]) -> None:
        for doubt in sorted({claim.doubt for claim in arrived}):
            alike = [claim.job for claim in arrived if claim.doubt == doubt]
            remark = f"It may have come twice: {doubt}." if doubt else ""
            news.told(self.db, [job.id for job in alike], at=ids.now(), remark=remark)
            if remark:
                for job in alike:
                    _log.warning("%s may have come twice: %s", job.fact, doubt)
        for account in filter(None, (notifying.account_of(claim.job) for claim in arrived)):
            account_bounces.clear(self.db, account)

    def _failed(self, claim: Claim, error: str, doubt: str) -> None:
        if claims.failed(self.db, claim, error, doubt=doubt):
            self._never(claim, error, doubt or claim.doubt)

    def _never(self, claim: Claim, error: str, doubt: str) -> None:
        """Note that what the letter tells is not told, as far as anybody knows."""
        remark = f"{error} It may have come all the same: {doubt}." if doubt else error
        news.drop(self.db, claim.job.id, remark, at=ids.now())

    def _bounced(self, job: Job, to: str, numbers: str) -> None:
        """Note that an address is nobody's, wherever it is known: letters do not go there until it is proven anew."""
        reader = correspondents.at(self.db, to)
        if reader:
            correspondents.bounced(self.db, reader.id, numbers, now=ids.now())
        account = notifying.account_of(job)
        if account and people.emails(self.db, [account]).get(account) == to:
            account_bounces.note(self.db, account, numbers, now=ids.now())


def deliver_once(db: Database, settings: Settings, secrets: Keys, *, those: Sequence[str] = outbox.BY_POST) -> int:
    """Deliver a portion of what is due in each lane, in a connection of its own; returns how many letters that were."""
    number = 0
    for lane in those:
        line = mail.way_out(settings)
        number += Delivery(db, settings, secrets, line, lane).round()
        line.close()
    return number


def run(settings: Settings, stops_within: Callable[[float], bool], lane: str = outbox.LETTERS) -> None:
    """Deliver what is in a lane until it is time to stop; the letter in hand is finished first."""
    line = mail.way_out(settings)

    def begin(db: Database) -> Callable[[], bool]:
        delivery = Delivery(db, settings, keys.load(settings.data), line, lane, lambda: stops_within(0.0))

        def one() -> bool:
            line.rest()
            return bool(delivery.round())

        return one

    try:
        lanes.work(settings, stops_within, begin, poll=_POLL_SECONDS, log=_log)
    finally:
        line.close()


def run_bulk(settings: Settings, stops_within: Callable[[float], bool]) -> None:
    """Deliver letters to the many, which nobody else's letter waits for."""
    run(settings, stops_within, outbox.BULK)
