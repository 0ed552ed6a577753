"""Claims: which worker has which job of the post in hand, and until when; several processes and machines may deliver.

A claim is known by its end: whoever takes a job over when a claim ran out gives it a later one, so that the same words
that ask for a job's claim say whether it is still one's own. In a letter's way each state is a row: claimed, begun
(its letter is being handed over), done, to be tried again, or given up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Job
from comments_service.store import outbox

# A letter is tried for four days, as RFC 5321 (4.5.4.1) has it: again after 1 s, 4 s, 16 s … 68 minutes, since most
# that goes wrong passes quickly, then every three hours.
TRIES = 40
_LONGEST_PAUSE = 3 * 3600
# In whose words a letter's news tell that it may have come twice.
_STOPPED = "the blog’s worker was stopped while it handed this letter over"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is one's own until a time; `doubt` says why its letter may have gone before, or nothing."""

    job: Job
    until: str
    doubt: str


def take(db: Database, lane: str, *, now: str, until: str, limit: int) -> list[Claim]:
    """Claim the jobs of a lane that are due first and nobody's, one worker each; `until` is later than `now`.

    A letter that was begun under a claim that ran out may have arrived; its claim says so from here on.
    """
    rows = db.rows(
        """UPDATE jobs SET claimed_until = :until, begun_at = NULL,
               doubt = CASE WHEN begun_at IS NULL THEN doubt ELSE :stopped END
           WHERE id IN (
               SELECT id FROM jobs WHERE gave_up_at IS NULL AND lane = :lane AND run_at <= :now
               AND (claimed_until IS NULL OR claimed_until <= :now) ORDER BY run_at, id LIMIT :limit)
           AND gave_up_at IS NULL AND (claimed_until IS NULL OR claimed_until <= :now)
           RETURNING id, fact, subject, data, attempts, run_at, doubt""",
        lane=lane,
        now=now,
        until=until,
        limit=limit,
        stopped=_STOPPED,
    )
    rows.sort(key=lambda row: (row["run_at"], row["id"]))
    return [Claim(outbox.job_of(row), until, row["doubt"]) for row in rows]


def begin(db: Database, claimed: Sequence[Claim], *, now: str, until: str) -> list[Claim]:
    """Note that letters are about to be handed over, and renew their claims; returns those that are still one's own."""
    own = _own(db, "UPDATE jobs SET begun_at = :now, claimed_until = :until", claimed, now=now, until=until)
    return [Claim(claim.job, until, claim.doubt) for claim in own]


def done(db: Database, claimed: Sequence[Claim]) -> list[Claim]:
    """Forget jobs that were done; returns those that were still one's own: somebody else does the others again."""
    return _own(db, "DELETE FROM jobs", claimed)


def failed(db: Database, claim: Claim, error: str, *, doubt: str = "") -> bool:
    """Let a job be tried again later; True if that was its last try, and it is kept for the operator.

    `error` holds nothing personal; `doubt` says why the letter may have arrived all the same.
    """
    last = claim.job.attempts + 1 >= TRIES
    kept = db.execute(
        """UPDATE jobs SET attempts = attempts + 1, error = :error, run_at = :run_at, gave_up_at = :gave_up_at,
               claimed_until = NULL, begun_at = NULL, doubt = CASE WHEN :doubt = '' THEN doubt ELSE :doubt END
           WHERE id = :id AND claimed_until = :mine""",
        id=claim.job.id,
        mine=claim.until,
        error=error[:500],
        doubt=doubt,
        run_at=ids.now(seconds=min(4**claim.job.attempts, _LONGEST_PAUSE)),
        gave_up_at=ids.now() if last else None,
    )
    return last and kept == 1


def give_up(db: Database, claim: Claim, error: str) -> bool:
    """Keep a job for the operator that no further try would help; False if it is somebody else's by now."""
    return (
        db.execute(
            """UPDATE jobs SET attempts = attempts + 1, error = :error, gave_up_at = :now, claimed_until = NULL,
                   begun_at = NULL WHERE id = :id AND claimed_until = :mine""",
            id=claim.job.id,
            mine=claim.until,
            error=error[:500],
            now=ids.now(),
        )
        == 1
    )


def release(db: Database, claimed: Sequence[Claim]) -> None:
    """Give jobs back whose letters were not handed over, so that nobody waits for the claim to run out."""
    _own(db, "UPDATE jobs SET claimed_until = NULL, begun_at = NULL", claimed)


def _own(db: Database, act: str, claimed: Sequence[Claim], **given: object) -> list[Claim]:
    """Act upon the jobs that are still one's own, and return their claims; those that end together take one statement.

    Their ends stay apart from each other: an end that is another's claim of this job must not count as one's own.
    """
    by_end: dict[str, list[str]] = {}
    for claim in claimed:
        by_end.setdefault(claim.until, []).append(claim.job.id)
    own = {
        (row["id"], end)
        for end, jobs in by_end.items()
        for row in db.rows(
            f"{act} WHERE id IN (:jobs) AND claimed_until = :mine RETURNING id", jobs=jobs, mine=end, **given
        )
    }
    return [claim for claim in claimed if (claim.job.id, claim.until) in own]
