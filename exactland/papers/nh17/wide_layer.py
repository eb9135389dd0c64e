"""The proofs of Lemmas 4.1 to 4.4 and Corollary 4.5 of NH17 as scripts of formulas."""

from __future__ import annotations

from collections.abc import Generator
from itertools import permutations
from typing import Any

from flint import fmpq

from exactland.claims.decide import decide
from exactland.functions import facts
from exactland.model.chosen_parameters import random_parameters
from exactland.model.problem_file import number_text
from exactland.papers.formulas import at_layer, formulas
from exactland.papers.nh17.constructions import (
    approximate_along,
    between,
    family_layer,
    increasing_order,
    nonzero_point,
    separating_direction,
    separating_layer,
    share_within,
)
from exactland.papers.nh17.family import (
    Family,
    at_alpha,
    determinant_bounds,
    other_terms,
    row_differences,
)
from exactland.papers.nh17.tails import first_alpha, gaps_of
from exactland.proof.formula import Notebook, by_rule, exhibited, witnessed
from exactland.proof.script import Definition, Fact, Grounds, Step, StepFailed, Steps, Walkthrough

Part = Generator[Definition | Step, Any, Any]

ACTIVATION = (
    "sigma_{i} is real analytic and sigma_{i} increases strictly and (sigma_{i} is bounded or "
    "sigma_{i} decays to the left and grows at most linearly)"
)
AUGMENTED = "beside(F_{k}, ones(N, 1))"
#: The ball of Corollary 4.5 in which parameters are exhibited, around those of the problem.
EPSILON = fmpq(1, 1000)
#: Up to this N the Leibniz sum is written out.
LARGEST = 4
#: Seeds of random parameters at which a minor is tried.
SEEDS = range(8)
#: Bits in which the checker evaluates the bounds of the tail.
BITS = 512


def dense_layers(note: Notebook) -> Part:
    """The class of networks that the paper speaks of."""
    check = "proof.instance.fully_connected"
    return (yield note.say("for all i in 1..L: layer i is dense", check=check, passage="Section 2"))


def _distinct(note: Notebook) -> Step:
    check = "proof.instance.distinct_samples"
    return note.say("X has distinct rows", check=check, passage="Assumption 3.2(1)")


def _wide(note: Notebook) -> Step:
    check = "proof.instance.almost_wide_layer"
    return note.say(f"N - 1 <= n_{note.walk.k}", check=check, passage="Lemma 4.3")


def _conclusion(id: str, walk: Walkthrough) -> Any:
    return at_layer(formulas(id).conclusion, walk.k)


def _analytic_layers(note: Notebook, last: int) -> Part:
    shown = []
    for i in range(1, last + 1):
        smooth = f"sigma_{i} is real analytic"
        check = "functions.facts.analytic"
        shown.append((yield note.say(smooth, check=check, passage="Assumption 3.2(2)")))
    return tuple(shown)


def analytic_outputs(walk: Walkthrough) -> Steps:
    """Lemma 4.1, layer by layer."""
    note, depth = Notebook(walk), walk.problem.sequential.depth
    yield from dense_layers(note)
    smooth = yield from _analytic_layers(note, depth)
    shown: list[Fact] = []
    for i in range(1, depth + 1):
        passage = "Lemma 4.1: sums, products and compositions"
        shown.append((yield note.say(f"F_{i} is analytic", *smooth, *shown, passage=passage)))
    return (yield note.claim(_conclusion("NH17:Lem4.1", walk), *shown, passage="Lemma 4.1"))


def zeros_of_minor(walk: Walkthrough, id: str, matrix: str, passage: str) -> Steps:
    """NH17, Lemma 4.2, or NH18, Lemma A.1, for the minor of the first N columns.

    The theorem on the zeros of analytic functions is cited, here as in the papers.
    """
    note = Notebook(walk)
    yield _distinct(note)
    yield from _analytic_layers(note, walk.k)
    columns = f"{matrix}[:, 1..N]"
    smooth = yield note.say(f"det {columns} is analytic", passage=f"{passage}, f analytic")
    point = _where_not_zero(note, f"det {columns} != 0")
    where = f"{passage}, f not identically 0"
    some = f"for some parameters: det {columns} != 0"
    if point is None:
        check = "proof.minors.find_witness"
        return (yield note.say(some, by=_not_found, check=check, passage=where))
    yield note.point("p", point, "parameters drawn at random", passage)
    found = yield note.say(f"at p: det {columns} != 0", passage=where)
    yield note.say(some, found, by=exhibited, check="proof.minors.find_witness", passage=where)
    conclusion = _conclusion(id, walk)
    return (yield note.claim(conclusion, smooth, found, by=witnessed, passage=passage))


def _not_found(walk: Walkthrough, claim: Any, uses: tuple[Fact, ...]) -> Grounds:
    raise StepFailed(f"{claim.words()}; it is not at {len(SEEDS)} points drawn at random")


def _where_not_zero(note: Notebook, said: str) -> Any:
    """Random parameters at which a minor is not 0; None if there are none among a few."""
    for seed in SEEDS:
        drawn: Any = random_parameters(note.walk.problem, seed)
        tried = Notebook(note.walk)
        tried.point("p", drawn, "")
        claim = tried.notes.closed(tried.notes.read(f"at p: {said}"))
        if decide(note.walk.problem, claim).holds is True:
            return drawn
    return None


def zeros_of_augmented_minor(walk: Walkthrough) -> Steps:
    """NH17, Lemma 4.2."""
    yield _wide(Notebook(walk))
    matrix = AUGMENTED.format(k=walk.k)
    return (yield from zeros_of_minor(walk, "NH17:Lem4.2", matrix, "Lemma 4.2"))


def independent_features(walk: Walkthrough) -> Steps:
    """Lemma 4.3: parameters with rank [F_k, 1] = N, and every larger alpha does it as well."""
    note = Notebook(walk)
    yield from _hypotheses(note)
    rank = yield from _construction(note)
    conclusion = _conclusion("NH17:Lem4.3", walk)
    return (yield note.claim(conclusion, rank, by=exhibited, passage="Lemma 4.3, the conclusion"))


def deficient_features_are_null(walk: Walkthrough) -> Steps:
    """Lemma 4.4."""
    return (yield from _null_set(Notebook(walk)))


def independent_features_are_dense(walk: Walkthrough) -> Steps:
    """Corollary 4.5; where the problem has parameters, with a point near them."""
    note = Notebook(walk)
    null = yield from _null_set(note)
    if walk.problem.has_all_parameters:
        yield from _nearby(note)
    conclusion = _conclusion("NH17:Cor4.5", walk)
    return (yield note.claim(conclusion, null, passage="Corollary 4.5"))


def _hypotheses(note: Notebook) -> Part:
    """The setting and Assumptions 3.2(1) and (2); the proofs here do not use (3), on the loss."""
    yield from dense_layers(note)
    biases = "for all i in 1..L: layer i has a bias of each neuron"
    yield note.say(biases, check="proof.instance.biases_of_their_own", passage="Section 2")
    yield _distinct(note)
    for i in range(1, note.walk.k + 1):
        said, check = ACTIVATION.format(i=i), "functions.facts.nh17_assumption_3_2"
        yield note.say(said, check=check, passage="Assumption 3.2(2)")
    yield _wide(note)


def _construction(note: Notebook) -> Part:
    """The proof of Lemma 4.3: the fact that [F_k, 1] has rank N at the parameters p."""
    where, problem, k = "Lemma 4.3", note.walk.problem, note.walk.k
    yield from _distinct_rows_below(note)
    below = note.parameters
    direction = separating_direction(problem, below, k)
    yield _direction(note, direction, f"a direction for the rows of F_{k - 1}", where)
    projections = approximate_along(problem, below, k, direction)
    order = increasing_order(projections)
    yield note.let(f"gamma = {_places(order)}", "order of the samples, from 1", where)
    yield note.let(f"z = (F_{k - 1} c)[gamma, :]", "the projections in this order", where)
    ordered = "at p: for all i in 1..N - 1: z[i, 1] < z[i + 1, 1]"
    sorted_ = yield note.say(ordered, passage=f"{where}, the reordering")
    layer: Any = problem.sequential.layer(k)
    bounded = facts.bounded(layer.activation).holds is True
    beta = fmpq(0) if bounded else nonzero_point(layer.activation)
    family = Family(k, direction, order, beta, bounded)
    yield Definition("beta", beta, "any number" if bounded else "sigma(beta) != 0", where)
    value = f"sigma_{k}({_number(beta)})"
    above = f"lim sigma_{k} at -infinity < {value}" if bounded else f"{value} != 0"
    diagonal = yield note.say(above, passage="sigma(beta) > mu" if bounded else "")
    alpha = fmpq(1)
    if len(order) > 1:
        alpha = yield from _tail(note, family, projections, (sorted_, diagonal))
    mine = family_layer(problem, k, direction, projections, order, alpha, beta)
    words = "w_j = -alpha_0 c, v_j = alpha_0 <z_j, c> + beta for j < N"
    yield _with_layer(note, below, k, mine, words, where)
    full = f"at p: rank {AUGMENTED.format(k=k)} = N"
    return (yield note.say(full, passage="rank [F_k, 1] = N"))


def _tail(note: Notebook, family: Family, projections: Any, known: tuple[Fact, ...]) -> Part:
    """E(alpha), what it is at alpha_0, and that it stays regular from there on."""
    where, problem, k = "Lemma 4.3", note.walk.problem, note.walk.k
    layer: Any = problem.sequential.layer(k)
    gaps = gaps_of(projections, family.order)
    alpha = None
    if gaps is not None:
        alpha = first_alpha(layer.activation, family.beta, gaps, family.bounded)
    if alpha is None:
        raise StepFailed("an alpha_0 from which on det E(alpha) != 0")
    moved = f"sigma_{k}(alpha (z[j, 1] - z[i, 1]) + {_number(family.beta)})"
    yield note.let(f"A(alpha) = [i <= N, j <= N - 1: {moved}]", "without the ones", where)
    sides = "ones(N, 1), A(alpha)" if family.bounded else "A(alpha), ones(N, 1)"
    yield note.let(f"E(alpha) = beside({sides})", "the matrix of the proof", where)
    yield Definition("alpha_0", alpha, "det E(alpha) != 0 from here on", where)
    rows, first = at_alpha(problem, note.parameters, family, alpha), _number(alpha)
    words = "row i of E(alpha_0) minus row i - 1"
    yield Definition("E(alpha_0)", rows, "E(alpha) at alpha_0", where)
    if family.bounded:
        yield Definition("E^(alpha_0)", row_differences(rows), words, "equation (3)")
    bounds = determinant_bounds(rows)
    if bounds is None:
        raise StepFailed("det E(alpha_0) != 0 in balls")
    low, high = map(_number, bounds)
    said = f"at p: {low} <= det E({first}) and det E({first}) <= {high}"
    yield note.say(said, passage="det E(alpha) at alpha_0")
    if not family.bounded and 1 < len(rows) <= LARGEST:
        yield from _leibniz(note, rows, first)
    given = {
        "layer": k, "point": note.notes.named("p"), "order": note.notes.named("gamma"),
        "direction": note.notes.named("c"), "projections": note.notes.named("z"),
        "columns": note.notes.named("A"), "family": note.notes.named("E"),
        "bounded": family.bounded, "beta": number_text(family.beta), "from": number_text(alpha),
        "bits": BITS,
    }  # fmt: skip
    tail = f"at p: for all alpha >= {first}: det E(alpha) != 0"
    yield note.say(tail, *known, by=by_rule("augmented-tail", given), passage="alpha_0")
    return alpha


def _leibniz(note: Notebook, rows: Any, alpha: str) -> Part:
    """All permutations but the identity: each has a factor below the diagonal."""
    size, bound = len(rows), other_terms(rows)
    if bound is None:
        return
    terms = [
        " * ".join(f"abs(E({alpha})[{i + 1}, {j + 1}])" for j, i in enumerate(pi))
        for pi in permutations(range(size))
        if pi != tuple(range(size))
    ]
    claim = f"at p: {' + '.join(terms)} <= {_number(bound)}"
    yield note.say(claim, passage="the Leibniz formula at alpha_0")


def _distinct_rows_below(note: Notebook) -> Part:
    """The induction at the start of the proof: F_1, ..., F_{k-1} with different rows."""
    problem = note.walk.problem
    nothing: Any = tuple([None] * problem.sequential.depth)
    note.point("p", nothing, "")
    reached: tuple[Fact, ...] = ()
    for i in range(1, note.walk.k):
        below, where = note.parameters, "equation (2)"
        direction = separating_direction(problem, below, i)
        yield _direction(note, direction, f"the columns of W_{i}, up to scale", where)
        apart = yield note.say(f"at p: F_{i - 1} c has rows apart", *reached, passage=where)
        projections = approximate_along(problem, below, i, direction)
        mine = separating_layer(problem, i, direction, projections)
        yield _with_layer(note, below, i, mine, f"W_{i} has multiples of c as columns", where)
        passage = "sigma is strictly increasing, so injective"
        distinct = f"at p: F_{i} has distinct rows"
        fact = yield note.say(distinct, apart, passage=passage, erratum="NH17:E7")
        reached = (fact,)


def _direction(note: Notebook, direction: Any, words: str, where: str) -> Definition:
    rows = ", ".join(f"[{_number(x)}]" for x in direction)
    return note.let(f"c = [{rows}]", words, where, value=direction)


def _with_layer(
    note: Notebook, below: Any, k: int, layer: Any, words: str, where: str
) -> Definition:
    """p with other parameters of layer k."""
    parameters = (*below[: k - 1], layer, *below[k:])
    rows = ", ".join("[" + ", ".join(map(_number, row)) + "]" for row in layer.W)
    bias = ", ".join(map(_number, layer.b))
    text = f"p = p but (W_{k} = [{rows}], b_{k} = [[{bias}]])"
    made = note.let(text, words, where, value=parameters)
    note.parameters = parameters
    return made


def _null_set(note: Notebook) -> Part:
    """Lemma 4.4, by the minor that is not 0 at the parameters of Lemma 4.3."""
    yield from _hypotheses(note)
    k, where, matrix = note.walk.k, "Lemma 4.4", AUGMENTED.format(k=note.walk.k)
    rank = yield from _construction(note)
    last = note.walk.problem.data.samples - 1
    chosen = _places((*range(last), note.walk.problem.widths[k]))
    yield note.let(f"delta = {chosen}", "columns with E(alpha_0) as their minor", where)
    yield note.let(f"J = {matrix}[:, delta]", "N columns", where)
    smooth = yield note.say("det J is analytic", passage="Lemma 4.1")
    nonzero = yield note.say("at p: det J != 0", rank, passage=where)
    almost = "for almost all parameters: det J != 0"
    minor = yield note.say(almost, smooth, nonzero, by=witnessed, passage="Lemma 4.2")
    conclusion = _conclusion("NH17:Lem4.4", note.walk)
    return (yield note.claim(conclusion, minor, rank, by=witnessed, passage=where))


def _nearby(note: Notebook) -> Part:
    """A point with rank N within EPSILON: on the line towards the one of Lemma 4.3.

    A minor is analytic along the line and not 0 at its end, so it vanishes at finitely many points
    of it; one of them is tried.
    """
    walk, where = note.walk, "Corollary 4.5"
    given: Any = walk.problem.parameters
    share = share_within(given, note.parameters, EPSILON)
    yield Definition("epsilon", EPSILON, "the radius of a ball", where)
    near = between(given, note.parameters, share)
    yield note.point("q", near, "on the line to p, within epsilon of the given parameters", where)
    distance = " + ".join(
        f"(norm((at given: {name}_{i}) - (at q: {name}_{i})))^2"
        for i in range(1, walk.k + 1)
        for name in "Wb"
    )
    yield note.say(f"{distance} < ({_number(EPSILON)})^2", passage=where)
    full = f"at q: rank {AUGMENTED.format(k=walk.k)} = N"
    yield note.say(full, passage=f"{where}, at a point of the ball")


def _number(value: fmpq) -> str:
    return str(value)


def _places(indices: tuple[int, ...]) -> str:
    """Indices from 0 as a tuple of the language."""
    shown = ", ".join(str(i + 1) for i in indices)
    return f"({shown},)" if len(indices) == 1 else f"({shown})"
