"""The slowest texts we found, all at the size limit; `make soak ARGS=renderer` prints what they cost.

A shape is a unit that is repeated, a pair of which each fills one half, or lines that grow.
"""

from comments_service import rendering

UNITS = (
    # runs of one sign
    "*", "**", "_", "__", "~", "~~", "`", "``", "[", "]", "(", ")", "<", ">", "&", "\\", "!", "#", "-", "+",
    "|", '"', "'",
    " ", "\t", "\n", "\n\n", "a", "é", "e\u0301", "\u0301", "\u200b", "\U0001f3f4", "字",
    # emphasis
    "*a", "*a* ", "**a** ", "***a*** ", "_a_ ", "~~a~~ ", "*_", "_*_*", "**_", "*\n", "_\n", "*a **b ",
    "**a *b ", "***]", "`*",
    # links and addresses
    "[a", "[[", "](", "[](", "[a](", "[a](b", "![", "[a](https://x.org) ", "![a](https://x.org) ",
    "[[a](https://x.org)](",
    "[a](https://x.org '", "https://", "https://a ", "https://a.", "https://a)", "http://http://", "www.",
    "<https://a>", "<a@b",
    # code
    "`a` ", "`a``", "``a` ", "```\n", "~~~\n", "> ```\n", "- ```\n", "```a\n\n",
    # lists and quotes
    "- ", "* ", "+ ", "1. ", "> ", ">", "- > ", "> - ", "- 1. ", "- a\n", "1. a\n", "> a\n", "- a\n\n",
    "1. a\n\n", "> a\n\n",
    "- a\n\n1. a\n", "- a\n    - a\n", "- > a\n\n", "* > ```\n", "a\n- a\n", "a\n\n*\n", "x\na\n\n",
    "- a\n\n    a\n\n", ">a\n\n*\n*\n", "a\n- a\n\n\n", "x\na\n\n- a\n\n",
    # what is not Markdown here
    "<b>", "</p>", "<!--", "-->", "<![CDATA[", "<?", "<a href='", "&amp;", "&#60;", "# a\n", "a\n---\n",
    "|a|b|\n", "[a]: b\n",
)  # fmt: skip
HALVES = (
    ("[", "]"),
    ("(", ")"),
    ("*", "a*"),
    ("**a ", "b** "),
    ("> ", "a"),
    ("- a\n", "- a\n\n"),
    ("x\n", "*_"),
    ("`", "a`"),
    ("a", " "),
    (" ", "a"),
)
GROWING = ("    ", "> ", "- ", "1. ", "`", "*", "_", "~")


def _filled(unit: str, length: int = rendering.LONGEST) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def _grown(unit: str) -> str:
    return "".join(f"{unit * size}- a\n" for size in range(rendering.LONGEST))[: rendering.LONGEST]


SHAPES = (
    {repr(unit): _filled(unit) for unit in UNITS}
    | {f"{one!r} then {two!r}": _filled(one, 5_000) + _filled(two, 5_000) for one, two in HALVES}
    | {f"more and more {unit!r}": _grown(unit) for unit in GROWING}
)
