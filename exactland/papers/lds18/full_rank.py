"""The proofs of Propositions 3 and 4 and Lemma 3 of LDS18 as scripts: T_H of full rank."""

from __future__ import annotations

from typing import Any

from exactland.arithmetic.balls import Balls
from exactland.papers.lds18.constructions import (
    BITS,
    Weights,
    coordinate_layer,
    next_weight,
    separating_scale,
    values_of,
    with_layer,
)
from exactland.papers.lds18.moments import monomials_of, powers_of
from exactland.papers.lds18.steps import (
    Part,
    analytic_layers,
    distinct_inputs,
    or_identity,
    setting,
    special,
)
from exactland.proof.formula import Notebook, by_rule, witnessed
from exactland.proof.script import Fact, StepFailed, Steps, Walkthrough

ENOUGH = "Assumption 2, with n >= N"
ALMOST = "almost every W, by Lemma 5"


def one_input(walk: Walkthrough) -> Steps:
    """Proposition 3: det sigma(w x^T) for one input and N hidden neurons."""
    note = Notebook(walk)
    yield from setting(note)
    yield note.say("n_0 = 1 and N <= n_1", passage="Proposition 3")
    start, coordinate = yield from distinct_inputs(note)
    samples = walk.problem.data.samples
    analytic = yield from analytic_layers(note, 1)
    nonzero = yield from special(note, 1, samples, ENOUGH, "LDS18:E1")
    uses = (start, *analytic, nonzero)
    weights, last = yield from _induction(note, _bare(walk), 1, coordinate, samples, uses)
    yield from _layer(note, _bare(walk), 1, coordinate, weights)
    point = yield note.say("at p: det F_1[:, 1..N] != 0", last, passage="one w")
    goal = "for almost all parameters: det F_1[:, 1..N] != 0"
    passage = "Proposition 3, the conclusion"
    return (yield note.say(goal, point, by=witnessed, passage=passage, erratum="LDS18:E10b"))


def one_hidden_layer(walk: Walkthrough) -> Steps:
    """Proposition 4: sigma(W X) has rank min(d, N) for almost all W."""
    note = Notebook(walk)
    yield from setting(note)
    start, coordinate = yield from distinct_inputs(note)
    analytic = yield from analytic_layers(note, 1)
    size = min(walk.problem.data.samples, walk.problem.widths[1])
    nonzero = yield from special(note, 1, size, ENOUGH, "LDS18:E1")
    uses = (start, *analytic, nonzero)
    point = yield from _one_point(note, _bare(walk), 1, coordinate, uses, "F_1")
    goal = "for almost all parameters: rank F_1 = min(n_1, N)"
    return (yield note.say(goal, point, by=witnessed, passage=ALMOST))


def last_hidden_layer(walk: Walkthrough) -> Steps:
    """Lemma 3: T_H has rank min(d_H, N) for almost all weights; A3, d_H >= N, is not needed."""
    note = Notebook(walk)
    yield from setting(note)
    start, coordinate = yield from distinct_inputs(note)
    depth = walk.problem.sequential.depth - 1
    if depth < 1:
        raise StepFailed("there is a layer H, a hidden one: there is no hidden layer")
    analytic = yield from analytic_layers(note, depth)
    size = min(walk.problem.data.samples, walk.problem.widths[depth])
    nonzero = yield from special(note, depth, size, ENOUGH, "LDS18:E1")
    parameters = _bare(walk)
    for layer in range(1, depth):
        parameters, start = yield from _keep_apart(note, parameters, layer, coordinate, start)
        coordinate = 0
    uses = (start, *analytic, nonzero)
    point = yield from _one_point(note, parameters, depth, coordinate, uses, "F_(L - 1)")
    goal = "for almost all parameters: rank F_(L - 1) = min(n_(L - 1), N)"
    return (yield note.say(goal, point, by=witnessed, passage=ALMOST))


def moments(walk: Walkthrough) -> Steps:
    """The sharp criterion: moments of rank N at degrees in the Taylor support of sigma."""
    note = Notebook(walk)
    facts = yield from setting(note)
    facts += yield from analytic_layers(note, 1)
    powers = powers_of(walk.problem)
    for power in powers:
        said = f"sigma_1^({power})(0) != 0"
        facts += ((yield note.say(said, passage="Taylor series of sigma at 0")),)
    monomials = monomials_of(walk.problem, powers)
    yield note.let(
        f"S = beside({', '.join(map(_moment, monomials))})",
        f"moments of the samples, of the degrees {', '.join(map(str, powers))}",
        "Cauchy-Binet",
    )
    rank = yield note.say("N <= rank S", by=or_identity(1), passage="moments of the samples")
    given = {"moments": note.notes.named("S"), "monomials": [list(m) for m in monomials]}
    full = min(walk.problem.data.samples, walk.problem.widths[1])
    said = f"for almost all parameters: {full} <= rank F_1"
    layer = yield note.say("layer 1 is dense and layer 1 has no biases", *facts[:2])
    premises = [note.notes.read(text) for text in _premises(powers)]
    rule = by_rule("moments", given, premises)
    least = yield note.say(said, *facts, layer, rank, by=rule, passage="sharp form")
    goal = "for almost all parameters: rank F_1 = min(n_1, N)"
    return (yield note.say(goal, least, passage="sharp form", erratum="LDS18:E1"))


def _premises(powers: tuple[int, ...]) -> list[str]:
    """What the rule of moments needs."""
    nonzero = (f"sigma_1^({power})(0) != 0" for power in sorted(powers))
    layer = ("sigma_1 is real analytic", "layer 1 is dense", "layer 1 has no biases")
    return [*layer, *nonzero, "N <= rank S"]


def _moment(kappa: tuple[int, ...]) -> str:
    """The column of the x_i^kappa."""
    factors = " ".join(f"X[i, {c}]^{e}" for c, e in enumerate(kappa, 1) if e)
    return f"[i <= N, j <= 1: {factors}]" if factors else "ones(N, 1)"


def _bare(walk: Walkthrough) -> Any:
    return tuple([None] * walk.problem.sequential.depth)


def _keep_apart(note: Notebook, parameters: Any, layer: int, coordinate: int, start: Fact) -> Part:
    """W_layer with which the first neuron tells the samples apart (Lemma 6, equation 35)."""
    walk = note.walk
    passage = "Lemma 6, sigma'(0) != 0"
    slope = yield from special(note, layer, 2, passage, "LDS18:E16")
    arithmetic = Balls(BITS)
    with arithmetic.working():
        values = values_of(walk, parameters, layer, coordinate, arithmetic)
    scale = separating_scale(walk, layer, values)
    parameters = yield from _layer(note, parameters, layer, coordinate, (scale,))
    said = f"at p: F_{layer}[:, (1,)] has distinct rows"
    passage = "equation (35): W outside of the set of coincidences"
    return parameters, (yield note.say(said, start, slope, passage=passage))


def _layer(note: Notebook, parameters: Any, k: int, coordinate: int, weights: Weights) -> Part:
    """The point with a layer that reads one coordinate, a weight a neuron."""
    mine = coordinate_layer(note.walk, k, coordinate, weights)
    parameters = with_layer(parameters, k, mine)
    words = f"W_{k} reads one coordinate, a column a neuron"
    yield note.point("p", parameters, words, "Proposition 4")
    return parameters


def _induction(
    note: Notebook, parameters: Any, k: int, coordinate: int, size: int, uses: tuple[Fact, ...]
) -> Part:
    """Proposition 3: w_1, ..., w_size one after the other; (weights, the last fact)."""
    at = "at p: " if k > 1 else ""
    below = f"F_{k - 1}" if k > 1 else "X"
    text = f"z = {below}[:, ({coordinate + 1},)]"
    yield note.let(text, "the coordinate that tells the samples apart", "Proposition 3")
    weights: Weights = ()
    shown: tuple[Fact, ...] = ()
    for m in range(1, size + 1):
        said = f"{at}det [i <= {m}, j <= {m}: z[i, 1]^(j - 1) sigma_{k}^(j - 1)(0)] != 0"
        regular = yield note.say(said, *uses, passage="Lemma 4", erratum="LDS18:E10a")
        possible = yield _not_for_all(note, k, m, (*uses, regular, *shown))
        weights = (*weights, next_weight(note.walk, parameters, k, coordinate, weights))
        yield note.let(f"w = [[{', '.join(map(str, weights))}]]", f"{m} weights", f"N = {m}")
        said = f"{at}det [i <= {m}, j <= {m}: sigma_{k}(w[1, i] z[j, 1])] != 0"
        shown = ((yield note.say(said, possible, passage=f"Proposition 3, N = {m}")),)
    return weights, shown[0]


def _not_for_all(note: Notebook, k: int, m: int, uses: tuple[Fact, ...]) -> Any:
    """The step of the induction: in w_m the determinant is not 0 for all numbers."""
    at = "at p: " if k > 1 else ""
    last = "beside(w, alpha ones(1, 1))[1, i]" if m > 1 else "alpha"
    table = f"[i <= {m}, j <= {m}: sigma_{k}({last} z[j, 1])]"
    given = {
        "layer": k,
        "values": note.notes.named("z"),
        "weights": note.notes.named("w") if m > 1 else None,
        "size": m,
        "under": ["at", note.notes.named("p")] if k > 1 else [],
    }
    premises = [f"sigma_{k} is real analytic"]
    premises.append(f"{at}det [i <= {m}, j <= {m}: z[i, 1]^(j - 1) sigma_{k}^(j - 1)(0)] != 0")
    if m > 1:
        before = f"[i <= {m - 1}, j <= {m - 1}: sigma_{k}(w[1, i] z[j, 1])]"
        premises.append(f"{at}det {before} != 0")
    rule = by_rule("expansion", given, [note.notes.read(text) for text in premises])
    said = f"{at}not (for all real alpha: det {table} = 0)"
    return note.say(said, *uses, by=rule, passage="Proposition 3, induction")


def _one_point(
    note: Notebook,
    parameters: Any,
    k: int,
    coordinate: int,
    uses: tuple[Fact, ...],
    matrix: str,
) -> Part:
    """W_k from the induction along one coordinate, and full rank there."""
    size = min(note.walk.problem.data.samples, note.walk.problem.widths[k])
    weights, last = yield from _induction(note, parameters, k, coordinate, size, uses)
    yield from _layer(note, parameters, k, coordinate, weights)
    return (yield note.say(f"at p: {size} <= rank {matrix}", last, passage="one W with full rank"))
