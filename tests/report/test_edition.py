"""Logos: pictures that can do nothing but be seen; everything else is refused."""

import pytest

from iamscout.errors import InputError
from iamscout.report.edition import MOST_CHARACTERS, cover_line, read_logo

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 20


def drawing(attributes: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg"><rect {attributes}/></svg>'.encode()


@pytest.mark.parametrize(
    "attributes",
    [
        'fill="url(https://example.com/a)"',
        "fill=\"url( 'https://example.com/a')\"",
        'style="fill:u\\72l(https://example.com/a)"',
        'style="mask-image:image-set(&quot;https://example.com/a&quot; 1x)"',
    ],
)
def test_a_drawing_that_loads_is_refused_however_it_is_spelt(attributes: str) -> None:
    with pytest.raises(InputError, match="has a link in the attribute"):
        read_logo(drawing(attributes), "logo")


@pytest.mark.parametrize("attributes", ['fill="url(#a)"', "fill=\"url( '#a')\"", 'style="fill:#a00"'])
def test_a_drawing_may_refer_to_its_own_parts(attributes: str) -> None:
    assert read_logo(drawing(attributes), "logo").ending == "svg"


@pytest.mark.parametrize("content", [PNG, PNG[:16], b"\xff\xd8\xff\xe0"])
def test_a_picture_that_was_cut_off_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="is no PNG, JPEG or SVG picture"):
        read_logo(content, "logo")


def test_a_text_of_the_cover_stands_on_one_line() -> None:
    assert cover_line("  IAM\nreview\t 2026 ", "--title") == "IAM review 2026"


def test_a_text_that_no_cover_has_room_for_is_refused() -> None:
    assert cover_line("x" * MOST_CHARACTERS, "--title")
    with pytest.raises(InputError, match="has 5,000 characters"):
        cover_line("x" * 5_000, "--title")
