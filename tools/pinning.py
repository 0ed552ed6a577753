"""Pins every package anew after a change in pyproject.toml: uv.lock, and the two lists that set-up installs from.

`python3 -m tools.pinning`, with the options of `uv lock` such as `--upgrade`.
"""

from __future__ import annotations

import os
import sys

from tools import uv
from tools.bootstrap import LISTS, LOG, ROOT, TOOLS, alone, finish, go_on_with_a_new_enough_python, run
from tools.fetching import PYPI, Refused, Unavailable

EXPORT = ("export", "--frozen", "--no-emit-project", "--no-annotate", "--no-default-groups", "--group", "build")


def pin(options: list[str]) -> None:
    """Resolve pyproject.toml and export the lists; refuses, with what to do, when uv or the network is missing."""
    go_on_with_a_new_enough_python("tools.pinning")
    for name in [name for name in os.environ if name.endswith(("INDEX", "INDEX_URL", "FIND_LINKS"))]:
        del os.environ[name]  # the addresses of a private mirror must not get into the lock
    with alone():
        try:
            program = uv.binary(TOOLS)
            run(program, "lock", "--default-index", PYPI, *options)
            run(program, *EXPORT, "--output-file", LISTS["run"].relative_to(ROOT))
            run(program, *EXPORT, "--group", "dev", "--output-file", LISTS["dev"].relative_to(ROOT))
        except Unavailable as reason:
            raise Refused(f"pinning needs uv and the network ({reason}). The whole story is in {LOG}.") from None


if __name__ == "__main__":
    sys.exit(finish(lambda: pin(sys.argv[1:])))
