"""`exactland show`: what a problem file describes, and which papers' assumptions hold on it."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from exactland.conditions.assumptions import ASSUMPTIONS, assumption
from exactland.conditions.finding import Finding
from exactland.errors import InputError, LimitError
from exactland.interface.answers import open_problem
from exactland.interface.cli import write_json
from exactland.model.layer_matrix import layer_map
from exactland.model.layers import MaxPooling
from exactland.model.problem import Problem, describe_layer
from exactland.model.problem_file import network_document
from exactland.model.skip import SkipNetwork

#: Matrices with more rows or columns than this are described, not printed.
PRINTED_ROWS, PRINTED_COLUMNS = 12, 16
_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}
_VERDICT_WORDS = {"proved": "holds", "refuted": "fails", "undecided": "undecided"}


def show_problem(path: str, random_seed: int | None, as_json: bool) -> None:
    """Run `exactland show`."""
    problem = open_problem(path, random_seed)
    findings = _assumptions(problem)
    if as_json:
        write_json(_document(problem, findings))
        return
    console = Console(highlight=False, soft_wrap=True)
    data = problem.data
    console.print(Text(f"data: {str(data)[7:-1]}"))
    if isinstance(problem.network, SkipNetwork):
        _print_skip(console, problem.network)
    else:
        _print_layers(console, problem)
        _print_matrices(console, problem)
    given = "given" if problem.parameters is not None else "none (choose some: --random SEED)"
    console.print(Text(f"parameters: {given}"))
    console.print(Text(f"loss: {problem.loss if problem.loss is not None else 'none'}"))
    for finding in findings:
        line = Text(f"{finding.question}: ")
        line.append(_VERDICT_WORDS[finding.verdict], style=_COLOURS[finding.verdict])
        line.append(f" - {finding.reason}")
        console.print(line)


def _assumptions(problem: Problem) -> list[Finding]:
    """The assumptions that speak of this kind of network."""
    findings = []
    for id in ASSUMPTIONS:
        try:
            findings.append(assumption(problem, id))
        except InputError:
            continue
        except LimitError as limit:
            findings.append(Finding(id, "undecided", "on this instance", reason=str(limit)))
    return findings


def _document(problem: Problem, findings: list[Finding]) -> dict[str, Any]:
    widths = None if isinstance(problem.network, SkipNetwork) else list(problem.widths)
    return {
        "data": {
            "samples": problem.data.samples,
            "dimension": problem.data.dimension,
        },
        "network": network_document(problem.network),
        "widths": widths,
        "parameters": problem.parameters is not None,
        "loss": None if problem.loss is None else str(problem.loss),
        "assumptions": [
            {"id": f.question, "verdict": f.verdict, "reason": f.reason} for f in findings
        ],
    }


def _print_layers(console: Console, problem: Problem) -> None:
    table = Table("layer", "width", "what", box=None, pad_edge=False)
    table.add_row("0", str(problem.widths[0]), "input")
    for k, layer in enumerate(problem.sequential.layers, start=1):
        table.add_row(
            str(k), str(problem.widths[k]), Text(describe_layer(layer, problem.widths[k - 1]))
        )
    console.print(table)


def _print_matrices(console: Console, problem: Problem) -> None:
    """U_k^T as in the paper: a row a neuron, w[r,t] for the entry (r, t) of W_k, from 1."""
    for k, layer in enumerate(problem.sequential.layers, start=1):
        if isinstance(layer, MaxPooling):
            continue
        rows, columns = problem.widths[k - 1], problem.widths[k]
        if columns > PRINTED_ROWS or rows > PRINTED_COLUMNS:
            console.print(Text(f"U_{k}: {rows} x {columns}, not printed"))
            continue
        structure = layer_map(layer, rows)
        filters = layer.filter_count()
        console.print(Text(f"U_{k}^T (a row a neuron of layer {k}):"))
        cells = [
            [_entry(structure.entries.get((i, h)), filters) for i in range(rows)]
            for h in range(columns)
        ]
        width = max(len(cell) for row in cells for cell in row)
        for row in cells:
            console.print(Text("  " + " ".join(cell.rjust(width) for cell in row)))


def _entry(variable: int | None, filters: int) -> str:
    if variable is None:
        return "0"
    r, t = divmod(variable, filters)
    return f"w[{r + 1},{t + 1}]"


def _print_skip(console: Console, network: SkipNetwork) -> None:
    table = Table("unit", "layer", "reads", "weights", "bias", "activation", "skip", box=None)
    for unit in network.units:
        sources = ", ".join(
            f"x_{source + 1}" if isinstance(source, int) else source for source in unit.sources
        )
        table.add_row(
            unit.id,
            str(unit.layer),
            Text(sources),
            unit.group,
            unit.bias or "none",
            unit.activation.name,
            "yes" if unit.id in network.skips else "",
        )
    console.print(table)
