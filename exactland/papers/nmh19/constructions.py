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
from exactland.model.forward import unit_values
from exactland.model.numbers import working
from exactland.model.parameters import SkipParameters
from exactland.model.problem import Problem
from exactland.proof.projections import colliding
from exactland.proof.script import StepFailed

#: Biases that are tried for a unit, and seeds of the weights.
BIASES = tuple(fmpq(p, 2) for p in (0, 1, -1, 2, -2, 4, -4, 6, -6, 10, -10, 16, -16))
SEEDS = 8
BITS = 128


def families(problem: Problem) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The skip units with a bounded activation of limit 0 at -infinity, and the softplus ones."""
    bounded, softplus = [], []
    for id in problem.skip.skips:
        sigma = problem.skip.unit(id).activation.known_as
        if sigma.name == "softplus":
            softplus.append(id)
        elif nmh19_assumption_1_2(sigma).holds is True:
            bounded.append(id)
    return tuple(bounded), tuple(softplus)


def backward_path(problem: Problem, id: str) -> tuple[str, ...] | None:
    """A path as Assumption 1.2 asks for, if there is one."""
    network = problem.skip
    group = network.unit(id).group
    if any(network.unit(other).group == group for other in network.skips if other != id):
        return None
    return network.backward_path(id, network.skip_companions(id))


def with_own_bias(problem: Problem, ids: Sequence[str]) -> tuple[str, ...]:
    """Those of the units whose bias no other unit uses."""
    network = problem.skip
    users: dict[str, int] = {}
    for unit in network.units:
        if unit.bias is not None:
            users[unit.bias] = users.get(unit.bias, 0) + 1
    return tuple(id for id in ids if users.get(network.unit(id).bias or "", 0) == 1)


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


def sums(problem: Problem, parameters: Any, id: str, arithmetic: Any) -> list[Any]:
    """c_i = sum over k -> j of f_k(x_i) u_(k->j), without the bias of unit j."""
    unit = problem.skip.unit(id)
    values = unit_values(problem, arithmetic, parameters, unit.unit_sources)
    read = {source: [row[0] for row in arithmetic.rows(values[source])] for source in values}
    result = []
    with working(arithmetic):
        for i, x in enumerate(problem.data.inputs):
            total = arithmetic.number(fmpq(0))
            for source, u in zip(unit.sources, parameters.groups[unit.group], strict=True):
                value = arithmetic.number(x[source]) if isinstance(source, int) else read[source][i]
                total = total + arithmetic.number(u) * value
            result.append(total)
    return result


def collision(problem: Problem, parameters: Any, id: str) -> str | None:
    """Two sums of the unit that do not differ, as far as balls tell; None if all do."""
    balls = Balls(BITS)
    values = sums(problem, parameters, id, balls)
    return colliding([(value, i, f"c_{i + 1}") for i, value in enumerate(values)])


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
