"""Diagrams: few crossings, nothing beside its place, a limit beyond which there is none."""

import pytest

from iamscout.report.charts import MOST_LINKS, Tie, chain, cut, diagram
from iamscout.report.page import Link


def tie(left: str, right: str) -> Tie:
    return Tie(
        Link(left, f"groups/{left}.html"), Link(right, f"roles/{right}.html"), "good", "", "● fresh", "MFA"
    )


def test_the_order_crosses_as_few_lines_as_can_be() -> None:
    drawn = diagram("d", "Groups", [tie("a", "z"), tie("b", "y"), tie("c", "x"), tie("c", "y")])
    assert drawn is not None
    left = [node.text for node in sorted(drawn.left, key=lambda node: node.y)]
    right = [node.text for node in sorted(drawn.right, key=lambda node: node.y)]
    assert (left, right) in ((["a", "b", "c"], ["z", "y", "x"]), (["c", "b", "a"], ["x", "y", "z"]))


def test_every_name_and_line_stands_within_the_picture() -> None:
    ties = [tie(f"g{number}", f"r{number % 3}") for number in range(20)]
    drawn = diagram("d", "Groups", ties)
    assert drawn is not None
    assert len(drawn.curves) == len(ties)
    assert all(0 < node.y < drawn.height for node in (*drawn.left, *drawn.right))
    assert len({node.y for node in drawn.left}) == 20
    assert drawn.curves[0].title == "g0 to r0: ● fresh"


@pytest.mark.parametrize(("links", "is_drawn"), [(0, False), (MOST_LINKS, True), (MOST_LINKS + 1, False)])
def test_there_is_no_picture_of_nothing_or_of_too_much(links: int, *, is_drawn: bool) -> None:
    assert (diagram("d", "t", [tie("g", f"r{number}") for number in range(links)]) is not None) == is_drawn


def test_one_line_is_told_in_the_singular() -> None:
    drawn = diagram("d", "t", [tie("g", "r")])
    assert drawn is not None
    assert "1 on the right, 1 line between them." in drawn.description


def test_the_same_links_give_the_same_picture_in_any_order() -> None:
    ties = [tie("a", "x"), tie("b", "x"), tie("b", "y")]
    one, other = diagram("d", "t", ties), diagram("d", "t", ties[::-1])
    assert one is not None
    assert other is not None
    assert (one.left, one.right, set(one.curves)) == (other.left, other.right, set(other.curves))


def test_a_chain_says_in_words_what_it_draws() -> None:
    drawn = chain("c", [("", Link("alice")), ("make a role trust it", Link("boss", "roles/boss.html"))])
    assert drawn.title == "alice; make a role trust it: boss"
    assert [node.label for node in drawn.nodes] == ["", "make a role trust it"]
    assert drawn.nodes[-1].y + 32 <= drawn.height


def test_long_names_are_cut_and_marked() -> None:
    assert cut("a" * 30) == "a" * 30
    assert cut("a" * 31) == "a" * 29 + "…"
