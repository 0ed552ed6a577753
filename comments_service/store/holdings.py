"""Holdings: every row that is held about somebody, portion by portion, so that thousands of words need no memory."""

from collections.abc import Iterator

from comments_service.database import Database, Row
from comments_service.models import Comment
from comments_service.providers import EMAIL
from comments_service.store import comments, subjects
from comments_service.store.subjects import Subject

_PORTION = 500


def own(db: Database, subject: Subject) -> Iterator[Comment]:
    """What somebody wrote, oldest first."""
    after = ""
    while found := comments.of_subject(db, subject, after=after, limit=_PORTION):
        yield from found
        after = found[-1].id


def sent_with_their_address(db: Database, subject: Subject) -> Iterator[Comment]:
    """What others sent with an address that somebody proved, oldest first."""
    after = ""
    while found := comments.sent_with_address_of(db, subject, after=after, limit=_PORTION):
        yield from found
        after = found[-1].id


def decided(db: Database, subject: Subject) -> Iterator[Row]:
    """What was decided about their words, and about what others sent with their address."""
    parameters = subjects.own(subject) | subjects.sent_with_theirs(subject)
    yield from _portions(
        db,
        f"""SELECT decisions.id, decisions.comment, decisions.verb, decisions.at, decisions.before, decisions.after,
                   decisions.undone_at, people.name AS decided_by
            FROM decisions JOIN comments ON comments.id = decisions.comment
            JOIN people ON people.id = decisions.decided_by
            WHERE decisions.id > :after AND (({subjects.OWN}) OR ({subjects.SENT_WITH_THEIRS}))
            ORDER BY decisions.id LIMIT :limit""",  # noqa: S608 -- the conditions are ours
        parameters,
    )


def done(db: Database, subject: Subject) -> Iterator[Row]:
    """What accounts did about them, and about their words, besides deciding."""
    yield from _portions(
        db,
        f"""SELECT acts.id, acts.verb, acts.kind, acts.subject, acts.at, acts.before, acts.after, acts.undone_at,
                   people.name AS done_by
            FROM acts JOIN people ON people.id = acts.done_by
            WHERE acts.id > :after AND (
                acts.kind = 'comment' AND acts.subject IN (SELECT comments.id FROM comments WHERE {subjects.OWN})
                OR acts.kind = 'person' AND acts.subject IN (:people))
            ORDER BY acts.id LIMIT :limit""",  # noqa: S608 -- the condition is ours
        subjects.own(subject) | {"people": list(subject.people)},
    )


def lessons(db: Database, subject: Subject) -> Iterator[Row]:
    """What the spam filter learned from their words."""
    yield from _portions(
        db,
        f"""SELECT comments.id, lessons.comment, lessons.verdict, lessons.version, lessons.tokens, lessons.at
            FROM comments JOIN lessons ON lessons.comment = comments.id
            WHERE comments.id > :after AND {subjects.OWN} ORDER BY comments.id LIMIT :limit""",  # noqa: S608
        subjects.own(subject),
    )


def conversations(db: Database, subject: Subject) -> Iterator[Row]:
    """Their conversations, with what is kept of each."""
    yield from _portions(
        db,
        """SELECT id, page, root, person, last_seq, state, comment, opened_at, due_at, asks, snoozed_until, thanks,
                  marks, badges, record, essay
           FROM conversations WHERE id > :after AND person IN (:people) ORDER BY id LIMIT :limit""",
        {"people": list(subject.people)},
    )


def events(db: Database, subject: Subject) -> Iterator[Row]:
    """What happened in their conversations, one after the other; `actor_name` is an author's."""
    for some in _conversations(db, subject):
        yield from db.rows(
            """SELECT events.conversation, events.seq, events.at, events.type, events.comment, events.person,
                      events.actor, events.data, people.name AS actor_name
               FROM events LEFT JOIN people ON people.id = events.actor AND people.role IS NOT NULL
               WHERE conversation IN (:some) ORDER BY conversation, seq""",
            some=some,
        )


def answers(db: Database, subject: Subject) -> Iterator[Row]:
    """What authors answered in their conversations, as far as it stands; not what was for another's eyes alone."""
    for some in _conversations(db, subject):
        yield from db.rows(
            """SELECT answers.conversation, answers.comment, comments.name, comments.created, comments.text
               FROM answers JOIN comments ON comments.id = answers.comment AND comments.state = 'published'
               WHERE answers.conversation IN (:some)
               AND (comments.private_at IS NULL OR comments.conversation = answers.conversation)
               ORDER BY answers.conversation, answers.comment""",
            some=some,
        )


def promises(db: Database, subject: Subject) -> Iterator[Row]:
    """What authors promised them."""
    for some in _conversations(db, subject):
        yield from db.rows(
            """SELECT promises.id, promises.conversation, promises.comment, promises.what, promises.made_at,
                      promises.due_at, promises.kept_at, promises.released_at, people.name AS promised_by
               FROM promises JOIN people ON people.id = promises.promised_by
               WHERE promises.conversation IN (:some) ORDER BY promises.id""",
            some=some,
        )


def _conversations(db: Database, subject: Subject) -> Iterator[list[str]]:
    """The ids of their conversations, some at a time."""
    after = ""
    while rows := db.rows(
        "SELECT id FROM conversations WHERE id > :after AND person IN (:people) ORDER BY id LIMIT :limit",
        after=after,
        people=list(subject.people),
        limit=_PORTION,
    ):
        after = rows[-1]["id"]
        yield [row["id"] for row in rows]


def _portions(db: Database, sql: str, parameters: Row) -> Iterator[Row]:
    after = ""
    while found := db.rows(sql, after=after, limit=_PORTION, **parameters):
        yield from found
        after = found[-1]["id"]


# ── what is little with everybody ───────────────────────────────────────────────────────────────────────────────────


def people(db: Database, subject: Subject) -> list[Row]:
    """Everybody as whom they appear here."""
    return db.rows(
        """SELECT id, created, name, email, trusted_at, history_refused_at, feed_number FROM people
           WHERE id IN (:people) ORDER BY id""",
        people=list(subject.people),
    )


def names(db: Database, subject: Subject) -> list[Row]:
    """The shapes of their names, which are kept so that nobody poses as them."""
    return db.rows(
        "SELECT shape, person FROM proven_names WHERE person IN (:people) ORDER BY person, shape",
        people=list(subject.people),
    )


def devices(db: Database, subject: Subject) -> list[Row]:
    """The devices that speak for them: since when, and what each proved; `here` is the digest of its secret."""
    return db.rows(
        """SELECT devices.secret AS here, devices.created, devices.person, devices.guest,
                  identities.label AS proved FROM devices
           LEFT JOIN identities ON identities.id = devices.identity
           WHERE devices.person IN (:people) OR devices.identity IN (:identities) OR devices.guest IN (:people)
           ORDER BY devices.created, devices.secret""",
        **subjects.own(subject),
    )


def notes(db: Database, subject: Subject) -> list[Row]:
    """What authors noted about them."""
    return db.rows(
        """SELECT notes.id, notes.person, notes.text, notes.at, people.name AS written_by FROM notes
           JOIN people ON people.id = notes.written_by WHERE notes.person IN (:people) ORDER BY notes.id""",
        people=list(subject.people),
    )


def comment_notes(db: Database, subject: Subject) -> list[Row]:
    """What authors and moderators noted at their words."""
    return db.rows(
        f"""SELECT comment_notes.id, comment_notes.comment, comment_notes.text, comment_notes.at,
                   people.name AS written_by
            FROM comments JOIN comment_notes ON comment_notes.comment = comments.id
            JOIN people ON people.id = comment_notes.written_by
            WHERE {subjects.OWN} ORDER BY comment_notes.id""",  # noqa: S608 -- the condition is ours
        **subjects.own(subject),
    )


def pictures(db: Database, subject: Subject) -> list[Row]:
    """The pictures that they chose to show: whether each was fetched, and if not, why."""
    return db.rows(
        """SELECT id, identity, created, problem, data IS NOT NULL AS fetched FROM pictures
           WHERE identity IN (:identities) ORDER BY id""",
        identities=list(subject.identities),
    )


def joins(db: Database, subject: Subject) -> list[Row]:
    """Who was taken for whom, by an author (`author`) or by themselves."""
    return db.rows(
        """SELECT joins.id, joins.person, joins.into_person, joins.at, joins.parted_at, joins.proven_at,
                  joins.joined_by, people.name AS author
           FROM joins LEFT JOIN people ON people.id = joins.joined_by AND people.role IS NOT NULL
           WHERE joins.person IN (:people) OR joins.into_person IN (:people) ORDER BY joins.id""",
        people=list(subject.people),
    )


def sayings(db: Database, subject: Subject) -> list[Row]:
    """That words, by their fingerprint, were said to them."""
    return db.rows(
        "SELECT id, words, comment, at FROM sayings WHERE said_to IN (:people) ORDER BY id",
        people=list(subject.people),
    )


def hearts(db: Database, subject: Subject) -> list[Row]:
    """The hearts that authors gave to their words."""
    return db.rows(
        f"""SELECT hearts.comment, hearts.at, people.name AS given_by FROM comments
            JOIN hearts ON hearts.comment = comments.id JOIN people ON people.id = hearts.given_by
            WHERE {subjects.OWN} ORDER BY hearts.comment""",  # noqa: S608 -- the condition is ours
        **subjects.own(subject),
    )


def likes(db: Database, subject: Subject) -> list[Row]:
    """What this browser likes."""
    return db.rows(
        "SELECT subject, at FROM likes WHERE device IN (:prints) ORDER BY subject", prints=list(subject.likes)
    )


def reports(db: Database, subject: Subject) -> list[Row]:
    """What they reported about the words of others."""
    return db.rows(
        """SELECT comment, reason, words, person, proven, network, at, settled_at, hid_at FROM reports
           WHERE person IN (:people) ORDER BY id""",
        people=list(subject.people),
    )


def reported(db: Database, subject: Subject) -> list[Row]:
    """That their words were reported: why and when, never by whom, nor what was said with it."""
    return db.rows(
        f"""SELECT reports.comment, reports.reason, reports.at, reports.settled_at, reports.hid_at FROM comments
            JOIN reports ON reports.comment = comments.id WHERE {subjects.OWN} ORDER BY reports.id""",  # noqa: S608
        **subjects.own(subject),
    )


def bans(db: Database, subject: Subject) -> list[Row]:
    """The bans on them, and on the addresses that they proved."""
    return db.rows(
        """SELECT bans.id, bans.kind, bans.action, bans.reason, bans.comment, bans.at, bans.until, bans.lifted_at,
                  people.name AS banned_by
           FROM bans JOIN people ON people.id = bans.banned_by
           WHERE (kind = 'person' AND subject IN (:people)) OR (kind = 'address' AND subject IN (
               SELECT subject FROM identities WHERE identities.id IN (:identities) AND provider = :email))
           ORDER BY bans.id""",
        people=list(subject.people),
        identities=list(subject.identities),
        email=EMAIL,
    )


def letters(db: Database, subject: Subject) -> list[Row]:
    """The letters with a code that were asked for, for an address of theirs or from this browser."""
    return db.rows(
        """SELECT address, created, expires, tries, used_at FROM challenges
           WHERE lower(address) IN (:addresses) OR errand = :errand ORDER BY id""",
        addresses=list(subject.addresses),
        errand=subject.errand,
    )


def correspondents(db: Database, subject: Subject) -> list[Row]:
    """How letters go to the addresses that they proved."""
    return db.rows(
        """SELECT address, language, rhythm, created, asked_at, confirmed_at, stopped_at, bounced_at, bounce
           FROM correspondents WHERE lower(address) IN (:addresses) ORDER BY id""",
        addresses=list(subject.addresses),
    )


def subscriptions(db: Database, subject: Subject) -> list[Row]:
    """What is told to the addresses that they proved."""
    return db.rows(
        """SELECT correspondents.address, subscriptions.kind, subscriptions.about, subscriptions.comment,
                  subscriptions.created, subscriptions.ended_at
           FROM correspondents JOIN subscriptions ON subscriptions.correspondent = correspondents.id
           WHERE lower(address) IN (:addresses) ORDER BY subscriptions.id""",
        addresses=list(subject.addresses),
    )


def news(db: Database, subject: Subject) -> Iterator[Row]:
    """What was told, or is to be told, to the addresses that they proved."""
    yield from _portions(
        db,
        """SELECT news.id, correspondents.address, news.kind, news.comment, news.page, news.created, news.letter,
                  news.told_at, news.dropped_at, news.remark
           FROM correspondents JOIN news ON news.correspondent = correspondents.id
           WHERE news.id > :after AND lower(address) IN (:addresses) ORDER BY news.id LIMIT :limit""",
        {"addresses": list(subject.addresses)},
    )


def under_way(db: Database, subject: Subject) -> Row | None:
    """What this browser is in the middle of, with the form as it was typed."""
    return db.row(
        "SELECT fields, purpose, comment, said, created, expires FROM errands WHERE id = :errand", errand=subject.errand
    )


def sign_ins(db: Database, subject: Subject) -> list[Row]:
    """The providers that this browser was sent to."""
    return db.rows(
        "SELECT provider, created, expires, used_at FROM authorizations WHERE errand = :errand ORDER BY created, state",
        errand=subject.errand,
    )


# ── what stands with their words, and may be wrong ──────────────────────────────────────────────────────────────────


def sent_with(db: Database, subject: Subject, *, limit: int) -> list[Row]:
    """The addresses and websites that stand with their words: `id` of the first reply, `number` of replies.

    `address_proven` and `website_proven` say whether it is what its writer proved.
    """
    return db.rows(
        f"""SELECT min(comments.id) AS id, comments.email, comments.website, count(*) AS number,
                   max(CASE WHEN comments.email <> '' AND lower(comments.email) = lower(identities.address)
                       THEN 1 ELSE 0 END) AS address_proven,
                   max(CASE WHEN comments.website <> '' AND comments.website = identities.url
                       THEN 1 ELSE 0 END) AS website_proven
            FROM comments LEFT JOIN identities ON identities.id = comments.identity
            WHERE {subjects.OWN} AND comments.state <> 'withdrawn'
            GROUP BY comments.email, comments.website ORDER BY id LIMIT :limit""",  # noqa: S608
        limit=limit,
        **subjects.own(subject),
    )
