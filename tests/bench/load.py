"""Load from wrk on the same machine, and what processes weigh."""

import contextlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_POST = """
local number = {seed}
request = function()
  number = number + 1
  local words = "I met forty people at the conference, reply " .. number .. ", and *most* of them never wrote back. " ..
    "What do you do after the first coffee? I tried https://example.org/" .. number .. " and it went well for a " ..
    "year, then it did not any more. I would love to hear how it works for you, and what you would do in my place."
  local headers = {{["Content-Type"] = "application/json", ["Accept"] = "application/json"}}
  return wrk.format("POST", "{path}", headers, {body})
end
done = function(summary, latency)
  io.write(string.format("p95_ms %.1f\\n", latency:percentile(95) / 1000))
end
"""
RAPPORT_BODY = """string.format('{"page": "/posted/", "name": "Reader %d", "text": "%s"}', number % 50, words)"""
ISSO_BODY = """string.format('{"author": "Reader %d", "title": "Posted", "text": "%s"}', number % 50, words)"""


@dataclass(frozen=True)
class Result:
    """Requests a second; how many failed, by error, time-out or status; the 95th percentile in milliseconds."""

    rate: float
    failed: int
    p95: float


def get(url: str, *, at_once: int, seconds: int, headers: dict[str, str] | None = None) -> Result:
    """Read an address over and over."""
    named = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    return _wrk(url, at_once, seconds, named)


def post(url: str, path: str, body: str, folder: Path, at_once: int, seconds: int, seed: int) -> Result:
    """Send replies, no two the same."""
    script = folder / "post.lua"
    script.write_text(_POST.format(seed=seed, path=path, body=body))
    return _wrk(url, at_once, seconds, ["-s", str(script)])


def _wrk(url: str, at_once: int, seconds: int, more: list[str]) -> Result:
    wrk = shutil.which("wrk")
    if wrk is None:
        message = "The load comes from wrk: `apt-get install wrk` (or your system's package) makes the benchmarks run."
        raise SystemExit(message)
    command = [wrk, "-t", "1", "-c", str(at_once), "-d", f"{seconds}s", "--timeout", "10s", "--latency", *more, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    p95 = re.search(r"p95_ms ([\d.]+)", said)
    failed = (int(wrong[1]) if wrong else 0) + (sum(map(int, sockets.groups())) if sockets else 0)
    return Result(float(rate[1]) if rate else 0.0, failed, float(p95[1]) if p95 else 0.0)


def weight(pid: int) -> float:
    """The proportional set size of a process and its descendants, in megabytes: what they weigh, nothing twice."""
    total = 0.0
    for process in _family(pid):
        # A process may end while it is looked at.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(found[1]) / 1024 if found else 0
    return total


def _family(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                found += _family(int(child))
    return found
