"""The same assessment gives the same bytes, whatever the hash seed and the time zone."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRINT_DIGESTS = """
import hashlib
from iamscout.report.site import files
from tests.report.accounts import assess
for names in (("everyday", "neighbour"), ("hostile",), ("large",)):
    for path, content in files(assess(*names)):
        print(names, path, hashlib.sha256(content).hexdigest())
"""


def _digests(seed: str, zone: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PRINT_DIGESTS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_two_hash_seeds_and_time_zones_give_the_same_bytes() -> None:
    one, other = _digests("1", "Pacific/Kiritimati"), _digests("4242", "America/Los_Angeles")
    assert len(one) > 200
    assert [line for line in one if line not in set(other)] == []
    assert one == other
