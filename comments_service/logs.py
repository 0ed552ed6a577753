"""Logs: JSON lines on standard error; no address, no secret, no word of anybody."""

import json
import logging
import sys

from comments_service import ids


class JsonLines(logging.Formatter):
    """Each record as one JSON object: time, level, logger, message, and what was given as `extra={"fields": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        line: dict[str, object] = {
            "at": ids.now(),
            "level": record.levelname.lower(),
            "of": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def to_stderr(level: str) -> None:
    """Send the whole process's log to standard error, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # What asks other servers would log the addresses that it asks, and they tell of whom.
    for talkative in ("httpx", "httpcore"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
