"""`exactland statements` and `exactland graph`: what the papers claim, and what rests on what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from exactland.errors import UsageError
from exactland.interface.plain import write_json
from exactland.interface.statement_pages import legend, listed, page, statement_document
from exactland.outputs import GRAPH, TREE, Output, mark
from exactland.papers import PAPERS, STATEMENTS, statement, statements_of
from exactland.proof.statements import READINGS, Statement, dependency_graph


def show_statements(id: str | None, paper: str | None, as_json: bool) -> None:
    """Run `exactland statements`: one page, or the list."""
    if id is not None and paper is not None:
        raise UsageError("--paper", "an id names its paper already", "leave one of them out")
    if id is not None:
        shown = statement(id)
        if as_json:
            write_json({"readings": READINGS, "statement": statement_document(shown)})
        else:
            click.echo(page(shown))
        return
    chosen = STATEMENTS if paper is None else statements_of(paper)
    if as_json:
        documents = [statement_document(shown) for shown in chosen]
        write_json({"readings": READINGS, "statements": documents})
        return
    for known in PAPERS:
        lines = [listed(shown) for shown in chosen if shown.paper == known.id]
        if lines:
            click.secho(f"{known.id}  {known.authors}: {known.title}, {known.venue}", bold=True)
            click.echo("\n".join(lines) + "\n")
    click.echo(legend())


def show_graph(id: str | None, form: str, path: str | None, force: bool, as_json: bool) -> None:
    """Run `exactland graph`: of all statements, or of those that one rests on."""
    root = None if id is None else statement(id).id
    chosen = STATEMENTS if root is None else _rests_on(root)
    if path == "-" and as_json:
        raise UsageError("--json", "standard output is asked for twice", "leave out one, or -o")
    output = None
    if form == "picture":
        if path is None:
            raise UsageError(
                "--format picture", "no file is named", "add -o statements.png (or .svg, .pdf)"
            )
        from exactland.interface.plot_parts import picture_output, save
        from exactland.interface.statement_picture import draw

        output = picture_output(path, "-o", force)
        written = save(draw(chosen), output)
    elif path is not None:
        output = Output(path, GRAPH if form == "dot" else TREE, force)
        head = "" if form == "dot" else mark(TREE) + "\n"
        written = output.write(head + click.unstyle(_text(chosen, root, form)))
    elif not as_json:
        click.echo(_text(chosen, root, form), nl=False)
    if as_json:
        write_json(_document(chosen, path))
    elif output is not None:
        click.echo(f"written: {written}", err=True)


def _rests_on(root: str) -> tuple[Statement, ...]:
    """The statement and all that it depends on, directly or not."""
    import networkx

    wanted = {root, *networkx.descendants(dependency_graph(STATEMENTS), root)}
    return tuple(shown for shown in STATEMENTS if shown.id in wanted)


def _text(chosen: Sequence[Statement], root: str | None, form: str) -> str:
    from exactland.interface.statement_graph import dot, tree

    if form == "dot":
        return dot(chosen)
    lines = tree(chosen, root)
    note = "... : unfolded above\n" if any(line.endswith("...") for line in lines) else ""
    return "\n".join(lines) + "\n" + note


def _document(chosen: Sequence[Statement], output: str | None) -> dict[str, Any]:
    return {
        "nodes": [
            {"id": shown.id, "kind": shown.kind, "status": shown.status, "title": shown.title}
            for shown in chosen
        ],
        "edges": [{"from": a, "to": b} for a, b in dependency_graph(chosen).edges],
        "edge": "from depends on to",
        "file": output,
    }
