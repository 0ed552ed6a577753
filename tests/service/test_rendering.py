"""Readers' words are harmless, look as they were meant, and cost little, whatever is sent."""

import hashlib
import importlib
import inspect
import re
import sys
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service import readers_markdown, rendering, texts
from comments_service.readers_markdown import ReadersMarkdown, fences, leads_safely
from comments_service.rendering import LONGEST, excerpt, plain, to_html
from tests.data import attacks

unhurried = settings(deadline=None)  # how long an example takes is no promise
LINK = '<a href="{0}" rel="nofollow ugc noopener">{1}</a>'

# Signs that mean something to Markdown, to HTML or to us, between words.
SIGNS = (
    "*", "**", "***", "_", "__", "~~", "~", "`", "``", "```", "~~~", "[", "]", "(", ")", "](", "](https://x.org)", "![",
    "<", ">", "&", "&amp;", "&#60;", "\\", "#", "-", "+", "1.", "|", "!", "'", '"', ":", "//", "https://",
    "https://x.org/a_b_c", "<https://x.org>", "<script>", "</p>", "<!--", "-->", "javascript:", "mailto:a@b.org",
    "\x02", "\x03", "\x02fenced:0\x03", "\x02klzzwxh:0000\x03", "\u202e", "\u200b", "\u0301", "\ufdd0",
    "\ud800", "é", "字",
)  # fmt: skip
BREAKS = (" ", "  ", "\n", "\n\n", "\n> ", "\n- ", "\n1. ", "\n    ", "\n    - ", "\n```\n", "\n> ```\n", "\r\n", "\t")
PIECES = (*SIGNS, *BREAKS, "word")
ANYTHING = st.text(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


MEANT = [
    ("Plain.", "<p>Plain.</p>"),
    ("*a* _b_ **c** __d__", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong></p>"),
    ("***a*** ~~b~~ `c`", "<p><strong><em>a</em></strong> <del>b</del> <code>c</code></p>"),
    ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
    ("*a **b** c*", "<p><em>a <strong>b</strong> c</em></p>"),
    ("2 * 3 * 4, snake_case_word, \\*no\\*", "<p>2 * 3 * 4, snake_case_word, *no*</p>"),
    ("one\ntwo  \nthree\n\nfour", "<p>one<br>two<br>three</p><p>four</p>"),
    ("line\r\nline", "<p>line<br>line</p>"),
    ("> you said\n\nI say", "<blockquote><p>you said</p></blockquote><p>I say</p>"),
    ("> > they", "<blockquote><blockquote><p>they</p></blockquote></blockquote>"),
    ("Two things:\n- one\n- two", "<p>Two things:</p><ul><li>one</li><li>two</li></ul>"),
    ("- one\n    - nested", "<ul><li>one<ul><li>nested</li></ul></li></ul>"),
    ("1. one\n2. two\n\n3. three", "<ol><li>one</li><li><p>two</p></li><li><p>three</p></li></ol>"),
    ("3. I think so.\n\n1984. A book.", "<p>3. I think so.</p><p>1984. A book.</p>"),
    ("`a *b*` ``c`d``", "<p><code>a *b*</code> <code>c`d</code></p>"),
    ("```python\nif a < b:\n\n\t*c*\n```\nafter", "<pre><code>if a &lt; b:\n\n\t*c*</code></pre><p>after</p>"),
    ("> ```\n> a\n> ```\n> b", "<blockquote><pre><code>a</code></pre><p>b</p></blockquote>"),
    ("> ```\n> left open\n\nb", "<blockquote><pre><code>left open</code></pre></blockquote><p>b</p>"),
    ("- ```\n  a\n  ```\n- b", "<ul><li><pre><code>a</code></pre></li><li><p>b</p></li></ul>"),
    ("![a cat](https://x.org/cat.png)", "<p>" + LINK.format("https://x.org/cat.png", "a cat") + "</p>"),
    ("# Head\n\nHead\n===\n\n---\n\n* * *", "<p># Head</p><p>Head<br>===</p><p>---</p><p>* * *</p>"),
    ("|a|b|\n|-|-|\n\n[a][b]\n\n[b]: x", "<p>|a|b|<br>|-|-|</p><p>[a][b]</p><p>[b]: x</p>"),
    ("<b>bold</b> &lt; &amp; AT&T", "<p>&lt;b&gt;bold&lt;/b&gt; &amp;lt; &amp;amp; AT&amp;T</p>"),
    ("&#x202e;abc", "<p>&amp;#x202e;abc</p>"),
    ("", ""),
    (" \n\u200b\u202e ", ""),
]


@pytest.mark.parametrize(("typed", "shown"), MEANT)
def test_readers_see_what_they_meant(typed, shown):
    assert to_html(typed) == shown


@pytest.mark.parametrize(
    ("typed", "href", "words"),
    [
        ("[words](https://x.org/a_b_(c))", "https://x.org/a_b_(c)", "words"),
        ("[words](<https://x.org/a>)", "https://x.org/a", "words"),
        ('[words](https://x.org "title")', "https://x.org", "words"),
        ("[*words*](https://x.org)", "https://x.org", "<em>words</em>"),
        ("[](https://x.org)", "https://x.org", "https://x.org"),
        ("[write](mailto:ana@x.org)", "mailto:ana@x.org", "write"),
        ("<https://x.org/?a=1&b=2>", "https://x.org/?a=1&amp;b=2", "https://x.org/?a=1&amp;b=2"),
        ("https://foo.dev", "https://foo.dev", "https://foo.dev"),
        ("HTTPS://X.org:8443/_a_*b*", "HTTPS://X.org:8443/_a_*b", "HTTPS://X.org:8443/_a_*b"),
        ("https://x.org/?a=1&lt=2", "https://x.org/?a=1&amp;lt=2", "https://x.org/?a=1&amp;lt=2"),
        ("https://bücher.example/ü", "https://bücher.example/ü", "https://bücher.example/ü"),
    ],
)
def test_a_link_leads_where_it_says_and_vouches_for_nothing(typed, href, words):
    assert LINK.format(href, words) in to_html(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("See https://x.org/a.", "See {}."),
        ("(https://x.org/a)", "({})"),
        ("**https://x.org/a**", "<strong>{}</strong>"),
        ("“https://x.org/a”, no?", "“{}”, no?"),
    ],
)
def test_what_closes_a_sentence_is_no_part_of_an_address(typed, shown):
    assert to_html(typed) == "<p>" + shown.format(LINK.format("https://x.org/a", "https://x.org/a")) + "</p>"


@pytest.mark.parametrize(
    "typed",
    [
        "readme.md", "example.org", "ana@example.org", "`https://x.org`", "```\nhttps://x.org\n```",
        "[x](/about/)", "[x](#here)", "[x](//x.org)", "[x](https:x.org)", "[x](https:/\\x.org)",
        "[x](javascript:alert(1))", "[x](data:text/html,x)", "ftp://x.org", "https://", "https://1.2.3.4.5",
        "https://user:secret@x.org/", "[x](https://your.bank@x.org)", "[x](https://x.org/\u00ad)", "[x](mailto:x)",
    ],
)  # fmt: skip
def test_what_leads_nowhere_safe_stays_as_typed(typed):
    html = to_html(typed)
    assert "<a" not in html
    assert plain(html) == typed.strip("`\n")


@unhurried
@given(ANYTHING)
def test_no_text_gives_anything_but_harmless_markup(text):
    assert attacks.findings(to_html(text)) == []


def test_nh3_would_stop_an_attack_alone():
    for text in attacks.some(2_000):
        html = rendering._tools.last.clean(texts.mend(text))  # noqa: SLF001 -- the last of the three, with nothing before
        assert attacks.findings(html) == [], text


@unhurried
@given(ANYTHING)
def test_the_last_cleaning_finds_nothing_more_to_do(text):
    html = to_html(text)
    again = nh3.clean(html, tags=set(rendering.TAGS), attributes={"a": {"href"}}, link_rel=rendering.REL)
    assert again == html


@unhurried
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_word_of_a_reader_is_lost(pieces):
    text = "".join(piece for piece in pieces if "](" not in piece)
    if "```" in text or "~~~" in text:  # what follows a fence on its line names a language, and is not shown
        text = re.sub(r"(```|~~~).*", r"\1", text)
    assert plain(to_html(text)).count("word") == text.count("word")


@unhurried
@given(ANYTHING)
def test_code_is_shown_letter_by_letter(text):
    code = unicodedata.normalize("NFC", re.sub(r"[^ -%'-;=?-_a-}äöü字\n]", "", text))
    shown = to_html(f"```\n{code}\n```")
    assert "x" + plain(shown) == "x" + " ".join(code.split())
    assert shown.startswith("<pre><code>")


def test_a_text_at_the_limit_is_taken_and_a_longer_one_refused_with_a_sentence():
    assert len(to_html("a" * LONGEST)) == LONGEST + len("<p></p>")
    assert to_html("a\r\n" * (LONGEST // 2))  # counted as what it is: one line's end
    with pytest.raises(ValueError, match="Please shorten your text to 10,000 characters; it has 10,001"):
        to_html("a" * (LONGEST + 1))


def patterns() -> Iterator[re.Pattern[str]]:
    """Every regular expression of ours that reads a reader's text."""
    for module in (readers_markdown, fences, rendering):
        yield from (value for value in vars(module).values() if isinstance(value, re.Pattern))
    yield from (pattern.compiled_re for pattern in ReadersMarkdown().inlinePatterns)
    yield re.compile(readers_markdown.URL)


def within(value: Any, kind: type) -> Iterator[Any]:
    """The parts of a parsed pattern's step."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from within(part, kind)


def nested_repeats(parsed: Any, *, repeated: bool = False) -> bool:
    """Whether a repetition that may give back what it read stands in another, which multiplies their tries."""
    constants = importlib.import_module("re._constants")
    for kind, value in parsed:
        gives_back = kind in {constants.MAX_REPEAT, constants.MIN_REPEAT} and value[1] == constants.MAXREPEAT
        if gives_back and repeated:
            return True
        inside = (repeated or gives_back) and kind not in {constants.POSSESSIVE_REPEAT, constants.ATOMIC_GROUP}
        if any(nested_repeats(part, repeated=inside) for part in within(value, type(parsed))):
            return True
    return False


def test_no_pattern_can_backtrack_without_bound():
    parse = importlib.import_module("re._parser").parse
    assert nested_repeats(parse("(a*b?)*c"))
    assert not nested_repeats(parse("(?:a++b?)*+c*"))
    read = list(patterns())
    assert len(read) > 20
    assert [one.pattern for one in read if nested_repeats(parse(one.pattern, one.flags & ~re.UNICODE))] == []


def test_a_text_that_exhausts_the_stack_is_shown_without_its_markdown_and_harms_no_later_one():
    text = "- a\n    - b\n        - c\n            - d\n                " + "- " * 8 + "deep <b>"
    meant, as_typed = to_html(text), "<p>- a<br>    - b<br>"
    limit, used, unread = sys.getrecursionlimit(), len(inspect.stack()), 0
    for room in range(42, 80, 4):  # frames: fewer than Markdown needs for this, then enough
        sys.setrecursionlimit(used + room)
        try:
            shown = to_html(text)
        finally:
            sys.setrecursionlimit(limit)
        assert shown == meant or shown.startswith(as_typed)
        assert to_html("Plain.") == "<p>Plain.</p>"
        unread += shown != meant
    assert unread > 0


def test_eight_threads_do_not_mix_up_their_texts():
    def text(thread: int, number: int) -> str:
        return f"*{thread}* **{number}**\n\n```\n{thread}-{number}\n```\n\n> [a](https://x.org/{thread}/{number}) https://y.org/{number}"

    alone = {(thread, number): to_html(text(thread, number)) for thread in range(8) for number in range(60)}
    together = Barrier(8)

    def write(thread: int) -> dict[tuple[int, int], str]:
        together.wait(timeout=30)
        return {(thread, number): to_html(text(thread, number)) for number in range(60)}

    with ThreadPoolExecutor(8) as pool:
        for written in pool.map(write, range(8)):
            assert all(alone[key] == html for key, html in written.items())


def test_a_forged_mark_does_not_bring_back_another_readers_code():
    to_html("```\nsecret\n```")
    assert "secret" not in to_html("\x02fenced:0\x03 and ```more")
    assert "secret" not in ReadersMarkdown().convert("```\n```\n\x02fenced:0\x03")


def test_plain_words_hold_no_markup_and_keep_blocks_apart():
    html = to_html("One *two*\nthree\n\n- four\n- `a < b && c`\n\n[six](https://x.org)")
    assert plain(html) == "One two three four a < b && c six"


@pytest.mark.parametrize(
    ("typed", "length", "words"),
    [
        ("Short.", 40, "Short."),
        ("A sentence that goes on, and on.", 24, "A sentence that goes…"),
        ("A sentence that goes on, and on.", 26, "A sentence that goes on…"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
        ("> your words\n\nMy words.", 40, "My words."),
        ("> a\n> > b\n\nOwn.\n\n> c", 40, "Own."),
        ("> only yours", 40, "only yours"),
    ],
)
def test_an_excerpt_holds_whole_words_and_the_writers_own(typed, length, words):
    assert excerpt(to_html(typed), length) == words


@unhurried
@given(ANYTHING, st.integers(min_value=2, max_value=200))
def test_an_excerpt_is_never_longer_than_asked_for(text, length):
    assert len(excerpt(to_html(text), length)) <= length


@pytest.mark.parametrize(
    "url", ["https://x.org", "http://a.b.c/d?e#f", "HTTPS://X.ORG:8080", "https://localhost", "mailto:a.b+c@d.org"]
)
def test_a_link_may_lead_to_a_named_host_or_a_mailbox(url):
    assert leads_safely(url)


def test_what_is_rendered_changes_with_the_version_only():
    """If this fails, what is stored looks other than what would be made now: raise VERSION, then set the digest."""
    rendered = "".join(to_html(typed) for typed, _ in MEANT)
    assert (rendering.VERSION, hashlib.sha256(rendered.encode()).hexdigest()[:16]) == (1, "1202e9819eb919a7")


def test_words_come_block_by_block_as_text_and_no_more_than_asked_for():
    html = rendering.to_html("First *line*,\nand on.\n\n> said before\n\n- a\n- b & c\n\n" + "x" * 50)
    assert rendering.paragraphs(html, 400) == ["First line,", "and on.", "said before", "a", "b & c", "x" * 50]
    assert rendering.paragraphs(html, 25) == ["First line,", "and on.", "said b…"]
    assert rendering.paragraphs("", 400) == []
