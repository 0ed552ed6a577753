"""In which language a reply is written, where that can be told; nothing of it leaves the machine."""

import threading
from typing import Any

# Those that people write blogs in. Fewer languages are told apart better: of 140 a short text always resembles some.
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
# A script that writes a word in two signs says as much in a third of the letters.
_FEWEST_LETTERS, _FEWEST_SIGNS = 24, 8
_SURE = 0.9
_LONGEST = 2000

_one_at_a_time = threading.Lock()
_known: list[Any] = []


def language_of(plain: str) -> str:
    """The code (ISO 639-1) of the language of a text without markup, of `LANGUAGES`; empty where nobody can be sure.

    A text of fewer than 24 letters (8 in scripts like Chinese) is too short, and so is one whose likeliest language is
    less than 90 % likely.
    """
    letters = [letter for letter in plain[:_LONGEST] if letter.isalpha()]
    dense = sum(letter >= "\u2e80" for letter in letters)
    if len(letters) < (_FEWEST_SIGNS if dense * 2 > len(letters) else _FEWEST_LETTERS):
        return ""
    code, likely = _identifier().classify(plain[:_LONGEST])
    return str(code) if likely >= _SURE else ""


def _identifier() -> Any:  # noqa: ANN401 -- the library's own type
    """Made when it is first needed: it takes half a second and some seventy megabytes, which few blogs need."""
    with _one_at_a_time:
        if not _known:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier

            identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            identifier.set_languages(sorted(LANGUAGES))
            _known.append(identifier)
    return _known[0]
