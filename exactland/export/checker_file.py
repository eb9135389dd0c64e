"""The checker as one file to pass on: an archive that Python runs, and one plain text.

``python -m exactland.export.checker_file FOLDER`` writes ``exactland-checker.pyz`` and
``exactland-checker.py`` there; the same checker gives the same bytes. Nothing is changed in its
modules: the text has them one after the other, from the ground up, and loads them by their names.

>>> [name for name, _ in modules()][:3]
['checker', 'checker.leaving', 'checker.limits']
"""

from __future__ import annotations

import ast
import io
import sys
import zipfile
from pathlib import Path

CHECKER = Path(__file__).parent.parent / "checker"
_SHEBANG = "#!/usr/bin/env python3\n"
#: An archive keeps no other time: the oldest that it can.
_TIME = (1980, 1, 1, 0, 0, 0)
_START = "from checker.verify import run\n\nrun()\n"
#: First of all, so that Ctrl-C is answered while the rest is loaded.
_LEAVING = "from checker.leaving import leave_when_interrupted\n\nleave_when_interrupted()\n\n"

_HEAD = '''\
"""The independent checker of exactland in one file: python -I -S exactland-checker.py FILE...

It uses nothing but Python's standard library. Each module stands below as it is, as text between
three apostrophes under its name, from the ground up; the few lines at the end load them.
"""

MODULES = {}
'''

_TAIL = '''

# --- Loading ---------------------------------------------------------------------------------

import importlib.abc
import importlib.util
import sys


class Modules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules above, and nothing else."""

    def find_spec(self, name, path=None, target=None):
        if name not in MODULES:
            return None
        inner = any(other.startswith(name + ".") for other in MODULES)
        return importlib.util.spec_from_loader(name, self, is_package=inner)

    def exec_module(self, module):
        name = module.__spec__.name
        exec(compile(MODULES[name], f"{__file__}: {name}", "exec"), module.__dict__)


sys.meta_path.insert(0, Modules())
'''


def modules() -> list[tuple[str, Path]]:
    """The modules of the checker by name, each after those that it imports."""
    paths = {
        _name(path): path for path in sorted(CHECKER.rglob("*.py")) if path.name != "__main__.py"
    }
    ordered: dict[str, Path] = {}
    begun: set[str] = set()

    def add(name: str) -> None:
        if name in begun:
            return
        begun.add(name)
        package = name if paths[name].name == "__init__.py" else name.rpartition(".")[0]
        for needed in _imports(paths[name], package):
            if needed in paths and needed != name:
                add(needed)
        ordered[name] = paths[name]

    add("checker")
    add("checker.leaving")
    add("checker.verify")
    for name in paths:
        add(name)
    return list(ordered.items())


def _name(path: Path) -> str:
    parts = ["checker", *path.relative_to(CHECKER).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, package: str) -> list[str]:
    """The names of modules in relative imports, in their order."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*base, node.module] if node.module else base)
            names += [f"{module}.{alias.name}" for alias in node.names]
            names.append(module)
    return names


def plain_file() -> str:
    """The checker as one text; ValueError where a module cannot stand in it unchanged."""
    parts = [_SHEBANG, _HEAD]
    for name, path in modules():
        source = path.read_text(encoding="utf-8")
        if "'''" in source or not source.endswith("\n"):
            raise ValueError(f"{path}: it cannot stand between three apostrophes")
        line = "# " + "-" * 97
        parts.append(f"\n{line}\n\nMODULES[{name!r}] = r'''\n{source}'''\n")
    return "".join([*parts, _TAIL, _LEAVING, _START])


def archive() -> bytes:
    """The checker as an archive that Python runs; nothing is compressed, so that bytes last."""
    content = io.BytesIO()
    content.write(_SHEBANG.encode())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_STORED) as file:
        files = {
            path.relative_to(CHECKER.parent).as_posix(): path.read_text(encoding="utf-8")
            for _, path in modules()
        }
        files["__main__.py"] = _LEAVING + _START
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr = 3, 0o644 << 16
            file.writestr(info, files[name])
    return content.getvalue()


def build(folder: Path) -> list[Path]:
    """Write both into a folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    text, packed = folder / "exactland-checker.py", folder / "exactland-checker.pyz"
    text.write_text(plain_file(), encoding="utf-8")
    packed.write_bytes(archive())
    for path in (text, packed):
        path.chmod(0o755)
    return [packed, text]


if __name__ == "__main__":
    for written in build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist")):
        print(written)
