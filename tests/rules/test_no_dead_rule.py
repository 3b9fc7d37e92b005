"""Every rule fires through the whole pipeline: a file on disk, read back, judged by all rules at once.

Where each fires stands in `tests/data/reviewed/rules-fire.txt`, written anew by
`python -m tests.rules.test_no_dead_rule`; read the difference.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from iamscout.analysis.example import snapshot_of
from iamscout.analysis.rule import Example, Rule
from iamscout.analysis.run import analyze
from iamscout.rules import load_rules
from iamscout.snapshot.file import load, store

GOLD = Path(__file__).parents[1] / "data" / "reviewed" / "rules-fire.txt"
"""A line for each rule and each example that it rejects: rule, severities, resources, the example's title."""

RULES = load_rules()


def lines(folder: Path) -> Iterator[str]:
    for rule in RULES:
        for example in rule.examples:
            if example.expected == "rejected":
                yield f"{rule.id:48} {_told(rule, example, folder)} | {example.title}"


def _told(rule: Rule, example: Example, folder: Path) -> str:
    file = store(snapshot_of(example), folder / "snapshot.json")
    found = analyze((load(file),), rules=RULES).findings
    theirs = [each for each in found if each.rule == rule.id and each.status == "open"]
    severities = ", ".join(dict.fromkeys(each.severity for each in theirs))
    resources = ", ".join(sorted({each.resource.partition("::")[2].partition(":")[2] for each in theirs}))
    return f"{severities or 'DEAD':8} {resources}"


def test_every_rule_fires_on_a_file_that_all_rules_judge(tmp_path: Path) -> None:
    found = list(lines(tmp_path))
    assert [line for line in found if " DEAD " in line] == []
    assert {line.split()[0] for line in found} == {rule.id for rule in RULES}
    assert found == GOLD.read_text().splitlines()


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        GOLD.write_text("\n".join(lines(Path(made))) + "\n")
