"""SQL stands in the store alone, in the dialect that SQLite and PostgreSQL share."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICE = Path(__file__).resolve().parents[2] / "comments_service"
_SQL = re.compile(r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (TABLE|INDEX|UNIQUE)|WITH) ")
MAY_HOLD_SQL = ("store/", "migrations/", "database.py")
# Word -> why it is not in the common dialect.
FORBIDDEN = {
    r"\bAUTOINCREMENT\b|\bSERIAL\b": "ids are made in Python",
    r"\bBOOLEAN\b": "no boolean columns: a nullable time says whether and when",
    r"\bINSERT OR\b": "ON CONFLICT is understood by both",
    r"datetime\(|strftime\(|now\(\)|CURRENT_TIMESTAMP": "times come from ids.now()",
    r"\bILIKE\b|\bGLOB\b|\bREGEXP\b": "case folding happens in Python",
    r"\bFOR UPDATE\b": "an UPDATE … RETURNING locks the row on both",
    r"\?\s*[,)]": "parameters are named",
    r"\blast_insert_rowid\b|\browid\b": "ids are made in Python",
}


def texts() -> Iterator[tuple[str, str]]:
    for path in sorted(SERVICE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
                yield f"{path.relative_to(SERVICE)}:{node.lineno}", node.value
            elif isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
                if _SQL.match(text):
                    yield f"{path.relative_to(SERVICE)}:{node.lineno}", text


def faults(text: str) -> list[str]:
    return [reason for pattern, reason in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize(("where", "text"), list(texts()))
def test_every_sql_text_is_in_the_common_dialect(where: str, text: str) -> None:
    assert where.startswith(MAY_HOLD_SQL), f"{where}: SQL lives in the store"
    assert faults(text) == []


@pytest.mark.parametrize(("where", "text"), [pair for pair in texts() if " LIMIT " in pair[1]])
def test_what_is_cut_is_sorted_down_to_the_id(where: str, text: str) -> None:
    """With ties in the order, two engines would cut differently."""
    if "SELECT 1 " in text:
        return
    order = re.findall(r"ORDER BY (.*?)(?: DESC)?(?: LIMIT|$)", text, re.DOTALL)
    assert order, f"{where} is cut without an order"
    assert all(re.search(r"(\bid|\broot|\bpath)\s*(DESC)?$", one.strip()) for one in order), f"{where}: {order}"


def test_a_planted_fault_is_found() -> None:
    assert faults("CREATE TABLE x (id INTEGER PRIMARY KEY AUTOINCREMENT, done BOOLEAN)") == [
        "ids are made in Python",
        "no boolean columns: a nullable time says whether and when",
    ]
