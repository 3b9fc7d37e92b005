"""How a report is delivered: what stands on its cover, and whether its pages carry scripts."""

from __future__ import annotations

import re

from msgspec import Struct

from iamscout.errors import InputError

MOST_BYTES = 1 << 20
"""Larger logos are refused."""

MOST_CHARACTERS = 200
"""Longer texts for the cover are refused: the title stands on each printed page."""

_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_SVG = "{http://www.w3.org/2000/svg}"
_SVG_ELEMENTS = frozenset(
    (
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
        "defs", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "symbol", "use",
        "title", "desc", "metadata",
    )
)  # fmt: skip
"""Elements of SVG that draw and nothing else."""
_FOREIGN_LINK = re.compile(
    r"(?i)url\(\s*['\"]?(?![#\s'\"])|(?:image|image-set|src|expression)\(|javascript:|@import|\\"
)
"""What loads something, or a backslash, by which CSS spells such words in other letters."""


class Logo(Struct, frozen=True):
    """A picture for the cover: its ending says what it is, PNG, JPEG or SVG."""

    ending: str
    content: bytes

    @property
    def path(self) -> str:
        """Where it stands in the report."""
        return f"assets/logo.{self.ending}"


class Cover(Struct, frozen=True):
    """What stands on the cover; what is empty is left out."""

    title: str = ""
    client: str = ""
    auditor: str = ""
    logo: Logo | None = None


class Edition(Struct, frozen=True):
    """A cover, whether there are scripts, and files that are given along (pairs of path and content)."""

    cover: Cover = Cover()
    scripts: bool = True
    attached: tuple[tuple[str, bytes], ...] = ()


def cover_line(text: str, where: str) -> str:
    """A text for the cover, on one line. Raises InputError for one that is too long for a page's head."""
    line = " ".join(text.split())
    if len(line) > MOST_CHARACTERS:
        raise InputError(
            f"has {len(line):,} characters, and a cover has room for {MOST_CHARACTERS}",
            where=where,
            remedy="say it in fewer words",
        )
    return line


def read_logo(content: bytes, where: str) -> Logo:
    """Take a picture that can do nothing but be seen.

    Raises InputError for everything else: other formats, and SVG with scripts, links or embedded documents.
    """
    if len(content) > MOST_BYTES:
        raise InputError(
            f"is larger than {MOST_BYTES:,} bytes", where=where, remedy="give a smaller picture as --logo"
        )
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and _PNG_END in content:
        return Logo("png", content)
    if content.startswith(_JPEG) and _JPEG_END in content:
        return Logo("jpg", content)
    if b"<svg" in content[:4096]:
        return Logo("svg", _drawing(content, where))
    raise InputError("is no PNG, JPEG or SVG picture", where=where, remedy="give one of these as --logo")


def _drawing(content: bytes, where: str) -> bytes:
    """An SVG that only draws, written anew."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415  # few reports have a drawing

    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refused("a document type", where)
    try:
        root = ET.fromstring(content)  # noqa: S314  # entities need a document type, which was just refused
    except (ET.ParseError, ValueError) as problem:
        raise InputError(
            f"is no SVG picture ({problem})", where=where, remedy="give another --logo"
        ) from None
    for element in root.iter():
        name = str(element.tag)
        if not name.startswith(_SVG) or name.removeprefix(_SVG) not in _SVG_ELEMENTS:
            raise _refused(f"an element <{name.rpartition('}')[2][:40]}>", where)
        for attribute, value in element.attrib.items():
            plain = attribute.rpartition("}")[2].lower()
            if plain.startswith("on") or (plain == "href" and not value.startswith("#")):
                raise _refused(f"an attribute {plain[:40]}", where)
            if _FOREIGN_LINK.search(value):
                raise _refused(f"a link in the attribute {plain[:40]}", where)
    ET.register_namespace("", _SVG.strip("{}"))
    return bytes(ET.tostring(root, encoding="utf-8"))


def _refused(what: str, where: str) -> InputError:
    return InputError(
        f"has {what}, which a picture does not need",
        where=where,
        remedy="save it as plain SVG or as PNG, and give that as --logo",
    )
