"""What an author's command could not do, in words that say what to mend."""


class Refusal(Exception):
    """A command that ends here, with a sentence for the author and exit code 1."""
