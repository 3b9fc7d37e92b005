"""The JSON Schema of snapshot files, as `iamscout schema` publishes it."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, structs

from iamscout.snapshot.model import SCHEMA, Snapshot, Source


def snapshot_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a snapshot file; the data of its sources is whatever AWS answered."""
    source = _described(Source, {Raw: Any})
    schema = msgspec.json.schema(_described(Snapshot, {dict[str, Source]: dict[str, source]}))  # type: ignore[valid-type]  # made at run time
    members = schema["$defs"]["Snapshot"]["properties"]
    members["schema"] = {"const": SCHEMA}
    members["captured_at"]["format"] = members["captured_until"]["format"] = "date-time"
    members["account"] = {"type": "string", "pattern": "^[0-9]{12}$"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "iamscout snapshot",
        **schema,
    }


def _described(described: type[Struct], replaced: dict[Any, Any]) -> type[Struct]:
    """The same struct with other member types, all required: a file has all, and raw JSON has no schema."""
    fields = structs.fields(described)
    members: list[Any] = [
        *(
            (field.encode_name, replaced.get(field.type, field.type))
            for field in fields
            if field.default is not UNSET
        ),
        *((field.encode_name, field.type, UNSET) for field in fields if field.default is UNSET),
    ]
    return msgspec.defstruct(described.__name__, members, namespace={"__doc__": inspect.getdoc(described)})
