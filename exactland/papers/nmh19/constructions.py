"""The objects of the proof of Lemma 2: which skip units, which weights, which biases.

Nothing here is trusted: the scripts have every property checked by a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import arb_mat, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import excludes_zero
from exactland.functions.facts import nmh19_assumption_1_2
from exactland.model.chosen_parameters import random_parameters
from exactland.model.forward import unit_pre_activation, unit_values
from exactland.model.parameters import SkipParameters
from exactland.model.problem import Problem
from exactland.proof.projections import colliding
from exactland.proof.script import StepFailed

#: Biases that are tried for a unit, and seeds of the weights.
BIASES = tuple(fmpq(p, 2) for p in (0, 1, -1, 2, -2, 4, -4, 6, -6, 10, -10, 16, -16))
SEEDS = 8
BITS = 128


def one_family(problem: Problem) -> tuple[tuple[str, ...], str]:
    """N skip units of one family, "bounded" with limit 0 at -infinity or "softplus".

    Units of the other follow where both are too small, so that a script fails at the first of them.
    """
    families: dict[str, list[str]] = {"bounded": [], "softplus": [], "other": []}
    for id in problem.skip.skips:
        sigma = problem.skip.unit(id).activation
        bounded = nmh19_assumption_1_2(sigma.known_as).holds is True
        families["softplus" if sigma.name == "softplus" else "bounded" if bounded else "other"] += [
            id
        ]
    family = max(("bounded", "softplus"), key=lambda name: len(families[name]))
    ids = (*families[family], *problem.skip.skips)
    return tuple(dict.fromkeys(ids))[: problem.data.samples], family


def in_layer_order(problem: Problem, ids: Sequence[str]) -> tuple[str, ...]:
    """The units, each after those it may depend on."""
    wanted = set(ids)
    return tuple(unit.id for unit in problem.skip.units if unit.id in wanted)


def weights(problem: Problem) -> Iterator[SkipParameters]:
    """Parameters to start from: the problem's own, then random ones, with biases as drawn."""
    given = problem.parameters
    if isinstance(given, SkipParameters):
        yield given
    for seed in range(SEEDS):
        drawn = random_parameters(problem, seed)
        if isinstance(drawn, SkipParameters):
            yield drawn


def with_bias(problem: Problem, parameters: Any, id: str, value: fmpq) -> SkipParameters:
    """The parameters with the bias of one unit replaced."""
    name = problem.skip.unit(id).bias
    if name is None:
        raise StepFailed(f"unit {id} has a bias")
    return SkipParameters(parameters.groups, {**parameters.biases, name: value})


def columns(problem: Problem, parameters: Any, ids: Sequence[str], arithmetic: Any) -> Any:
    """The columns of Psi that belong to these units: N rows."""
    values = unit_values(problem, arithmetic, parameters, ids)
    lines = [[row[0] for row in arithmetic.rows(values[id])] for id in ids]
    return [list(row) for row in zip(*lines, strict=True)]


def collision(problem: Problem, parameters: Any, id: str) -> str | None:
    """Two sums of the unit that do not differ, as far as balls tell; None if all do."""
    balls = Balls(BITS)
    rows = balls.rows(unit_pre_activation(problem, balls, parameters, id))
    return colliding([(value, i, f"G[{i + 1}]") for i, (value,) in enumerate(rows)])


def chosen_bias(
    problem: Problem, parameters: Any, before: Sequence[str], rows: Sequence[int], id: str
) -> tuple[fmpq, tuple[int, ...]]:
    """A bias of unit ``id`` and a further sample that make the minor of the columns nonzero.

    Of the candidates the pair with the largest minor; StepFailed if all may vanish.
    """
    best: tuple[float, fmpq, tuple[int, ...]] | None = None
    balls = Balls(BITS)
    with balls.working():
        for bias in BIASES:
            moved = with_bias(problem, parameters, id, bias)
            matrix = columns(problem, moved, (*before, id), balls)
            for i in range(problem.data.samples):
                if i in rows:
                    continue
                minor = arb_mat([matrix[r] for r in (*rows, i)]).det()
                size = abs(float(minor.mid()))
                if excludes_zero(minor) is True and (best is None or size > best[0]):
                    best = (size, bias, (*rows, i))
    if best is None:
        raise StepFailed(f"a bias of unit {id} with a column outside the span of those before")
    return best[1], best[2]
