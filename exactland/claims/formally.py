"""Claims that hold formally: the parameters are symbols, and both sides are the same polynomials.

>>> from exactland import load_problem
>>> problem = load_problem("examples/sigmoid-with-bias.json")
>>> holds_formally(problem, [], ["=", ["F", 1], ["sigma", 1, ["G", 1]]])
True
>>> holds_formally(problem, [], ["=", ["F", 1], ["G", 1]])
False
"""

from __future__ import annotations

from typing import Any

from exactland.arithmetic.formal import FORMAL
from exactland.checker.formulas import Formula
from exactland.claims.decide import Decision
from exactland.claims.evaluate import OpenError, Place, Point
from exactland.errors import ExactlandError
from exactland.functions.facts import continuous
from exactland.model.parameters import LayerNumbers, SkipNumbers
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: Heads whose value is not made of polynomials in values of activations, or may be missing.
REFUSED = frozenset(
    ("/", "call", "limit", "at", "loss", "grad", "dPhi", "ddPhi", "hess", "Phi", "rank", "norm")
)


def holds_formally(problem: Problem, definitions: list[Any], said: Formula) -> bool:
    """Whether a claim holds with symbols for all parameters; False says nothing.

    Values of activations are symbols too, equal where function and argument are, so that these
    have to be defined everywhere.
    """
    if _mentions([said, definitions], REFUSED) or not is_total(problem):
        return False
    try:
        place = Place({}, symbols(problem))
        return Decision(problem, FORMAL, definitions).holds(said, place) is True
    except (ExactlandError, OpenError):
        return False


def _mentions(formula: Formula, heads: frozenset[str]) -> bool:
    if not isinstance(formula, list):
        return False
    found = bool(formula) and isinstance(formula[0], str) and formula[0] in heads
    return found or any(_mentions(part, heads) for part in formula)


def is_total(problem: Problem) -> bool:
    """Whether all activations are shown to be defined on all of R."""
    network = problem.network
    parts: Any = network.units if isinstance(network, SkipNetwork) else network.layers
    found = (getattr(part, "activation", None) for part in parts)
    return all(continuous(sigma).holds is True for sigma in found if sigma is not None)


def symbols(problem: Problem) -> Point:
    """A symbol for each parameter."""
    if isinstance(problem.network, SkipNetwork):
        groups = {
            name: [FORMAL.symbol(f"u.{name}.{r}") for r in range(length)]
            for name, length in problem.skip.weight_lengths.items()
        }
        names = problem.skip.bias_names
        return SkipNumbers(groups, {name: FORMAL.symbol(f"b.{name}") for name in names})
    entries: list[LayerNumbers | None] = []
    for k, layer in enumerate(problem.sequential.layers, 1):
        if not layer.has_parameters():
            entries.append(None)
            continue
        below = problem.widths[k - 1]
        W = [
            [FORMAL.symbol(f"W.{k}.{r}.{t}") for t in range(layer.filter_count())]
            for r in range(layer.filter_length(below))
        ]
        b = [FORMAL.symbol(f"b.{k}.{h}") for h in range(layer.bias_length(below))]
        entries.append(LayerNumbers(W, b or None))
    return tuple(entries)
