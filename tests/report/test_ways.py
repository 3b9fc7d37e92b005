"""Paths on pages: who goes the same way stands together, each with an anchor, in an order that tells."""

from collections.abc import Sequence

from iamscout.access.escalation import Path, Step
from iamscout.access.escalation.methods import ASSUME, UPDATE_TRUST
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import ALWAYS
from iamscout.report.ways import Ways, anchor, chains


def ref(owner: str) -> StatementRef:
    return StatementRef("identity", owner, "p", "", 1)


def path(principal: str, *targets: str, by: str = "group", outside: bool = False, fact: str = "") -> Path:
    steps = []
    actor = principal
    for target in targets:
        facts = (fact,) if fact else ()
        steps.append(Step(actor, UPDATE_TRUST, UPDATE_TRUST.actions, target, ALWAYS, facts, (ref(by),)))
        actor = target
    return Path(principal, tuple(steps), outside=outside)


def who(found: Sequence[Path]) -> list[str]:
    return [each.principal for each in found]


def test_who_goes_the_same_way_stands_together() -> None:
    (chain,) = chains([path("a", "r"), path("b", "r")])
    assert who(chain.paths) == ["a", "b"]
    assert chain.is_alike


def test_statements_of_the_first_step_may_differ_and_are_not_mixed() -> None:
    (chain,) = chains([path("a", "r", by="a"), path("b", "r", by="b")])
    assert chain.shared == ()
    assert not chain.is_alike


def test_other_steps_conditions_or_origins_are_other_ways() -> None:
    found = chains([path("a", "r"), path("b", "s"), path("c", "r", outside=True), path("d", "r", fact="x")])
    assert len(found) == 4


def test_outside_comes_first_then_certain_then_short_then_fewest_conditions() -> None:
    found = chains(
        [
            path("long", "r", "s"),
            path("two-facts", "r", "s", fact="x"),
            path("one-fact", "r", fact="x"),
            path("short", "r"),
            path("outside", "r", "s", "t", outside=True),
        ]
    )
    assert [chain.paths[0].principal for chain in found] == [
        "outside", "short", "long", "one-fact", "two-facts",
    ]  # fmt: skip


def test_every_path_has_a_place_even_where_many_go_the_same_way() -> None:
    paths = tuple(path(f"u{number:05}", "r") for number in range(6_000))
    ways = Ways(paths)
    assert len(ways.sheets) == 3
    assert len(set(ways.places.values())) == 6_000
    page, _, fragment = ways.places["u05999", False].partition("#")
    assert (page, fragment) == ("paths-3.html", anchor(paths[-1]))


def test_a_principal_has_an_anchor_for_each_kind_of_path() -> None:
    granted = Path("a", (Step("a", ASSUME, ASSUME.actions, "r", ALWAYS, (), ()),))
    assert granted.by_design
    assert anchor(granted) != anchor(path("a", "r"))
    assert anchor(path("a", "r")) == anchor(path("a", "s")), "it stays where it is when the way changes"
