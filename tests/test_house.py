"""The house rules for Python code, checked by reading it; each check shows what it objects to."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE_FILES = sorted((ROOT / "iamscout").rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
CATCH_ALL = "except Exception"


@dataclass(frozen=True)
class Check:
    """One house rule. `look` gets the path within the repository and the tree, and yields complaints.

    `rejected` and `accepted` are examples as pairs of path and source.
    """

    name: str
    look: Callable[[PurePosixPath, ast.Module], Iterator[str]]
    rejected: tuple[tuple[str, str], ...]
    accepted: tuple[tuple[str, str], ...]


def _within(path: PurePosixPath, *packages: str) -> bool:
    return len(path.parts) > 2 and path.parts[0] == "iamscout" and path.parts[1] in packages


def _docstrings(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """Modules, classes, public functions and methods; what stands inside a function is its own affair."""
    if not ast.get_docstring(tree):
        yield "1: the module has no docstring"
    yield from _docstrings_within(tree.body)


def _docstrings_within(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            if not ast.get_docstring(node):
                yield f"{node.lineno}: class {node.name} has no docstring"
            if not node.name.startswith("_"):
                yield from _docstrings_within(node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            overload = any(
                isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list
            )
            if not ast.get_docstring(node) and not overload:
                yield f"{node.lineno}: {node.name}() has no docstring"


def _prints(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    if _within(path, "cli"):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print")):
                yield f"{node.lineno}: print() outside cli"
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "exit" as name):
                yield f"{node.lineno}: sys.{name} outside cli"


def _clocks(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    if _within(path, "cli", "fetch"):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="now" | "utcnow" | "today" as name):
                yield f"{node.lineno}: .{name} reads the clock outside cli and fetch"
            case ast.Attribute(
                value=ast.Name(id="time"), attr="time" | "time_ns" | "localtime" | "gmtime" as name
            ):
                yield f"{node.lineno}: time.{name} reads the clock outside cli and fetch"
            case ast.ImportFrom(module="time"):
                yield f"{node.lineno}: import time as a module, so that its use can be seen"


def _environment(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    if _within(path, "cli", "fetch", "demo"):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv" as name):
                yield f"{node.lineno}: os.{name} outside cli, fetch and demo"


def _catch_alls(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """The one that the command line may have is counted by its own test."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type) and not _within(path, "cli"):
            yield f"{node.lineno}: {CATCH_ALL} (or wider) outside cli"


def _catches_all(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in ("Exception", "BaseException") for name in names)


def _vague_names(path: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """Names that say nothing of what they name: of files and folders, classes and functions."""
    vague = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "stuff"}
    for part in path.parts:
        if vague & set(part.removesuffix(".py").lower().split("_")):
            yield f"1: the path says {part!r}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", node.name)
            if vague & {word.lower() for word in words}:
                yield f"{node.lineno}: {node.name} says nothing of what it is"


CHECKS = (
    Check(
        "docstrings",
        _docstrings,
        rejected=(
            ("iamscout/a.py", "x = 1"),
            ("iamscout/a.py", '"""A."""\nclass _B: ...'),
            ("iamscout/a.py", '"""A."""\ndef f(): ...'),
            ("iamscout/a.py", '"""A."""\nclass B:\n    """B."""\n    def f(self): ...'),
        ),
        accepted=(
            (
                "iamscout/a.py",
                '"""A."""\ndef _f(): ...\nclass B:\n    """B."""\n    def __eq__(self, o): ...',
            ),
        ),
    ),
    Check(
        "prints",
        _prints,
        rejected=(("iamscout/report/a.py", "print(1)"), ("iamscout/a.py", "import sys\nsys.exit(1)")),
        accepted=(("iamscout/cli/a.py", "print(1)"), ("iamscout/a.py", "pprint(1)")),
    ),
    Check(
        "clocks",
        _clocks,
        rejected=(
            ("iamscout/access/a.py", "datetime.now(UTC)"),
            ("iamscout/access/a.py", "datetime.datetime.utcnow()"),
            ("iamscout/access/a.py", "date.today()"),
            ("iamscout/demo/a.py", "time.time()"),
            ("iamscout/demo/a.py", "from time import time"),
        ),
        accepted=(
            ("iamscout/fetch/a.py", "datetime.now(UTC)"),
            ("iamscout/access/a.py", "time.perf_counter()"),
        ),
    ),
    Check(
        "environment",
        _environment,
        rejected=(
            ("iamscout/report/a.py", "os.environ['HOME']"),
            ("iamscout/report/a.py", "os.getenv('HOME')"),
        ),
        accepted=(("iamscout/cli/a.py", "os.environ"), ("iamscout/report/a.py", "os.path")),
    ),
    Check(
        "catch-alls",
        _catch_alls,
        rejected=(
            ("iamscout/fetch/a.py", f"try: f()\n{CATCH_ALL} as e: ..."),
            ("iamscout/fetch/a.py", "try: f()\nexcept: ..."),
            ("iamscout/fetch/a.py", "try: f()\nexcept (ValueError, BaseException): ..."),
        ),
        accepted=(("iamscout/fetch/a.py", "try: f()\nexcept (ValueError, KeyError): ..."),),
    ),
    Check(
        "vague names",
        _vague_names,
        rejected=(
            ("iamscout/report/text_utils.py", ""),
            ("iamscout/common/a.py", ""),
            ("iamscout/a.py", "class RoleManager: ..."),
            ("iamscout/a.py", "def helper(): ..."),
        ),
        accepted=(("iamscout/a.py", "class ManagedPolicy: ..."), ("iamscout/commons_licence.py", "")),
    ),
)


def _complaints(check: Check, path: str, source: str) -> list[str]:
    return [f"{path}:{complaint}" for complaint in check.look(PurePosixPath(path), ast.parse(source))]


def _path(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_the_package_keeps_the_rule(check: Check) -> None:
    found = [
        line for file in PACKAGE_FILES for line in _complaints(check, _path(file), file.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_objects_to_its_rejected_examples_only(check: Check) -> None:
    assert all(_complaints(check, path, source) for path, source in check.rejected)
    assert [line for path, source in check.accepted for line in _complaints(check, path, source)] == []


def test_at_most_one_place_catches_everything() -> None:
    places = [
        f"{_path(file)}:{node.lineno}"
        for file in PACKAGE_FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type)
    ]
    assert len(places) <= 1, f"one place turns a bug into exit status 70, no other: {places}"


def test_test_files_have_a_docstring_that_says_what_they_claim() -> None:
    found = [_path(file) for file in TEST_FILES if not ast.get_docstring(ast.parse(file.read_text("utf-8")))]
    assert not found, "\n".join(found)


def test_every_package_folder_holds_an_init_file() -> None:
    folders = {file.parent for file in PACKAGE_FILES}
    assert [_path(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []
