"""A letter is read without trusting a byte of it: who vouches for it, whether a machine wrote it, what came along."""

import pytest

from comments_service import incoming
from comments_service.incoming import without_pictures
from tests.support.writing_in import ADDRESS, AUTHSERV, PASSES, letter

FORGED = (
    f"Authentication-Results: {AUTHSERV}; dkim=none; spf=fail smtp.mailfrom=evil.example\n"
    f"Received: from evil.example by {AUTHSERV}\n{PASSES}"
)
RESULTS = f"Authentication-Results: {AUTHSERV}"


@pytest.mark.parametrize(
    ("above", "believed"),
    [
        (f"{RESULTS};\n\tdkim=pass (good; key) header.d=example.org\n", True),
        (f"{RESULTS} 1; spf=pass smtp.mailfrom=ana@example.org\n", True),
        (f'Authentication-Results: "{AUTHSERV}"; dmarc=pass (p=none) header.from=example.org\n', True),
        (f"{RESULTS}; dkim=fail header.d=example.org; dkim=pass header.i=@example.org\n", True),
        (f"{RESULTS}; auth=pass (plain) smtp.auth=ana@example.org\n", True),
        (f"{RESULTS}; auth=pass smtp.auth=eve@example.org\n", False),
        (f"Authentication-Results: mx.elsewhere.example; dkim=fail\n{PASSES}", True),
        ("", False),
        (f"{RESULTS}; none\n", False),
        (PASSES.replace(AUTHSERV, "mx.elsewhere.example"), False),
        (PASSES.replace("=pass", "=fail"), False),
        (PASSES.replace("=pass", "=none (dkim=pass header.d=example.org)"), False),
        (PASSES.replace("header.d=example.org", "header.d=evil.example"), False),
        (f"{RESULTS}; dkim=pass header.d=org\n", False),
        (f"{RESULTS}; dkim=pass header.d=sub.example.org\n", False),
        (f"{RESULTS}; dkim=pass header.d=notexample.org\n", False),
        (f"{RESULTS}; spf=pass smtp.helo=example.org smtp.mailfrom=evil.example\n", False),
        (f"{RESULTS}; x-dkim=pass header.d=example.org\n", False),
        (FORGED, False),
        # The sender of a letter chooses what stands in quotes before the @ of its envelope.
        (f'{RESULTS}; spf=pass smtp.mailfrom="x; dkim=pass header.d=example.org y"@evil.example\n', False),
        (f'{RESULTS}; spf=pass smtp.mailfrom="x smtp.mailfrom=example.org "@evil.example\n', False),
        (f'{RESULTS}; spf=pass smtp.mailfrom="x\\"; dmarc=pass header.from=example.org"@evil.example\n', False),
        (
            f'{RESULTS}; spf=pass (of "x) ; dkim=pass header.d=example.org ("@evil.example) smtp.mailfrom=e.example\n',
            False,
        ),
        (f"{RESULTS}; spf=fail (not closed; dkim=pass header.d=example.org\n", False),
        (f"{RESULTS}; spf=fail (a (b) c; dkim=pass header.d=example.org) smtp.mailfrom=x.org\n", False),
        (f"{RESULTS}; spf=pass smtp.mailfrom=x)dkim=pass\\;header.d=example.org\n", False),
        (f'{RESULTS}; dkim=pass reason="good; key" header.d=example.org\n', True),
        (f'{RESULTS}; dkim=pass header.d="example.org"\n', True),
    ],
)
def test_the_topmost_word_of_our_own_mail_server_is_believed_and_no_other(above: str, believed: bool) -> None:  # noqa: FBT001
    assert incoming.vouched(incoming.read(letter("x@example.org", above=above)), AUTHSERV) is believed


@pytest.mark.parametrize(
    ("more", "automatic"),
    [
        ("", False),
        ("Auto-Submitted: no\n", False),
        ("X-Auto-Response-Suppress: None\n", False),
        ("Auto-Submitted: auto-replied\n", True),
        ("Auto-Submitted: auto-generated (vacation); owner=ana\n", True),
        ("Precedence: bulk\n", True),
        ("Precedence: auto_reply\n", True),
        ("X-Auto-Response-Suppress: All\n", True),
        ("List-Id: <essays.example.org>\n", True),
        ("List-Unsubscribe: <mailto:x@example.org>\n", True),
        ("Return-Path: <>\n", True),
        ("X-Autoreply: yes\n", True),
        ("Subject: Automatic reply: Ben asks\n", True),
        ("Subject: Abwesenheitsnotiz: Ben fragt\n", True),
        ("Subject: Re: Automatic reply\n", False),
        ("Received: from x by y\n" * 60, True),
    ],
)
def test_a_letter_that_no_person_wrote_is_known_by_its_head(more: str, automatic: bool) -> None:  # noqa: FBT001
    assert bool(incoming.why_automatic(incoming.read(letter("x@example.org", more=more)))) is automatic


# ── what was typed, beyond the samples ──────────────────────────────────────────────────────────────────────────────


def cut(text: str, answered: str = "How do you keep track?") -> str:
    return incoming.cut(text, answered)


def test_what_only_looks_like_a_letters_end_is_kept() -> None:
    kept = (
        "On reflection, my friend Ana wrote:\n\nless is more.\n\n"
        "From: is a word like any other.\n\n- one\n- two\n\nSent from my heart it was, and more follows.\n\n---\n\n"
        "Best,\nAna"
    )
    assert cut(kept) == kept


def test_a_quote_that_somebody_typed_stays_where_these_are_the_readers_words() -> None:
    assert cut("> How do you keep\n> track?\n\nI write.") == "> How do you keep\n> track?\n\nI write."


def test_links_of_the_letter_that_is_answered_are_never_kept_between_an_answer() -> None:
    quoted = (
        "Hello,\n\nOn 1 May 2026, at 12:00, Rapport wrote:\n> How do you keep track?\n\nI write.\n\n"
        "> https://example.org/desk/letter?token=secret\n\nAnd that was it."
    )
    assert "secret" not in cut(quoted)
    assert "> How do you keep track?\n\nI write." in cut(quoted)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<b> bold </b>and <i></i><em>thin</em>", "**bold** and *thin*"),
        ("<ol><li><p>x</p></li><li>y<ul><li>z</li></ul></li></ol>", "1. x\n\n2. y\n\n    - z"),
        ('<a href="https://example.org/">example.org</a> <a href="javascript:x()">no</a>', "example.org no"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<script>alert(1)</script><style>p{}</style>x &lt;b&gt;", "x <b>"),
        ("<blockquote>q<blockquote>r</blockquote></blockquote>s", "> q\n>\n> > r\n\ns"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ('<p onclick="x">fine', "fine"),
        ("<div>" * 20_000 + "deep", "deep"),
    ],
)
def test_html_becomes_what_its_writer_meant(typed: str, text: str) -> None:
    raw = b"Content-Type: text/html; charset=utf-8\n\n" + typed.encode()
    assert incoming.content(incoming.read(raw).message).text.replace("> >", ">>").strip() == text.replace("> >", ">>")


def test_files_are_counted_wherever_they_hang() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nwords [image: x.png]\n--b\nContent-Type: multipart/mixed; boundary=c\n\n"
        b"--c\nContent-Type: text/html\n\n<p>words</p>\n--c\nContent-Type: application/pdf; name=x.pdf\n\nx\n--c--\n"
        b"--b--\n"
        b"--a\nContent-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\nnotes\n"
        b"--a\nContent-Type: message/rfc822\n\nSubject: x\n\nanother letter\n--a--\n"
    )
    content = incoming.content(incoming.read(raw).message)
    assert content.files == 3
    assert without_pictures(content.text) == ("words ", True)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Três".encode("utf-16"), "Três"),
        ("これは".encode("shift_jis"), "これは"),
        ("привет".encode("koi8-r"), "привет"),
        ("你好".encode("gb18030"), "你好"),
    ],
)
def test_letters_are_read_in_the_characters_they_say(raw: bytes, text: str) -> None:
    charset = {"T": "utf-16", "こ": "Shift_JIS", "п": "KOI8-R", "你": "gb2312"}[text[0]]
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode()
    assert incoming.content(incoming.read(head + raw).message).text == text


def test_lines_that_a_program_broke_are_put_together_and_no_others() -> None:
    broken = (
        "This line was broken by a program because the next word did not fit in\nit, as all can see.\n"
        "This one was not.\n\n"
        "- an item of a list that is so long that it had to be broken somewhere\nin its middle\n- another\n"
    )
    raw = b"Content-Type: text/plain\n\n" + broken.encode()
    assert incoming.content(incoming.read(raw).message).text == (
        "This line was broken by a program because the next word did not fit in it, as all can see.\n"
        "This one was not.\n\n"
        "- an item of a list that is so long that it had to be broken somewhere in its middle\n- another\n"
    )


def test_a_sender_is_one_address() -> None:
    assert incoming.read(letter("x@example.org")).sender == ADDRESS
    assert incoming.read(letter("x@example.org", sender=f"{ADDRESS}, b@c.org")).sender == ""
