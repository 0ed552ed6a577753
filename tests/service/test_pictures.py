"""Pictures drawn anew: what is seen of a file is kept, small and square, and nothing else of it."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from comments_service import pictures

RED, BLUE, WHITE = (200, 30, 30), (30, 30, 200), (255, 255, 255)
SECRET = b"Quetzal<script>alert(1)</script>"


def halves(left: tuple[int, int, int] = RED, right: tuple[int, int, int] = BLUE, size: int = 200) -> Image.Image:
    image = Image.new("RGB", (size, size), left)
    image.paste(right, (size // 2, 0, size, size))
    return image


def as_file(image: Image.Image, kind: str, **more: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def redrawn(data: bytes) -> Image.Image:
    """What is made of a file, read again: always one small still picture, without anything beside its pixels."""
    made = pictures.drawn_anew(data)
    assert b"Quetzal" not in made
    image = Image.open(io.BytesIO(made))
    assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("WEBP", (pictures.SIDE, pictures.SIDE), 1)
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    # The file ends where its own header says: nothing hangs on behind.
    assert struct.unpack("<I", made[4:8])[0] + 8 == len(made)
    return image.convert("RGB")


def about(image: Image.Image, x: int, y: int, color: tuple[int, int, int]) -> bool:
    """Whether a pixel has a color, as far as a lossy file tells."""
    seen = image.getpixel((x, y))
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 40 for one, other in zip(seen, color, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_becomes_a_small_square(kind):
    image = redrawn(as_file(halves(), kind))
    assert about(image, 20, 64, RED)
    assert about(image, 108, 64, BLUE)


def test_of_an_oblong_picture_the_middle_is_kept():
    image = Image.new("RGB", (900, 300), RED)
    image.paste(BLUE, (300, 0, 600, 300))
    assert about(redrawn(as_file(image, "PNG")), 4, 4, BLUE)
    assert about(redrawn(as_file(image, "PNG")), 123, 123, BLUE)


def test_where_a_photograph_was_taken_is_not_handed_on_and_it_stands_upright():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # it was held on its side: left is up
    exif[ExifTags.Base.ImageDescription] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (38.0, 42.0, 1.0)
    photograph = as_file(halves(), "JPEG", exif=exif, comment=SECRET)
    assert photograph.count(SECRET) == 2
    image = redrawn(photograph)
    assert about(image, 64, 20, RED)
    assert about(image, 64, 108, BLUE)


def test_what_a_file_says_besides_is_not_handed_on():
    said = PngInfo()
    said.add_text("Comment", SECRET.decode())
    described = as_file(halves(), "PNG", pnginfo=said)
    assert SECRET in described
    redrawn(described)
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        redrawn(as_file(halves(), kind) + SECRET * 20)


def test_of_an_animation_the_first_picture_is_left():
    frames = [Image.new("RGB", (60, 60), color) for color in (RED, BLUE, WHITE)]
    for kind in ("GIF", "PNG", "WEBP"):
        file = as_file(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        assert getattr(Image.open(io.BytesIO(file)), "n_frames", 1) == 3
        assert about(redrawn(file), 64, 64, RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
def test_every_kind_of_color_can_be_drawn(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    source = Image.new("I;16", (40, 40)) if mode == "I;16" else halves().convert(mode)
    redrawn(as_file(source, kind))


def test_what_is_transparent_becomes_white():
    image = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 40, 80))
    drawn = redrawn(as_file(image, "PNG"))
    assert about(drawn, 20, 64, RED)
    assert about(drawn, 108, 64, WHITE)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels, and which holds none of them."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


@pytest.mark.parametrize("size", [(5000, 4001), (10_000, 10_000), (60_000, 60_000)])
def test_a_bomb_is_refused_by_its_size_before_its_pixels_are_read(size):
    with pytest.raises(ValueError, match="more than 20 million pixels"):
        pictures.drawn_anew(png_claiming(*size) + as_file(halves(), "PNG")[33:])


def test_a_bomb_of_real_pixels_is_refused():
    bomb = as_file(Image.new("1", (6000, 4000)), "PNG")
    assert len(bomb) < 10_000
    with pytest.raises(ValueError, match="more than 20 million pixels"):
        pictures.drawn_anew(bomb)


def test_a_large_file_is_refused():
    with pytest.raises(ValueError, match="larger than 2 MB"):
        pictures.drawn_anew(as_file(halves(), "PNG") + bytes(pictures.MOST_BYTES))


@pytest.mark.parametrize(
    "file",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        as_file(halves(), "BMP"),
        as_file(halves(), "ICO"),
        as_file(halves(), "TIFF"),
        as_file(halves(), "PDF"),
        as_file(halves(), "EPS"),
        b"<html>not found</html>",
        b"",
    ],
    ids=["SVG", "BMP", "ICO", "TIFF", "PDF", "EPS", "HTML", "nothing"],
)
def test_what_is_not_on_the_list_is_refused(file):
    with pytest.raises(ValueError, match="no PNG, JPEG, GIF or WebP that can be read"):
        pictures.drawn_anew(file)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_file_that_was_cut_off_is_refused(kind):
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    whole = as_file(noise, kind)
    for length in (len(whole) // 2, 40, 12):
        with pytest.raises(ValueError, match="read to its end"):
            pictures.drawn_anew(whole[:length])


FILES = [as_file(halves(size=40), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")]


@given(file=st.sampled_from(FILES), spoilt=st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=8)), max_size=4))
def test_a_spoilt_file_is_drawn_or_refused_with_a_sentence(file, spoilt):
    data = bytearray(file)
    for at, new in spoilt:
        data[at : at + len(new)] = new
    with contextlib.suppress(ValueError):
        redrawn(bytes(data))
