"""A letter that came in, read without trusting a byte of it: who sent it, to whom, and what its writer typed."""

from comments_service.incoming.automatic import why_automatic
from comments_service.incoming.bounces import Bounce, bounce
from comments_service.incoming.cutting import cut
from comments_service.incoming.letters import Letter, Unreadable, head_of, read
from comments_service.incoming.parts import Content, content, without_pictures
from comments_service.incoming.vouching import aligned, vouched

__all__ = [
    "Bounce",
    "Content",
    "Letter",
    "Unreadable",
    "aligned",
    "bounce",
    "content",
    "cut",
    "head_of",
    "read",
    "vouched",
    "why_automatic",
    "without_pictures",
]
