"""Which tests go to the same process of a run, because what they start costs more than they do.

pytest-xdist would learn it from marks; with pytest 9.2 it no longer does, and says nothing: it writes the group into a
name that nobody reads any more. So this asks where a test stands.
"""

from xdist.scheduler import LoadScopeScheduling

GROUPS = {
    "tests/journeys/": "one blog and one browser, which are waited for while others compute",
    "tests/authoring/test_demo.py": "the sample is played once",
    "tests/authoring/test_laptop.py": "a laptop and a server",
    "tests/authoring/test_verifying.py": "one sound site",
    "tests/service/test_front_server.py": "web servers in front",
    "tests/service/test_hosts.py": "web servers in front",
    "tests/web/test_openapi.py": "one document",
}


def group_of(nodeid: str) -> str:
    """What a test shares with others; alone, it is a group of its own."""
    return next((group for beginning, group in GROUPS.items() if nodeid.startswith(beginning)), nodeid)


class Together(LoadScopeScheduling):  # type: ignore[misc] # the library says nothing about its types
    """Gives each process a group when it is free, the largest first, so that none is alone at work in the end."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
