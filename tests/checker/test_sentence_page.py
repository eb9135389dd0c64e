"""Section 10.6 of the format lists the checker's templates and tables, word for word."""

from __future__ import annotations

from pathlib import Path

from exactland.checker.proofs.proof import CHECKS
from exactland.checker.sentences.tables import CONDITIONS, PROPERTIES, THEOREMS
from exactland.checker.sentences.templates import TEMPLATES, VARIANTS

PAGE = Path(__file__).parents[2] / "docs" / "certificate-v1.md"
START, END = "<!-- sentences -->\n", "<!-- end of sentences -->"


def listing() -> str:
    """All templates and tables as lists."""
    tables = {"condition": CONDITIONS, "property": PROPERTIES}
    parts = [f"* `{name}`: `{template}`" for name, template in TEMPLATES.items()]
    for field, table in tables.items():
        entries = "; ".join(f"`{name}`: `{words}`" for name, words in table.items())
        parts.append(f"\n`{{{field}}}`: {entries}")
    return "\n".join(parts)


def test_the_page_lists_the_templates() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.partition(START)[2].partition(END)[0].strip() == listing().strip(), (
        f"run: python tests/checker/{Path(__file__).name}"
    )
    assert all(f"`{name}`: `{words}`" in page for name, words in THEOREMS.items())


def test_every_kind_has_its_templates() -> None:
    kinds = {name.split(" ")[0] for name in TEMPLATES}
    assert kinds | {"together"} == set(CHECKS)
    several = {kind for kind in kinds if sum(n.split(" ")[0] == kind for n in TEMPLATES) > 1}
    assert several == set(VARIANTS)


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    text = f"{before}{START}{listing()}\n{END}{rest.split(END)[1]}"
    PAGE.write_text(text, encoding="utf-8")
