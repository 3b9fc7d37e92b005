"""The accessibility checker is the one that was recorded."""

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"


def test_vendored_files_are_those_that_were_recorded() -> None:
    recorded = json.loads((VENDOR / "VENDORED.json").read_text("utf-8"))
    there = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.iterdir()
        if file.name != "VENDORED.json"
    }
    assert there == {name: entry["sha256"] for name, entry in recorded.items()}
    assert all(entry["licence"] and entry["version"] and entry["source"] for entry in recorded.values())
