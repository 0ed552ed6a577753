"""Names, web addresses and e-mail addresses that strangers give."""

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service import names, texts

unhurried = settings(deadline=None)  # how long an example takes is no promise
AUTHOR = "Ana Ferreira"
ANY_NAME = st.text(max_size=90) | st.text(
    st.sampled_from("aеéI1l .'-@=?_\t\n\u0301\u093e\u094d\u200b\u200c\u200d\u202e\u2066\u3164\u2800字\u0627\ud800"),
    max_size=90,
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ana \t Ferreira\n", "Ana Ferreira"),
        ("Zoe\u0308", "Zoë"),
        ("B\u200be\u00adn\u2060\ufeff", "Ben"),
        ("Ben\u202e\u2066\u200f", "Ben"),
        ("Ben\x00\x1b", "Ben"),
        ("Ben\u3164\u2800", "Ben"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ක්\u200dෂ", "ක්\u200dෂ"),
        ("J@ne <3", "J@ne <3"),
        ("Łukasz O’Neil-Ng, 3rd", "Łukasz O’Neil-Ng, 3rd"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_name_is_shown_as_it_was_meant(typed, shown):
    assert names.clean(typed) == shown


@pytest.mark.parametrize("typed", ["", " \n", "\u200b\u200d", "\u3164\u115f", "\u2800", "\u202e", "\u0301"])
def test_a_name_is_not_empty_to_the_eye(typed):
    with pytest.raises(ValueError, match="Please give a name: any name"):
        names.clean(typed)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("x" * 81, "shorter name, of at most 80 characters"),
        ("ben@example.org", "instead of an e-mail address: a name is shown to everybody"),
        ("Ben <ben@mail.example.org>", "instead of an e-mail address"),
        ("=?UTF-8?Q?x=0ABcc:a@b?=", "without =[?] in it"),
        ("Ben \ud800", "paste it once more"),
    ],
)
def test_a_name_that_would_harm_its_bearer_or_a_letter_is_refused_kindly(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        names.clean(typed)


@unhurried
@given(ANY_NAME)
def test_a_name_that_was_taken_is_one_visible_line_for_ever(typed):
    try:
        name = names.clean(typed)
    except ValueError as error:
        assert str(error).startswith(("Please", "This"))  # noqa: PT017 -- most random names are refused, with a sentence
        return
    assert names.clean(name) == name
    assert not texts.is_blank(name)
    assert len(name) <= names.LONGEST_NAME
    assert not any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in name)
    assert not set(name) & set("\u200b\u200e\u200f\u202a\u202e\u2066\u2069")


@pytest.mark.parametrize(
    "typed",
    [
        "ana ferreira", "ANA.FERREIRA", "AnaFerreira", "Ána Ferréira", "Ana  Ferreira ✓", "Ferreira, Ana",
        "Аna Fеrreira", "Ana Ferrelra", "Ana Ferre1ra", "Ana Ferre|ra", "Ana Ferre!ra", "An@ Ferreira",
        "@AnaFerreira", "4na F3rreir4", "Ꭺna Ferreira", "Ａｎａ Ｆｅｒｒｅｉｒａ", "𝐀𝐧𝐚 𝐅𝐞𝐫𝐫𝐞𝐢𝐫𝐚", "Ⓐⓝⓐ Ferreira",
        "ᴀɴᴀ ꜰᴇʀʀᴇɪʀᴀ", "An\u200ba Ferreira", "Ana\u3164 Ferreira", "A\u0336n\u0336a Ferreira", "Ana Ferreıra",
        "Ana Ferreira (author)", "The official Ana Ferreira", "ANΑ FERREIRΑ", "Αna Ferreira!",
    ],
)  # fmt: skip
def test_nobody_passes_for_the_author(typed):
    assert names.looks_like(typed, AUTHOR)
    assert names.looks_like(AUTHOR, typed)


@pytest.mark.parametrize("typed", ["Ana", "Ana Ferreira's sister", "Anna Ferreira", "Ben", "Author", "字", "!!!", ""])
def test_other_names_are_free(typed):
    assert not names.looks_like(typed, AUTHOR)


def test_names_in_other_scripts_are_compared_as_well():
    assert names.looks_like("ηλίας", "Ηλίας")
    assert names.looks_like("АННА", "Анна")
    assert names.looks_like("田中", "田 中")
    assert not names.looks_like("田中", "中田一")
    assert names.looks_like("☺", "☺ ")
    assert not names.looks_like("☺", "☻")


@unhurried
@given(ANY_NAME)
def test_spaces_change_no_shape(typed):
    assert names.looks_like(typed, typed)
    assert names.shapes(f" {typed} ") == names.shapes(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("https://example.org", "https://example.org"),
        ("HTTP://Example.ORG/Path?q=1#F", "http://example.org/Path?q=1#F"),
        ("example.org", "https://example.org"),
        ("example.org:8080/me", "https://example.org:8080/me"),
        (" https://bücher.example/ü ", "https://bücher.example/ü"),
        ("https://example.org/@ben", "https://example.org/@ben"),
        ("https://a.b/" + "x" * 188, "https://a.b/" + "x" * 188),
    ],
)
def test_a_website_is_an_absolute_address(typed, kept):
    assert names.website(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "JaVaScRiPt://example.org/%0aalert(1)", "data:text/html,x", "ftp://example.org",
        "mailto:a@example.org", "//example.org", "/about/", "example", "https://", "https://example",
        "https:example.org", "https:///example.org", "https://1.2.3.4", "https://user@example.org",
        "https://user:pass@example.org", "https://your.bank\\@example.org", "https://example.org\\x",
        "https://example.org/\n", "https://exa\u200bmple.org", "https://example.org/\u202e",
        "https://example.org/a b", "https://[::1]/", "https://[", "https://example.org:99999",
        "https://example.org:x", "https://example.org:", 'https://example.org/"onclick=x', "https://example.org/<b>",
        "https://-x.org", "https://x..org", "https://ex\u2100mple.org", "https://example.org/\ud800",
        "https://a.b/" + "x" * 189, "foo.bar:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_site_is_refused_with_a_sentence(typed):
    if typed.endswith("\n"):
        typed += "x"
    with pytest.raises(ValueError, match=r"^Please give "):
        names.website(typed)


@unhurried
@given(st.text(max_size=60) | st.from_regex(r"\A(https?|ftp)?:?/{0,3}[a-z.@:\\/%-]{0,30}\Z"))
def test_a_website_that_was_taken_shows_the_host_it_opens(typed):
    try:
        url = names.website(typed)
    except ValueError:
        return
    if url:
        parts = urlsplit(url)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname
        assert parts.username is None
        assert names.website(url) == url


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" Ben.Smith+blog@Example.ORG ", "Ben.Smith+blog@example.org"),
        ("o'neil_x-y@mail.example.co.uk", "o'neil_x-y@mail.example.co.uk"),
        ("ben@bücher.example", "ben@xn--bcher-kva.example"),
        ("a@" + "b" * 63 + ".org", "a@" + "b" * 63 + ".org"),
    ],
)
def test_an_email_address_is_kept_as_letters_are_sent_to_it(typed, kept):
    assert names.email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "ben", "ben@", "@example.org", "ben@example", "ben@@example.org", "a@b@example.org", "ben@example..org",
        "ben.@example.org", ".ben@example.org", "ben smith@example.org", "ben@exam ple.org",
        "ben@example.org\nBcc: a@b.org", "ben\r\n@example.org", "ben\x00@example.org", "ben@example.org, a@b.org",
        "Ben <ben@example.org>", '"ben"@example.org', "ben(x)@example.org", "ben@[127.0.0.1]", "ben@127.0.0.1",
        "=?utf-8?q?x=0a?=@example.org", "bén@example.org", "ben@straße.example", "ben@exa\u200bmple.org",
        "ben@example.org\u202e", "ben@-x.org", "x" * 65 + "@example.org", "ben@" + "a." * 130 + "org",
        "ben@" + "b" * 64 + ".org", "ben@\ud800.org", "\u212aate@example.org", "\u017fam@example.org",
    ],
)  # fmt: skip
def test_what_no_letter_would_reach_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match="Please check your e-mail address"):
        names.email(typed)


@unhurried
@given(st.text(max_size=60) | st.from_regex(r"\A[a-z.=?]{0,9}@[a-zé.-]{0,20}\Z"))
def test_an_email_address_that_was_taken_fits_a_header(typed):
    try:
        address = names.email(typed)
    except ValueError:
        return
    assert address.isascii()
    assert not address or address.isprintable()
    assert " " not in address
    assert names.email(address) == address


def test_a_mailbox_is_one_however_its_address_is_written() -> None:
    assert (
        len({names.mailbox(one) for one in ("Ben.Ito@Example.net", "benito+1@example.net", "b.enito@example.net")}) == 1
    )
    assert names.mailbox("ben@example.net") != names.mailbox("ben@example.org")
    assert names.mailbox("+x@example.net") != names.mailbox("+y@example.net")
