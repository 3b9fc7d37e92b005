"""What the search box searches: names of all that has a page, rules, findings, and who grants an action.

Each kind is a list of rows in files of their own (`assets/search/KIND-NUMBER.js`), which the script loads
when the box is first used; `meta.js` tells the kinds, how many files each has, how its rows are read:

- `pages`: [text, name of the page, what else to find it by and to show]
- `findings`: [what they are about, then for each: [place of its rule in `rules`, page of the rule, key]]
- `documents`: [name of a policy, path of its page]: who grants actions
- `actions`: [pattern as written, places of documents, how many there are]; for a statement with NotAction the
  pattern is empty and a fourth member holds the patterns that are left out

What a statement grants may be denied or bounded elsewhere: the box says who grants, not who may.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache

from iamscout.access.trust import TRUST_POLICY
from iamscout.policy.document import Statement
from iamscout.report.atlas import Atlas, entities, home_of
from iamscout.report.page import Link
from iamscout.report.parts import policy_anchor
from iamscout.report.shards import encoded, files_of, shard
from iamscout.report.views.findings import resource_name
from iamscout.report.words import KIND_NAMES, SEVERITY_MARKS

HOLDERS = 40
"""Policies that are listed for one pattern; how many more there are is told."""

_LABELS = {"roles": "Role", "users": "User", "groups": "Group", "policies": "Policy"}
"""Folder of pages to what is found there, in the order of results."""

Row = list[object]
Shown = Callable[[str], str]
_Grant = tuple[str, tuple[str, ...]]
"""What a statement allows: a pattern of actions, or nothing and the patterns that are left out."""


def search_files(atlas: Atlas, shown: Shown) -> Iterator[tuple[str, bytes]]:
    """Pairs of path and content; `shown` turns a text into what pages show of it."""
    shown = cache(shown)  # what has findings is named with each
    documents, actions = _actions(atlas, shown)
    rules = tuple(atlas.rules)
    kinds: list[tuple[str, str, str, list[Row]]] = [
        *((kind, label, "pages", rows) for kind, label, rows in _entities(atlas, shown)),
        ("principals", "Principal", "pages", _principals(atlas, shown)),
        ("rules", "Rule", "pages", _rules(atlas)),
        ("findings", "Finding", "findings", _findings(atlas, rules, shown)),
        ("documents", "", "documents", documents),
        ("actions", "Action", "actions", actions),
    ]
    told: list[dict[str, object]] = []
    for kind, label, reads, rows in kinds:
        made = files_of("search", kind, rows)
        yield from made
        told.append(
            {"name": kind, "label": label, "folder": _folder(kind), "reads": reads, "shards": len(made)}
        )
    titles = [[rule, shown(atlas.rules[rule].title)] for rule in rules]
    yield "assets/search/meta.js", shard("meta", 0, encoded({"kinds": told, "rules": titles}))


def _folder(kind: str) -> str:
    return "rules/" if kind == "findings" else f"{kind}/"


def _entities(atlas: Atlas, shown: Shown) -> Iterator[tuple[str, str, list[Row]]]:
    found: dict[str, list[Row]] = {folder: [] for folder in _LABELS}
    ids = _unique_ids(atlas)
    for arn, link in atlas.links.items():
        folder, _, name = link.path.partition("/")
        row: Row = [shown(link.text), name.removesuffix(".html")]
        if more := ", ".join(part for part in (_home(atlas, arn), ids.get(arn, "")) if part):
            row.append(shown(more))
        found[folder].append(row)
    for folder, label in _LABELS.items():
        yield folder, label, sorted(found[folder], key=lambda row: (str(row[0]).lower(), str(row[1])))


def _unique_ids(atlas: Atlas) -> dict[str, str]:
    """ARN to the id that logs name it by (`AROA...`); AWS's own policies are not looked for by theirs."""
    return {
        entity.arn: entity.unique_id
        for account in atlas.accounts
        for entity in (
            *entities(account),
            *(policy for policy in account.policies if not policy.is_aws_managed),
        )
    }


def _home(atlas: Atlas, arn: str) -> str:
    """The account to tell apart what has the same name in several; nothing where there is one."""
    if not atlas.several:
        return ""
    home = home_of(arn)
    return "AWS" if home == "aws" else atlas.short_name(home)


def _principals(atlas: Atlas, shown: Shown) -> list[Row]:
    found: list[Row] = []
    for principal in atlas.listed_principals:
        link = atlas.principal_link(principal)
        if link.path:
            home = _home(atlas, principal.value) if principal.kind in ("saml", "oidc", "session") else ""
            more = ", ".join(part for part in (KIND_NAMES[principal.kind], home) if part)
            found.append([shown(link.text), link.path.partition("/")[2].removesuffix(".html"), shown(more)])
    return found


def _rules(atlas: Atlas) -> list[Row]:
    return [
        [rule.title, rule.id, f"{SEVERITY_MARKS[rule.severity].word}, {rule.id}"]
        for rule in sorted(atlas.rules.values(), key=lambda rule: rule.id)
    ]


def _findings(atlas: Atlas, rules: tuple[str, ...], shown: Shown) -> list[Row]:
    places = {rule: place for place, rule in enumerate(rules)}
    found: dict[str, Row] = {}
    for finding in atlas.assessment.findings:
        path = atlas.finding_paths.get(finding.key)
        if path is None or finding.rule not in places:
            continue
        page = path.partition(".html")[0].removeprefix(f"rules/{finding.rule}").removeprefix("-")
        about = resource_name(atlas, finding)
        if atlas.several and finding.resource_type != "account":
            about = f"{about} of {atlas.short_name(finding.account)}"
        text = shown(about)
        found.setdefault(text, [text]).append([places[finding.rule], int(page or 1), finding.key])
    return list(found.values())


def _actions(atlas: Atlas, shown: Shown) -> tuple[list[Row], list[Row]]:
    """Policies that grant something, and by what pattern: managed ones first, which many may have.

    IAM does not tell `iam:passrole` from `iam:PassRole`: both are one pattern, shown as it is written most.
    """
    granting: defaultdict[_Grant, list[tuple[str, str]]] = defaultdict(list)
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place, document in sorted(atlas.documents.items(), key=lambda entry: (entry[0][1] != "", entry[0])):
        if place[1] == TRUST_POLICY:
            continue
        grants = {grant for statement in document.statements for grant in _grants(statement)}
        for pattern, _ in grants:
            written[pattern.lower()][pattern] += 1
        for grant in sorted({(pattern.lower(), left_out) for pattern, left_out in grants}):
            granting[grant].append(place)
    listed = dict.fromkeys(place for places in granting.values() for place in places[:HOLDERS])
    numbers = {place: number for number, place in enumerate(listed)}
    documents: list[Row] = []
    for owner, name in listed:
        link = _document(atlas, owner, name)
        documents.append([shown(link.text), link.path])
    actions: list[Row] = []
    for (pattern, left_out), places in sorted(granting.items()):
        writings = written[pattern]
        text = min(writings, key=lambda each: (-writings[each], each))
        row: Row = [shown(text), [numbers[place] for place in places[:HOLDERS]], len(places)]
        actions.append([*row, [shown(each) for each in left_out]] if left_out else row)
    return documents, actions


def _grants(statement: Statement) -> list[_Grant]:
    if statement.effect != "Allow" or statement.unreadable:
        return []
    if statement.not_actions:
        return [("", statement.not_actions)]
    return [(action, ()) for action in statement.actions or ()]


def _document(atlas: Atlas, owner: str, name: str) -> Link:
    link = atlas.link(owner)
    home = _home(atlas, owner)
    of = f" of {home}" if home else ""
    if not name:
        return Link(f"policy {link.text}{of}", link.path)
    kind = link.path.partition("/")[0].removesuffix("s")
    return Link(f"{kind} {link.text}{of}, policy {name}", f"{link.path}#{policy_anchor(name)}")
