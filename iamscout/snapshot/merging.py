"""From the pieces of one source of one account to a :class:`Source`: pages joined, documents normalised."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Raw

from iamscout.errors import InputError
from iamscout.snapshot.documents import document_value
from iamscout.snapshot.model import Gap, Source, encode_source
from iamscout.snapshot.pieces import ARN_LISTS, Piece

_PAGING = ("IsTruncated", "Marker", "NextToken")

_Spec = dict[str, object]
"""Which members hold documents: a name to a spec of what is below it, or to True; `*` is any name."""

_INLINE: _Spec = {"PolicyDocument": True}
_GUARDRAIL: _Spec = {"policy": True}
_ROLE: _Spec = {
    "AssumeRolePolicyDocument": True,
    "RolePolicyList": _INLINE,
    "InstanceProfileList": {"Roles": {"AssumeRolePolicyDocument": True}},
}
_DOCUMENTS: Mapping[str, _Spec] = {
    "iam:GetAccountAuthorizationDetails": {
        "UserDetailList": {"UserPolicyList": _INLINE},
        "GroupDetailList": {"GroupPolicyList": _INLINE},
        "RoleDetailList": _ROLE,
        "Policies": {"PolicyVersionList": {"Document": True}},
    },
    "iam:ListRoles": {"Roles": _ROLE},
    "iam:ListInstanceProfiles": {"InstanceProfiles": {"Roles": _ROLE}},
    "organization": {"accounts": {"*": {"scps": _GUARDRAIL, "rcps": _GUARDRAIL}}},
}


def merge(pieces: Sequence[Piece]) -> tuple[Source, tuple[Gap, ...]]:
    """One source out of pieces that complete each other. Raises InputError where they repeat each other."""
    source = pieces[0].source
    if source not in ARN_LISTS:
        _refuse_second(pieces)
        return Source("ok", encode_source(_with_documents(pieces[0].members, pieces[0]))), ()
    cut = _check_complementary(pieces)
    members = {name: raw for piece in reversed(pieces) for name, raw in piece.members.items()}
    lists = ARN_LISTS[source]
    answer = _with_documents({name: raw for name, raw in members.items() if name not in lists}, pieces[0])
    if len(pieces) > 1:
        answer = {name: value for name, value in answer.items() if name not in _PAGING}
        answer["IsTruncated"] = bool(cut)
    for name in lists:
        if name in members:
            answer[name] = [item for piece in pieces for item in _items(piece, name)]
    missing = [name for name in lists if name not in members]
    if cut:
        reason = f"cut short: {cut}"
    elif missing:
        reason = f"the file has no {', '.join(missing)}"
    else:
        return Source("ok", encode_source(answer)), ()
    message = f"{reason}; run `{pieces[0].printed_by}` without --max-items, --no-paginate and --query"
    return Source("partial", encode_source(answer), reason), (Gap(source, "", "Incomplete", message),)


def merge_items(pieces: Mapping[str, Sequence[Piece]]) -> Source:
    """One source out of one answer per item, by the item's ARN or name. Raises InputError as `merge` does."""
    for answers in pieces.values():
        _refuse_second(answers)
    answers_by_item = {item: _with_documents(found[0].members, found[0]) for item, found in pieces.items()}
    return Source("ok", encode_source(answers_by_item))


def _refuse_second(pieces: Sequence[Piece]) -> None:
    if len(pieces) > 1:
        raise _twice(pieces[0], pieces[1])


def _twice(one: Piece, other: Piece) -> InputError:
    account = f" of account {one.account}" if one.account else ""
    if one.file == other.file:
        return InputError(f"holds {one.source}{account} twice", where=one.file, remedy="give it once")
    return InputError(
        f"{one.file} and {other.file} both hold {one.source}{account}", remedy="give one of them"
    )


def _check_complementary(pieces: Sequence[Piece]) -> str:
    """What shows that the pieces together are still cut short; empty where they are whole.

    Pages complete each other: one piece ends the listing and all others go on. So do the answers to calls
    with a `--filter` each: every list is filled in one of them.
    """
    whole = [piece for piece in pieces if not piece.cut]
    for one, other in itertools.combinations(pieces, 2):
        if one.file != other.file and not set(one.arns).isdisjoint(other.arns):
            raise _twice(one, other)
    if not whole:
        return pieces[-1].cut
    if len(whole) > 1:
        for name in ARN_LISTS[pieces[0].source]:
            filled = [piece for piece in whole if len(bytes(piece.members.get(name, Raw(b"")))) > len(b"[]")]
            if len(filled) > 1 or len(whole) < len(pieces):
                raise _twice(whole[0], whole[1])
    return ""


def _items(piece: Piece, name: str) -> list[object]:
    raw = piece.members.get(name)
    value = _value(raw, _spec_below(_DOCUMENTS.get(piece.source, {}), name), piece) if raw is not None else []
    return value if isinstance(value, list) else []


def _with_documents(members: Mapping[str, Raw], piece: Piece) -> dict[str, object]:
    spec = _DOCUMENTS.get(piece.source, {})
    return {name: _value(raw, _spec_below(spec, name), piece) for name, raw in members.items()}


def _spec_below(spec: _Spec, name: str) -> object:
    return spec.get(name, spec.get("*"))


def _value(raw: Raw, spec: object, piece: Piece) -> object:
    """Plain JSON values, with the documents that `spec` points at as a snapshot holds them."""
    if spec is True:
        return document_value(raw)
    try:
        if isinstance(spec, dict):
            start = bytes(raw)[:1]
            if start == b"[":
                return [_value(item, spec, piece) for item in msgspec.json.decode(raw, type=list[Raw])]
            if start == b"{":
                members = msgspec.json.decode(raw, type=dict[str, Raw])
                return {name: _value(item, _spec_below(spec, name), piece) for name, item in members.items()}
        value: object = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise InputError(f"holds a value that cannot be kept ({problem})", where=piece.file) from None
    return value
