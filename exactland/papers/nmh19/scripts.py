"""The proofs of NMH19 as scripts: the network class, Assumption 1, and Lemma 2 as repaired."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from exactland.errors import UsageError
from exactland.model.problem import Problem
from exactland.model.skip import Unit
from exactland.papers.formulas import concludes
from exactland.papers.nmh19 import constructions as construct
from exactland.proof.formula import Notebook, witnessed
from exactland.proof.script import Definition, Fact, Script, Step, StepFailed, Steps, Walkthrough

Part = Generator[Definition | Step, Any, tuple[Fact, ...]]

_GRAPH = "the units form a directed acyclic graph"
_INCREASING = "the units are analytic and increase strictly"
_ENOUGH = "N <= skips"
_SKIP_UNITS = "N skip units have limit 0 or open softplus paths"
_PATCHES = "units of inputs tell samples apart"
#: Of each skip unit, by its family.
IS_OF = {
    "bounded": 'sigma_"{id}" is bounded and lim sigma_"{id}" at -infinity = 0',
    "softplus": 'sigma_"{id}" is "softplus"',
}
_SKIP_ACTIVATIONS = "functions.facts.nmh19_assumption_1_2"
_OWN_BIASES = "each skip unit has its own bias"


def network_class(walk: Walkthrough) -> Steps:
    """The definition of the networks, unit by unit."""
    note, where = Notebook(walk), "Our proposed deep neural nets"
    facts = []
    for unit in walk.problem.skip.units:
        facts.append((yield note.say(as_defined(unit), passage=where)))
    return (yield note.say(_GRAPH, passage=where, erratum="NMH19:E3"))


def as_defined(unit: Unit) -> str:
    """f_j = sigma_j(b_j + sum over k -> j of f_k u_(k -> j)) on all samples.

    >>> from exactland import Unit
    >>> as_defined(Unit("c", 2, ["a", 0], "uc", "bc", "sigmoid"))
    'for all parameters: F_"c" = sigma_"c"(beside(F_"a", X[:, (1,)]) W_"c" + ones(N, 1) b_"c")'
    """
    read = ", ".join(
        f"X[:, ({source + 1},)]" if isinstance(source, int) else f'F_"{source}"'
        for source in unit.sources
    )
    bias = "" if unit.bias is None else f' + ones(N, 1) b_"{unit.id}"'
    sum_ = f'beside({read}) W_"{unit.id}"{bias}'
    return f'for all parameters: F_"{unit.id}" = sigma_"{unit.id}"({sum_})'


def assumptions(walk: Walkthrough) -> Steps:
    """Assumptions 1, as printed, part by part."""
    note = Notebook(walk)
    parts = yield from _assumptions(note)
    whole = f"{_INCREASING} and {_SKIP_UNITS} and {_PATCHES}"
    return (yield note.say(whole, *parts, passage="Assumptions 1"))


def _assumptions(note: Notebook, *, paths: bool = True) -> Part:
    """The parts of Assumptions 1; without ``paths`` softplus units need none."""
    where = "Assumption 1({})"
    first = yield note.say(
        _INCREASING, check="functions.facts.nmh19_assumption_1_1", passage=where.format(1)
    )
    enough = yield note.say(
        _ENOUGH, check="proof.instance.enough_skip_units", passage=where.format(2)
    )
    facts = [first, enough]
    if paths:
        second = yield note.say(_SKIP_UNITS, check=_SKIP_ACTIVATIONS, passage=where.format(2))
        facts.append(second)
    facts.append((yield note.say(_PATCHES, check="NMH19:Asm1.3", passage=where.format(3))))
    return tuple(facts)


def full_rank_almost_everywhere(walk: Walkthrough) -> Steps:
    """Lemma 2 as repaired: the N skip units have biases of their own; no path is needed."""
    note, where, problem = Notebook(walk), "Lemma 2, step 1 of the sketch", walk.problem
    yield from _assumptions(note, paths=False)
    family, kind = construct.one_family(problem)
    for id in family:
        said = IS_OF[kind].format(id=id)
        yield note.say(said, check=_SKIP_ACTIVATIONS, passage="Assumption 1(2)")
    own = yield note.say(
        _OWN_BIASES, check="proof.instance.private_biases", passage="repair", erratum="NMH19:E1"
    )
    chosen = construct.in_layer_order(problem, family)
    parameters = _start(problem, chosen)
    yield note.point("p", parameters, "weights that keep the samples apart", where)
    rows: tuple[int, ...] = ()
    for m, id in enumerate(chosen, 1):
        apart = yield note.say(f'at p: G_"{id}" has distinct rows', own, passage=where)
        bias, rows = construct.chosen_bias(problem, parameters, chosen[: m - 1], rows, id)
        parameters = construct.with_bias(problem, parameters, id, bias)
        yield note.let(f'p = p but (b_"{id}" = [[{bias}]])', f"the bias of unit {id}", where)
        note.parameters = parameters
        claim = f"at p: det Psi[{_places(rows)}, {_columns(problem, chosen[:m])}] != 0"
        yield note.say(claim, apart, passage="greedy in layers")
    samples = problem.data.samples
    point = yield note.say(f"at p: {samples} <= rank Psi", passage="det Psi != 0")
    passage = "Lemma 2; by NH17, Lemma 4.2"
    almost = "for almost all parameters: rank Psi = N"
    return (yield note.say(almost, point, by=witnessed, passage=passage))


def _places(indices: tuple[int, ...]) -> str:
    """Indices from 0 as a tuple of the language."""
    shown = ", ".join(str(i + 1) for i in indices)
    return f"({shown},)" if len(indices) == 1 else f"({shown})"


def _columns(problem: Problem, ids: tuple[str, ...]) -> str:
    """The columns of Psi that belong to these units."""
    return _places(tuple(problem.skip.skips.index(id) for id in ids))


def _start(problem: Problem, chosen: tuple[str, ...]) -> Any:
    """Weights at which every chosen unit keeps the samples apart."""
    for parameters in construct.weights(problem):
        if all(construct.collision(problem, parameters, id) is None for id in chosen):
            return parameters
    sought = "weights at which every chosen unit keeps the samples apart"
    first = next(construct.weights(problem))
    failed = [(id, construct.collision(problem, first, id)) for id in chosen]
    shown = [f"unit {id}: {found}" for id, found in failed if found is not None]
    raise StepFailed(f"{sought}: {shown[0]}" if shown else sought)


#: The scripts of NMH19 by the ids of their statements.
SCRIPTS = {
    id: Script(id, steps, concludes(id))
    for id, steps in (
        ("NMH19:DefNet", network_class),
        ("NMH19:Asm1", assumptions),
        ("NMH19:Lem2", full_rank_almost_everywhere),
    )
}


def script(id: str) -> Script:
    """The script of a statement; UsageError for a statement without one."""
    if id not in SCRIPTS:
        raise UsageError(id, "it has no proof script", "those with one: " + ", ".join(SCRIPTS))
    return SCRIPTS[id]
