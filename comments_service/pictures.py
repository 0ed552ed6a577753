"""Pictures: a file that came from elsewhere is drawn anew, small and square, and nothing else of it is handed on."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# The side of what is shown, in pixels: enough for a disc of 33 on any screen.
SIDE = 128
MOST_BYTES = 2_000_000
MOST_PIXELS = 20_000_000
# Decoders that a stranger's file may reach; no other is tried, whatever the file says of itself.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITY = 82
_UNREADABLE = "it is no PNG, JPEG, GIF or WebP that can be read to its end"


def drawn_anew(data: bytes) -> bytes:
    """The middle of a picture (PNG, JPEG, GIF, WebP) as a WebP of `SIDE` × `SIDE` pixels.

    It stands upright as its EXIF data say, of an animation only the first frame is left, and no other byte of the file
    is: no metadata, no profile, nothing after its end. Transparent parts become white. Raises ValueError, with the end
    of a sentence, for what is too large or can't be read; its size is looked at before its pixels are.
    """
    from PIL import Image

    if len(data) > MOST_BYTES:
        message = f"its file is larger than {MOST_BYTES // 1_000_000} MB"
        raise ValueError(message)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            small = _square(found) if found.width * found.height <= MOST_PIXELS else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        small = None
    except Exception as error:  # whatever a decoder stumbles over, the file is at fault
        raise ValueError(_UNREADABLE) from error
    if small is None:
        message = f"it has more than {MOST_PIXELS // 1_000_000} million pixels"
        raise ValueError(message)
    file = io.BytesIO()
    small.save(file, "WEBP", quality=_QUALITY, method=6)
    return file.getvalue()


def _square(found: "Picture") -> "Picture":
    """The middle of a picture, upright, on white: an image of its own, with the pixels and nothing that came along."""
    from PIL import Image, ImageOps

    # A JPEG can be decoded at a part of its size, which spares memory; for the others this does nothing.
    found.draft("RGB", (2 * SIDE, 2 * SIDE))
    # First frames of palettes, of CMYK and the like have to be colors before they can be made smaller.
    colors = found if found.mode in {"RGB", "RGBA"} else found.convert("RGBA")
    fitted = ImageOps.fit(ImageOps.exif_transpose(colors), (SIDE, SIDE)).convert("RGBA")
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(fitted, mask=fitted.getchannel("A"))
    return square
