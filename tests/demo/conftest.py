"""What the embedded organization answers, captured once by a program of its own, without a network."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CAPTURE = Path(__file__).with_name("capture.py")

SURROUNDINGS = (
    ((), {"PYTHONHASHSEED": "1", "TZ": "UTC"}),
    (
        ("twice",),
        {
            "PYTHONHASHSEED": "2",
            "TZ": "Asia/Kathmandu",
            "AWS_PROFILE": "of-somebody",
            "AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_REGION": "cn-north-1",
            "MOTO_ACCOUNT_ID": "123456789012",
        },
    ),
)


@pytest.fixture(scope="session")
def captures() -> list[str]:
    """What the demo's AWS says, told by two processes in different surroundings."""
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", str(CAPTURE), *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for arguments, environment in SURROUNDINGS
    ]
    told = []
    for process in started:
        out, problems = process.communicate(timeout=300)
        assert process.returncode == 0, problems
        told.append(out)
    return told


@pytest.fixture(scope="session")
def told(captures: list[str]) -> dict[str, Any]:
    return json.loads(captures[0])  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def production(told: dict[str, Any]) -> dict[str, Any]:
    return told["accounts"]["111122223333"]  # type: ignore[no-any-return]
