"""The tables of docs/claims.md and docs/certificate-v2.md are those of the code.

``python tests/claims/test_language_page.py`` writes them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from vertical_slice import SLICE, check  # noqa: E402

from exactland.checker.proof import EVERY_RULE  # noqa: E402
from exactland.checker.signature import ARITHMETIC, FACTS, HEADS, PARTS, Fact, Head  # noqa: E402

PAGES = ("claims.md", "certificate-v2.md")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text.strip() else ""


def _phrase(entry: Head | Fact) -> str:
    """The phrase with letters for its places."""
    return re.sub(
        r"\{(\d|\*)(?:\.\d+)?\}",
        lambda m: "..." if m[1] == "*" else "abcde"[int(m[1])],
        entry.phrase,
    )


def heads() -> str:
    lines = ["| head | makes | of | words | meaning |", "| --- | --- | --- | --- | --- |"]
    for name, entry in (*ARITHMETIC.items(), *HEADS.items(), *PARTS.items()):
        cells = [
            _code(name),
            entry.makes,
            _code(entry.takes),
            _code(_phrase(entry)),
            _cell(entry.meaning),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def facts() -> str:
    lines = ["| name | of | words | meaning |", "| --- | --- | --- | --- |"]
    for name, fact in FACTS.items():
        lines.append(
            f"| {_code(name)} | {_code(fact.takes)} | {_phrase(fact)} | {_cell(fact.meaning)} |"
        )
    return "\n".join(lines)


def rules() -> str:
    lines = ["| rule | |", "| --- | --- |"]
    for name, rule in EVERY_RULE.items():
        text = " ".join((rule.__doc__ or "").split())
        lines.append(f"| {_code(name)} | {_cell(text)} |")
    return "\n".join(lines)


def slice_() -> str:
    parts = []
    for title, make in SLICE:
        result = check(make())
        parts.append(f"{title}:\n\n```\n{result.verdict.upper()}: {result.words}\n```")
    return "\n\n".join(parts)


TABLES = {"heads": heads, "facts": facts, "rules": rules, "slice": slice_}


def written(text: str) -> str:
    """A page with its tables written anew."""
    for name, make in TABLES.items():
        pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        text = pattern.sub(lambda match, table=make: f"{match[1]}\n{table()}\n\n{match[2]}", text)
    return text


def test_pages_have_the_tables_of_the_code() -> None:
    for page in PAGES:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert written(text) == text


def test_every_rule_says_why() -> None:
    assert all(len((rule.__doc__ or "").split()) > 5 for rule in EVERY_RULE.values())


if __name__ == "__main__":
    for page in PAGES:
        path = ROOT / "docs" / page
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
