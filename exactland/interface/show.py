"""`exactland show`: what a problem file describes, and which papers' assumptions hold on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from exactland.conditions.assumptions import ASSUMPTIONS, assumption
from exactland.conditions.finding import Finding, Verdict
from exactland.errors import InputError, LimitError
from exactland.functions import facts
from exactland.functions.activations import Activation
from exactland.functions.derivatives_at_zero import assumption_2
from exactland.functions.properties import Fact
from exactland.interface.asking import open_problem
from exactland.interface.output import console
from exactland.interface.plain import write_json
from exactland.model.grids import Grid
from exactland.model.layer_matrix import layer_map
from exactland.model.layers import Convolution, Dense
from exactland.model.problem import Problem, describe_layer
from exactland.model.problem_file import network_document
from exactland.model.skip import SkipNetwork
from exactland.proof.instance import patches_as_defined

#: Matrices with more rows or columns than this are described, not printed.
PRINTED_ROWS, PRINTED_COLUMNS = 12, 16
#: The largest order of LDS18's Assumption 2 that is examined here.
LARGEST_ORDER = 16
_VERDICTS: dict[bool | None, Verdict] = {True: "proved", False: "refuted", None: "undecided"}
_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}
_VERDICT_WORDS = {"proved": "holds", "refuted": "fails", "undecided": "undecided"}


def show_problem(path: str, random_seed: int | None, as_json: bool) -> None:
    """Run `exactland show`."""
    problem = open_problem(path, random_seed)
    findings = _assumptions(problem)
    if as_json:
        write_json(_document(problem, findings))
        return
    screen = console()
    data = problem.data
    screen.print(Text(f"data: {str(data)[7:-1]}"))
    if isinstance(problem.network, SkipNetwork):
        _print_skip(screen, problem.network)
    else:
        _print_layers(screen, problem)
        _print_matrices(screen, problem)
    given = "given" if problem.parameters is not None else "none (choose some: --random SEED)"
    screen.print(Text(f"parameters: {given}"))
    screen.print(Text(f"loss: {problem.loss if problem.loss is not None else 'none'}"))
    for line in _condition_lines(problem, findings):
        text = Text(f"{line.name}: ")
        text.append(_VERDICT_WORDS[line.verdict], style=_COLOURS[line.verdict])
        text.append(f" - {line.reason}")
        screen.print(text)


@dataclass(frozen=True)
class _Condition:
    """A condition of a paper on this problem."""

    name: str
    verdict: Verdict
    reason: str


def _condition_lines(problem: Problem, findings: list[Finding]) -> list[_Condition]:
    """What the papers ask of the data, the layers, the widths and the activations."""
    lines = [_Condition(f.question, f.verdict, f.reason) for f in findings]
    if not isinstance(problem.network, SkipNetwork):
        lines.append(_patches(problem))
        lines.append(_wide_layer(problem))
    for sigma, where in _activations(problem).items():
        for name, fact in (
            ("NH17:Asm3.2, clause 2", facts.nh17_assumption_3_2(sigma)),
            ("NH18:Asm3.2", facts.nh18_assumption_3_2(sigma)),
            ("NMH19:Asm1.1", facts.nmh19_assumption_1_1(sigma)),
            (f"LDS18:Asm2 at order N = {problem.data.samples}", _assumption_2(sigma, problem)),
        ):
            verdict = _VERDICTS[fact.holds]
            lines.append(_Condition(f"{name}, {sigma} ({where})", verdict, fact.reason))
    return lines


def _patches(problem: Problem) -> _Condition:
    """The patches as the papers have them (NH18, Definition 2.1)."""
    fact = patches_as_defined(problem)
    return _Condition("NH18:Def2.1", _VERDICTS[fact.holds], fact.reason)


def _wide_layer(problem: Problem) -> _Condition:
    """n_k >= N for some hidden layer (NH18, Theorems 3.4 and 3.5; LDS18, A3 for the last one)."""
    samples = problem.data.samples
    hidden = range(1, max(problem.sequential.depth, 2))
    wide = [f"n_{k} = {problem.widths[k]}" for k in hidden if problem.widths[k] >= samples]
    if wide:
        return _Condition(f"a layer with n_k >= N = {samples}", "proved", ", ".join(wide))
    return _Condition(f"a layer with n_k >= N = {samples}", "refuted", "all layers are narrower")


def _activations(problem: Problem) -> dict[Activation, str]:
    """The activations of hidden layers or units, each with where it stands."""
    places: dict[Activation, list[str]] = {}
    if isinstance(problem.network, SkipNetwork):
        for unit in problem.network.units:
            places.setdefault(unit.activation, []).append(unit.id)
        return {sigma: "units " + ", ".join(ids) for sigma, ids in places.items()}
    hidden = problem.sequential.layers[:-1] or problem.sequential.layers
    for k, layer in enumerate(hidden, start=1):
        if isinstance(layer, Convolution | Dense):
            places.setdefault(layer.activation, []).append(str(k))
    return {sigma: "layer " + ", ".join(ks) for sigma, ks in places.items()}


def _assumption_2(sigma: Activation, problem: Problem) -> Fact:
    order = problem.data.samples
    if order > LARGEST_ORDER:
        return Fact(None, f"orders above {LARGEST_ORDER} are not tried here")
    return assumption_2(sigma, order)


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
        "grids": {}
        if widths is None
        else {str(k): [grid.channels, *grid.shape] for k, grid in _grids(problem)},
        "parameters": problem.parameters is not None,
        "loss": None if problem.loss is None else str(problem.loss),
        "assumptions": [
            {"id": line.name, "verdict": line.verdict, "reason": line.reason}
            for line in _condition_lines(problem, findings)
        ],
    }


def _print_layers(screen: Console, problem: Problem) -> None:
    table = Table("layer", "width", "what", box=None, pad_edge=False)
    table.add_row("0", str(problem.widths[0]), "input")
    for k, layer in enumerate(problem.sequential.layers, start=1):
        table.add_row(
            str(k), str(problem.widths[k]), Text(describe_layer(layer, problem.widths[k - 1]))
        )
    screen.print(table)
    mixed = [str(k) for k, grid in _grids(problem) if not grid.in_order]
    if mixed:
        screen.print(
            Text(
                f"order: the file numbers neurons by channel, row, column; in layer "
                f"{', '.join(mixed)} neuron (p-1) T + t of the papers, as here, is filter t on "
                "patch p"
            )
        )


def _grids(problem: Problem) -> list[tuple[int, Grid]]:
    """The layers that come from a grid, 0 for the data."""
    grids = [problem.data.grid, *(layer.grid for layer in problem.sequential.layers)]
    return [(k, grid) for k, grid in enumerate(grids) if grid is not None and not grid.is_flat]


def _print_matrices(screen: Console, problem: Problem) -> None:
    """U_k^T as in the paper: a row a neuron, w[r,t] for the entry (r, t) of W_k, from 1."""
    for k, layer in enumerate(problem.sequential.layers, start=1):
        if not layer.has_parameters():
            continue
        rows, columns = problem.widths[k - 1], problem.widths[k]
        if columns > PRINTED_ROWS or rows > PRINTED_COLUMNS:
            screen.print(Text(f"U_{k}: {rows} x {columns}, not printed"))
            continue
        structure = layer_map(layer, rows)
        filters = layer.filter_count()
        screen.print(Text(f"U_{k}^T (a row a neuron of layer {k}):"))
        cells = [
            [_entry(structure.entries.get((i, h)), filters) for i in range(rows)]
            for h in range(columns)
        ]
        width = max(len(cell) for row in cells for cell in row)
        for row in cells:
            screen.print(Text("  " + " ".join(cell.rjust(width) for cell in row)))


def _entry(variable: int | None, filters: int) -> str:
    if variable is None:
        return "0"
    r, t = divmod(variable, filters)
    return f"w[{r + 1},{t + 1}]"


def _print_skip(screen: Console, network: SkipNetwork) -> None:
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
    screen.print(table)
