"""JSON: `analysis.json`, the whole result of an analysis (see the JSON Schema of `iamscout schema`)."""

from __future__ import annotations

from collections.abc import Mapping

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.document import encode_analysis
from iamscout.analysis.places import SnapshotFile


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:  # noqa: ARG001  # all formats' shape
    """The canonical bytes of `analysis.json`."""
    return encode_analysis(assessment)
