"""`exactland statements` and `exactland graph`, as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import click
import pytest

from exactland.interface.statement_graph import (
    BOX_HEIGHT,
    BOX_WIDTH,
    Layout,
    dot,
    lay_out,
    tree,
)
from exactland.papers import STATEMENTS, statement, statements_of


def run(*arguments: str, hide: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; ``hide`` is a package that is not to be found."""
    program = f"import sys; sys.modules[{hide!r}] = None; " if hide else ""
    program += "from exactland.interface.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )


def test_one_statement_is_a_page() -> None:
    done = run("statements", "NH18:Thm3.4")
    assert (done.returncode, done.stderr) == (0, "")
    page = " ".join(done.stdout.split())
    for part in (
        "NH18:Thm3.4 Theorem 3.4: Linearly independent features",
        "distinct_patches. Assumption 3.1",
        "[NH18:Asm3.1]",
        "As stated: false",
        "As repaired: Assume of each sigma_l",
        "NH18:E3 A continuous and non-constant function",
        "Shown by: The Cantor function",
        "Depends on",
        "Needed by",
        "NH18:Cor3.6",
    ):
        assert part in page
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "\x1b" not in done.stdout


def test_the_list_names_every_statement_and_the_readings() -> None:
    done = run("statements")
    assert done.returncode == 0
    first_words = {line.split(" ")[0] for line in done.stdout.splitlines()}
    assert {shown.id for shown in STATEMENTS} <= first_words
    assert all(
        words in done.stdout for words in ("as stated:", "as repaired:", "on this instance:")
    )


def test_the_statements_of_one_paper() -> None:
    done = run("statements", "--paper", "nmh19", "--json")
    listed = json.loads(done.stdout)["statements"]
    assert [shown["id"] for shown in listed] == [shown.id for shown in statements_of("NMH19")]


def test_json_of_a_statement_has_all_its_parts() -> None:
    answer = json.loads(run("statements", "LDS18:Lem3", "--json").stdout)
    assert set(answer) == {"readings", "statement"}
    shown = answer["statement"]
    assert (shown["id"], shown["paper"], shown["status"]) == ("LDS18:Lem3", "LDS18", "false")
    assert shown["needed_by"] == ["LDS18:Thm2"]
    assert {"name", "text", "check", "why"} == set(shown["hypotheses"][0])
    assert {"id", "text", "counterexample"} == set(shown["errata"][0])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["statements", "NH18:Thm3.44"], "did you mean NH18:Thm3.4"),
        (["statements", "--paper", "NH16"], "use NH17, NH18, NMH19, LDS18"),
        (["statements", "NH18:Thm3.4", "--paper", "NH18"], "leave one of them out"),
        (["graph", "NH99:Thm1"], "no statement has the id"),
        (["graph", "--format", "picture"], "add -o statements.png"),
        (["graph", "--format", "picture", "-o", "x.gif"], ".png, .svg, .pdf"),
        (["graph", "--format", "poem"], "poem"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_64(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 64
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["tree", "dot", "picture"])
def test_a_file_that_cannot_be_written_is_exit_code_65(form: str, tmp_path: Path) -> None:
    done = run("graph", "NH17:Def3.7", "--format", form, "-o", str(tmp_path / "no" / "x.png"))
    assert done.returncode == 65
    assert "cannot be written" in done.stderr


def test_the_tree_unfolds_each_statement_once() -> None:
    lines = [click.unstyle(line) for line in tree(STATEMENTS)]
    headed = {line.lstrip("|`- ").split(" ")[0] for line in lines}
    assert headed == {shown.id for shown in STATEMENTS}
    assert sum(line.startswith("NH18:Thm4.5") for line in lines) == 1
    assert not any(line.startswith("NH17:Lem2.1") for line in lines)
    below = [click.unstyle(line) for line in tree(STATEMENTS, "NH18:Thm3.4")]
    unfolded = [line for line in below if "NH18:Lem2.5" in line]
    assert [line.endswith("...") for line in unfolded] == [False, True]


def test_dot_has_every_node_and_edge_with_quoted_names() -> None:
    text = dot(STATEMENTS)
    assert text.startswith("// exactland-graph/1\ndigraph statements {")
    assert text.count(" -> ") == sum(len(shown.depends_on) for shown in STATEMENTS)
    assert text.count("label=") == len(STATEMENTS)
    assert '  "LDS18:Cor1" -> "LDS18:Thm1";' in text.splitlines()


def test_dot_escapes_names() -> None:
    from dataclasses import replace

    nasty = replace(statement("NH17:Def3.6"), id='a"b\\c', title="new\nline")
    assert '"a\\"b\\\\c" [label="a\\"b\\\\c\\nnew\\nline"' in dot([nasty])


def test_graph_as_json() -> None:
    answer = json.loads(run("graph", "NH18:Thm4.4", "--json").stdout)
    ids = {node["id"] for node in answer["nodes"]}
    assert {"NH18:Thm4.4", "NH18:Lem4.3", "NH17:Lem2.1"} <= ids
    assert "NH18:Thm4.5" not in ids
    assert {"from": "NH18:Thm4.4", "to": "NH18:Lem4.3"} in answer["edges"]
    assert all(edge["from"] in ids and edge["to"] in ids for edge in answer["edges"])


@pytest.mark.parametrize("chosen", [STATEMENTS, statements_of("NH18"), STATEMENTS[:1]], ids=len)
def test_nothing_overlaps_in_the_picture(chosen: tuple[object, ...]) -> None:
    layout: Layout = lay_out(chosen)  # type: ignore[arg-type]
    for (x, y), (u, v) in combinations(layout.boxes.values(), 2):
        assert abs(x - u) > BOX_WIDTH or abs(y - v) > BOX_HEIGHT
    for x, y in layout.boxes.values():
        assert BOX_WIDTH / 2 < x < layout.width - BOX_WIDTH / 2
        assert BOX_HEIGHT / 2 < y < layout.height - BOX_HEIGHT / 2
    # Arrows run level past the columns, where no box is, and bend between the columns only.
    for points in layout.curves.values():
        for (x, y), (u, v) in list(pairwise(points)):
            assert x < u
            for centre in layout.boxes.values():
                left, right = centre[0] - BOX_WIDTH / 2, centre[0] + BOX_WIDTH / 2
                inside = max(x, left) < min(u, right) - 1e-9
                assert not inside or (y == v and abs(y - centre[1]) > BOX_HEIGHT / 2)


@pytest.mark.parametrize(("ending", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_a_picture_is_written(ending: str, start: bytes, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    output = tmp_path / f"graph{ending}"
    done = run("graph", "NH18:Thm3.5", "--format", "picture", "-o", str(output))
    assert done.returncode == 0, done.stderr
    assert output.read_bytes().startswith(start)


def test_without_matplotlib_a_picture_is_refused_with_a_remedy(tmp_path: Path) -> None:
    output = tmp_path / "graph.png"
    done = run("graph", "--format", "picture", "-o", str(output), hide="matplotlib")
    assert done.returncode == 64
    assert "matplotlib is not installed; install it" in done.stderr
    assert not output.exists()


def test_the_commands_start_without_heavy_packages() -> None:
    program = (
        "import sys\n"
        "from exactland.interface.cli import main\n"
        "sys.argv = ['exactland', 'statements', 'NH18:Thm3.4']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('sympy', 'networkx', 'numpy', 'flint', 'rich') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
