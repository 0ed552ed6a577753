"""The table that the programmes print: one line a figure, with what was promised and whether it was kept."""

from dataclasses import dataclass, field


@dataclass
class Table:
    """Lines are printed as they are found; `broken` names the figures whose promise was not kept."""

    broken: list[str] = field(default_factory=list)

    def row(self, what: str, figure: str, promise: str = "", *, kept: bool | None = None) -> None:
        """Print one line."""
        mark = "" if kept is None else "kept" if kept else "BROKEN"
        if mark == "BROKEN":
            self.broken.append(what)
        print(f"{what:<52} {figure:>32}  {promise:<20} {mark}", flush=True)
