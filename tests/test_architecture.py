"""The rooms import only what stands above them, and start-up is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "exactland"

# From the ground up; docs/architecture.md has the same list.
ROOMS = (
    "errors",
    "arithmetic",
    "linalg",
    "functions",
    "model",
    "outputs",
    "conditions",
    "claims",
    "landscape",
    "proof",
    "papers",
    "certificate",
    "checker",
    "export",
    "interface",
)
# What the package shares with the checker: the language of claims and the words of steps, so that
# there is one of each.
LANGUAGE = {"signature", "formulas", "printer", "sentences", "outcome"}
# The package's face, which hands names on lazily, belongs to no room.
FACE = {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path not in FACE)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    """The dotted name of a module; a package has that of its folder."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(path: Path) -> set[str]:
    """What a module imports of the package anywhere, also inside functions and for types only."""
    found = set()
    package = ["exactland", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, node.module] if node.module else base)
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        found |= {name for name in names if name.split(".")[0] == "exactland"}
    return found


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports from; of the checker the language alone does not count."""
    parts = [name.split(".") for name in imported_names(path)]
    rooms = {part[1] for part in parts if part[1:2] != ["checker"] and len(part) > 1}
    if any(part[1:2] == ["checker"] and not LANGUAGE.intersection(part[2:3]) for part in parts):
        rooms.add("checker")
    return rooms & set(ROOMS)


def imports_of_modules() -> dict[str, set[str]]:
    """Which modules each module imports. A package counts where no module of it is named."""
    modules = {name_of(path): path for path in MODULES}
    packages = {name_of(path) for path in MODULES if path.name == "__init__.py"}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        named = imported_names(path) & set(modules)
        inner = {other.rpartition(".")[0] for other in named}
        graph[name] = named - {name} - (packages & inner)
    return graph


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Some modules that import each other in a circle; an empty list if there are none."""
    left = dict(graph)
    while done := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in done:
            del left[name]
    if not left:
        return []
    path = [min(left)]
    while path[-1] not in path[:-1]:
        path.append(min(left[path[-1]] & left.keys()))
    return path[path.index(path[-1]) :]


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c", "b"]


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = imports_of_modules()
    assert sum(map(len, graph.values())) > 500
    assert circle(graph) == []


def test_every_module_has_a_room() -> None:
    assert {room_of(path) for path in MODULES} <= set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_upward(path: Path) -> None:
    room = room_of(path)
    allowed = set(ROOMS[: ROOMS.index(room) + 1]) - {"checker"}
    if room == "checker":
        allowed = {"checker"}
    if room == "interface":
        allowed.add("checker")
    assert imported_rooms(path) <= allowed


def test_the_printer_is_no_door_to_the_checker() -> None:
    """It uses itself only: what the package gets with it checks nothing."""
    for path in (PACKAGE / "checker" / "sentences").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not any(node.level > 1 for node in nodes), path


def test_the_checker_uses_the_standard_library_only() -> None:
    for path in (PACKAGE / "checker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                assert name.split(".")[0] in sys.stdlib_module_names, f"{path.name}: {name}"


def test_no_assert_in_the_package() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree)), path


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["check", "/no/such/file"]])
def test_startup_is_light(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from exactland.interface.cli import main\n"
        f"sys.argv = ['exactland', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print([m for m in ('sympy', 'networkx', 'numpy', 'flint') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
