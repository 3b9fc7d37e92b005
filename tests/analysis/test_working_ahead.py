"""Judging by two processes: the same findings, also where the second one dies."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A program of its own: pytest may have threads, and a forked pytest would go on with the tests.
PROGRAM = """
import os, signal, sys
from iamscout.analysis import estate, run
from iamscout.rules import load_rules
from iamscout.analysis.example import snapshot_of
from iamscout.rules.privilege_escalation import RULE

real, main, asked = estate.find_escalations, os.getpid(), []
def find_escalations(*given):
    asked.append(os.getpid())
    if sys.argv[1] == "killed" and os.getpid() != main:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given)
estate.find_escalations = find_escalations

given = snapshot_of(next(each for each in RULE.examples if each.expected == "rejected"))
alone = run.analyze([given], rules=load_rules())
asked.clear()
run.WORTH_FORKING = 1
before = []
def meanwhile(estate):
    try:
        estate.exposures
    except run.NotYetError:
        before.append(sorted(estate.open_roles))
run.analyze([given], rules=load_rules(), meanwhile=meanwhile)
assert before == []
asked.clear()
beside = run.analyze([given], rules=load_rules(), processes=2, meanwhile=meanwhile)
assert before == [sorted(alone.estate.open_roles)]
assert beside.findings == alone.findings and beside.metrics == alone.metrics
assert beside.estate.exposures == alone.estate.exposures
assert "privilege-escalation" in {each.rule for each in alone.findings}
print("asked here", len(asked))
"""


@pytest.mark.parametrize(("fate", "here"), [("spared", 0), ("killed", 1)])
def test_two_processes_judge_as_one_does(fate: str, here: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, fate],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == (f"asked here {here}\n", "")
