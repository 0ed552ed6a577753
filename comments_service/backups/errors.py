"""Why there is no backup, or no restore, in a sentence that says what to do."""

from typing import Literal

Code = Literal["failed", "nothing", "damaged", "no_room", "not_writable", "busy", "needs_consent"]


class Failed(Exception):
    """Nothing was changed; `code` is a word for programs."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(sentence)
        self.code: Code = code
