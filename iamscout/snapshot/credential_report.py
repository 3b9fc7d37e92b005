"""The credential report: from AWS's CSV to typed rows.

Source: IAM User Guide, "Generate credential reports for your AWS account" (columns, and the words for "no
value").
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import StringIO

from msgspec import Struct

from iamscout.snapshot.account import ReportKey, ReportRow
from iamscout.snapshot.answers import Answers
from iamscout.snapshot.remarks import Remarks
from iamscout.snapshot.shapes import CredentialReportShape

SOURCE = "iam:GetCredentialReport"
_REQUIRED = ("user", "arn")
_KEY_COLUMN = re.compile(r"access_key_([0-9]+)_active\Z")
_CERTIFICATE_COLUMN = re.compile(r"cert_([0-9]+)_active\Z")
_FLAGS = {"true": True, "false": False}
_NO_WORD = frozenset({"", "n/a", "no_information", "not_supported"})


def read_credential_report(answers: Answers) -> tuple[tuple[ReportRow, ...] | None, datetime | None]:
    """The rows, and when AWS generated them: up to four hours before the capture. None: not told."""
    told = answers.read(SOURCE, CredentialReportShape)
    if told is None:
        return None, None
    generated = answers.remarks.time(told.generated_time, answers.remarks.account_arn, "GeneratedTime")
    return read_rows(told.content, answers.remarks), generated


def read_rows(text: str, remarks: Remarks) -> tuple[ReportRow, ...] | None:
    """The rows sorted by ARN, or None where the text is no credential report."""
    try:
        reader = csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        columns = tuple(reader.fieldnames or ())
        if not all(name in columns for name in _REQUIRED):
            remarks.lost(SOURCE, "Content", text[:80])
            return None
        slots = _Slots(_named_by(_KEY_COLUMN, columns), _named_by(_CERTIFICATE_COLUMN, columns))
        rows = []
        for record in reader:
            if None in record or None in record.values():
                remarks.lost(
                    SOURCE, f"Content line {reader.line_num}", "has not as many cells as there are columns"
                )
            rows.append(_row({key: value or "" for key, value in record.items() if key}, slots, remarks))
    except csv.Error as problem:
        remarks.lost(SOURCE, "Content", f"is not CSV: {problem}")
        return None
    return tuple(sorted(rows, key=lambda row: (row.arn, row.user)))


class _Slots(Struct, frozen=True):
    """The access keys and certificates that the report has columns for: `access_key_1`, `cert_2`."""

    keys: tuple[str, ...]
    certificates: tuple[str, ...]


def _named_by(pattern: re.Pattern[str], columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({column.removesuffix("_active") for column in columns if pattern.match(column)}))


def _row(cells: Mapping[str, str], slots: _Slots, remarks: Remarks) -> ReportRow:
    arn = cells["arn"]

    def flag(column: str) -> bool | None:
        text = cells.get(column, "").lower()
        if text not in _FLAGS and text not in _NO_WORD:
            remarks.odd(arn, column, text[:80])
        return _FLAGS.get(text)

    def word(column: str) -> str:
        text = cells.get(column, "")
        return "" if text.lower() in _NO_WORD else text

    return ReportRow(
        user=cells["user"],
        arn=arn,
        created=remarks.time(cells.get("user_creation_time"), arn, "user_creation_time"),
        password_enabled=flag("password_enabled"),
        password_last_used=remarks.time(cells.get("password_last_used"), arn, "password_last_used"),
        password_last_changed=remarks.time(cells.get("password_last_changed"), arn, "password_last_changed"),
        mfa_active=bool(flag("mfa_active")),
        access_keys=tuple(
            ReportKey(
                active=bool(flag(f"{slot}_active")),
                last_rotated=remarks.time(cells.get(f"{slot}_last_rotated"), arn, f"{slot}_last_rotated"),
                last_used=remarks.time(cells.get(f"{slot}_last_used_date"), arn, f"{slot}_last_used_date"),
                last_used_service=word(f"{slot}_last_used_service"),
            )
            for slot in slots.keys
        ),
        certificates=tuple(
            (
                bool(flag(f"{slot}_active")),
                remarks.time(cells.get(f"{slot}_last_rotated"), arn, f"{slot}_last_rotated"),
            )
            for slot in slots.certificates
        ),
    )
