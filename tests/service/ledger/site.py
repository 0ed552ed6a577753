"""A small site for stories about the ledger: Ana writes, readers write to her, hours pass."""

from datetime import UTC, datetime, timedelta

from comments_service.ledger import answers

START = datetime(2026, 3, 2, tzinfo=UTC)
READERS = ["ben", "cleo", "dan", "eve", "fay", "gil"]


class Site:
    """What happens, in the format of the cases; times are hours since a Monday, midnight in UTC."""

    def __init__(self, *, hosts=(), sample=(10, 5), **essays):
        essays = {name: {"authors": ["ana"]} | facts for name, facts in ({"net": {}} | essays).items()}
        self.config = {
            "answer_within_h": 72,
            "min_sample": sample[0],
            "min_people": sample[1],
            "tz": "UTC",
            "hosts": list(hosts),
            "essays": essays,
        }
        self.people = {name: {"name": name.title()} for name in ["ana", *READERS]}
        self.events = []
        self.hour = 0.0

    def at(self, hour):
        self.hour = hour
        return self

    def does(self, type_, comment=None, **facts):
        about = {"comment": comment} if comment else {}
        self.events.append({"type": type_, "at": time(self.hour), **about, **facts})
        return self

    def says(self, person, id_, text="How?", to=None, **facts):
        place = {"reply_to": to} if to else {"essay": facts.pop("essay", "net")}
        return self.does("comment", id=id_, person=person, text=text, **place, **facts)

    def answers(self, to, id_, text=None, person="ana", **facts):
        return self.says(person, id_, text or f"That is answer {id_}.", to, **facts)

    def closes(self, comment, reason, **facts):
        return self.does("close", comment, reason=reason, **facts)

    def removes(self, comment, reason="other"):
        return self.does("remove", comment, by="author", reason=reason)

    def withdraws(self, comment):
        return self.does("remove", comment, by="reader")

    # ── what is asked ──

    def ask(self, what, hour, **facts):
        check = {"ask": what, "now": time(hour), **facts}
        return self.answered([check])[0]

    def answered(self, checks):
        return answers({"config": self.config, "people": self.people, "events": self.events, "checks": checks})

    def verdicts(self, hour):
        return self.ask("verdicts", hour)

    def state(self, comment, hour):
        return self.ask("state", hour, comment=comment)["state"]

    def counts(self, hour):
        """On time, late, unanswered, excused, pending."""
        found = self.ask("site", hour)
        return tuple(found[name] for name in ("on_time", "late", "unanswered", "excused", "pending"))

    def refused(self, hour):
        return [(found["event"], found.get("why")) for found in self.ask("rejected", hour)]


def time(hour):
    return (START + timedelta(hours=hour)).isoformat()
