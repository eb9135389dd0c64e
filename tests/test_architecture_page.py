"""docs/architecture.md names every module, in the room where it is, with its own first line."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MODULES = sorted(
    path.relative_to(ROOT)
    for path in (ROOT / "exactland").rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
)


def section(folder: str) -> str:
    """The part of the page about a folder: from its heading to the next one."""
    found = re.search(rf"^### `{re.escape(folder)}/`.*?(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found.group(0) if found else ""


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_is_on_the_page(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8"))) or ""
    # A first sentence may run over two lines.
    first = docstring.split("\n\n")[0].replace("\n", " ")
    folder = module.parent.as_posix()
    if folder == "exactland":
        assert f"| `{module.stem}` |" in PAGE
        return
    text = section(folder)
    assert f"| `{module.stem}` | {first} |" in text, f"run: python tests/{Path(__file__).name}"


def rooms() -> str:
    """The tables of the page, made from the first lines of the modules."""
    parts = []
    for folder in dict.fromkeys(module.parent.as_posix() for module in MODULES):
        if folder == "exactland":
            continue
        init = ROOT / folder / "__init__.py"
        about = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
        parts.append(f"### `{folder}/`\n\n{about.split(chr(10) * 2)[0].replace(chr(10), ' ')}\n")
        parts.append("| module | |\n| --- | --- |")
        for module in MODULES:
            if module.parent.as_posix() == folder:
                doc = ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8")))
                first = (doc or "").split("\n\n")[0].replace("\n", " ")
                parts.append(f"| `{module.stem}` | {first} |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    start, end = "<!-- rooms -->\n", "<!-- end of rooms -->"
    before, rest = PAGE.split(start)
    after = rest.split(end)[1]
    (ROOT / "docs" / "architecture.md").write_text(
        f"{before}{start}\n{rooms()}\n{end}{after}", encoding="utf-8"
    )
