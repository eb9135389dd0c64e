"""The rules for the claims of NMH19: each recomputes what its claim says."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from typing import Any

from flint import arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.comparison import excludes_zero
from exactland.arithmetic.formal import FORMAL
from exactland.conditions.claims import FullRank, MatrixName
from exactland.model.forward import skip_feature_matrix
from exactland.model.parameters import SkipNumbers
from exactland.model.problem import Problem
from exactland.papers.nmh19 import claims
from exactland.papers.nmh19.constructions import backward_path as find_path
from exactland.papers.nmh19.constructions import columns, families, sums, with_own_bias
from exactland.proof.cited import ANALYTIC_ZEROS, require_cited
from exactland.proof.claims import AlmostEverywhere, At
from exactland.proof.projections import colliding, decided
from exactland.proof.rules import grounds_of
from exactland.proof.script import Fact, Grounds, StepFailed, Walkthrough

#: More entries of Psi than this are not written out with symbols.
MOST_ENTRIES = 2000


def well_formed(walk: Walkthrough, claim: claims.WellFormed, uses: tuple[Fact, ...]) -> Grounds:
    """The conditions on the graph, recomputed unit by unit."""
    network = walk.problem.skip
    layer_of: dict[str, int] = {}
    shape_of: dict[str, tuple[int, int]] = {}
    for unit in network.units:
        shape = (unit.layer, len(unit.sources))
        if not unit.sources or len(set(unit.sources)) != len(unit.sources):
            raise StepFailed(f"{claim.words()} Unit {unit.id} reads {unit.sources}")
        for source in unit.unit_sources:
            if not layer_of.get(source, unit.layer) < unit.layer:
                raise StepFailed(f"{claim.words()} Unit {unit.id} reads {source}")
        if unit.id in layer_of or shape_of.setdefault(unit.group, shape) != shape:
            raise StepFailed(f"{claim.words()} Not so for unit {unit.id}, group {unit.group}")
        layer_of[unit.id] = unit.layer
    if len(set(network.skips)) != len(network.skips) or not set(network.skips) <= set(layer_of):
        raise StepFailed(f"{claim.words()} The skip units are {network.skips}")
    return Grounds("exact", f"{len(network.units)} units, {len(network.skips)} skip units")


def units_as_defined(
    walk: Walkthrough, claim: claims.UnitsAsDefined, uses: tuple[Fact, ...]
) -> Grounds:
    """Both sides as formal values with the parameters as symbols: the same ones."""
    problem, network = walk.problem, walk.problem.skip
    sizes = (claim.units, claim.samples)
    if sizes != (len(network.units), problem.data.samples):
        raise StepFailed(f"there are {len(network.units)} units and {problem.data.samples} samples")
    if problem.data.samples * len(network.units) > MOST_ENTRIES:
        raise StepFailed(f"{claim.words()} There are more than {MOST_ENTRIES} values")
    lengths = network.weight_lengths
    numbers = SkipNumbers(
        {g: [FORMAL.symbol(f"u.{g}.{r}") for r in range(n)] for g, n in lengths.items()},
        {b: FORMAL.symbol(f"b.{b}") for b in network.bias_names},
    )
    found = FORMAL.rows(skip_feature_matrix(problem, FORMAL, numbers))
    for i, x in enumerate(problem.data.inputs):
        values: dict[Any, Any] = {}
        for unit in network.units:
            total = FORMAL.number(fmpq(0)) if unit.bias is None else numbers.biases[unit.bias]
            for source, u in zip(unit.sources, numbers.groups[unit.group], strict=True):
                read = FORMAL.number(x[source]) if isinstance(source, int) else values[source]
                total = total + read * u
            values[unit.id] = unit.activation.value(total, FORMAL)
        for j, id in enumerate(network.skips):
            if not (found[i][j] - values[id]).is_zero():
                raise StepFailed(f"{claim.words()} It is not shown for x_{i + 1} and unit {id}")
    return Grounds("exact", "formal values in the parameters; every difference is 0")


def unit_activation(
    walk: Walkthrough, claim: claims.UnitActivation, uses: tuple[Fact, ...]
) -> Grounds:
    """A function of functions.facts, asked about the activation of the unit."""
    module, _, name = claim.check.rpartition(".")
    if module != "functions.facts":
        raise StepFailed(f"{claim.check} is a fact about activations")
    sigma = walk.problem.skip.unit(claim.unit).activation.known_as
    if name == "nmh19_assumption_1_2" and sigma.name == "softplus":
        # The fact is that one of the two cases holds; a claim here is about the bounded one.
        raise StepFailed(f"{claim.words()} It is softplus; {families_of(walk.problem)}")
    fact = getattr(import_module(f"exactland.{module}"), name)(sigma)
    return grounds_of(claim.words(), fact, f"{sigma.name}: ")


def softplus(walk: Walkthrough, claim: claims.UnitActivation, uses: tuple[Fact, ...]) -> Grounds:
    """The activation is softplus, by its name."""
    sigma = walk.problem.skip.unit(claim.unit).activation.known_as
    if sigma.name != "softplus" or claim.check != "softplus":
        raise StepFailed(f"{claim.words()} It is {sigma.name}; {families_of(walk.problem)}")
    return Grounds("exact", f"it is {sigma.name}")


def skip_units(walk: Walkthrough, claim: claims.SkipUnits, uses: tuple[Fact, ...]) -> Grounds:
    samples, skips = walk.problem.data.samples, walk.problem.skip.skips
    if len(set(claim.ids)) != samples or len(claim.ids) != samples:
        raise StepFailed(f"{claim.words()} M = {len(skips)} and N = {samples}")
    missing = [id for id in claim.ids if id not in skips]
    if missing:
        raise StepFailed(f"{claim.words()} {missing[0]} is no skip unit")
    return Grounds("exact", f"M = {len(skips)} and N = {samples}")


def families_of(problem: Problem) -> str:
    """How many skip units there are of either case of Assumption 1.2, against N."""
    bounded, soft = families(problem)
    return (
        f"of the skip units {len(bounded)} are shown to be bounded with limit 0 at -infinity and "
        f"{len(soft)} are softplus; one of the two has to be at least N = {problem.data.samples}"
    )


def path_exists(walk: Walkthrough, claim: claims.PathExists, uses: tuple[Fact, ...]) -> Grounds:
    """A search backwards through the units that such a path may meet."""
    path = find_path(walk.problem, claim.unit)
    if path is None:
        raise StepFailed(
            f"{claim.words()} Every path from {claim.unit} meets one, or it shares its weights"
        )
    return Grounds("exact", " -> ".join(path))


def backward_path(walk: Walkthrough, claim: claims.BackwardPath, uses: tuple[Fact, ...]) -> Grounds:
    """Every arc of the path, its end, and every unit on it."""
    network = walk.problem.skip
    known = {unit.id: unit for unit in network.units}
    if not claim.path or any(id not in known for id in claim.path):
        raise StepFailed("the path is one of units")
    start = claim.path[0]
    if start not in network.skips:
        raise StepFailed(f"{claim.words()} {start} is no skip unit")
    groups = {known[skip].group for skip in network.skips if skip != start}
    if known[start].group in groups:
        raise StepFailed(f"{claim.words()} {start} shares its weights with another skip unit")
    for here, below in pairwise(claim.path):
        if below not in known[here].unit_sources:
            raise StepFailed(f"{claim.words()} {here} does not read {below}")
        if below in network.skips or known[below].group in groups:
            raise StepFailed(f"{claim.words()} Not so for {below}")
    if known[claim.path[-1]].unit_sources:
        raise StepFailed(f"{claim.words()} {claim.path[-1]} reads other units")
    return Grounds("exact", f"{len(claim.path) - 1} arcs")


def own_biases(walk: Walkthrough, claim: claims.OwnBiases, uses: tuple[Fact, ...]) -> Grounds:
    private = with_own_bias(walk.problem, claim.ids)
    missing = [id for id in claim.ids if id not in private]
    if missing or not claim.ids:
        raise StepFailed(f"{claim.words()} Not so for {', '.join(missing)}")
    return Grounds("exact", "each bias is used once")


def samples_apart(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    inner = claim.claim
    if not isinstance(inner, claims.SamplesApart):
        raise StepFailed("the sums of a unit at parameters")
    return decided(
        lambda arithmetic: [sums(walk.problem, claim.parameters, inner.unit, arithmetic)],
        lambda rows: colliding([(value, i, f"c_{i + 1}") for i, value in enumerate(rows[0])]),
    )


def independent_columns(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The minor, exactly or in balls."""
    inner = claim.claim
    if not isinstance(inner, claims.IndependentColumns):
        raise StepFailed("columns of Psi at parameters")
    samples = range(walk.problem.data.samples)
    if not inner.ids or len(set(inner.rows)) != len(inner.ids) or len(inner.rows) != len(inner.ids):
        raise StepFailed(f"{inner.words()} It is square, with different samples")
    if len(set(inner.ids)) != len(inner.ids) or any(i not in samples for i in inner.rows):
        raise StepFailed(f"{inner.words()} The units and samples exist and differ")
    if any(id not in walk.problem.skip.skips for id in inner.ids):
        raise StepFailed(f"{inner.words()} All are skip units")

    def holds(rows: Any) -> str | None:
        minor = [rows[i] for i in inner.rows]
        exact = all(isinstance(value, fmpq) for row in minor for value in row)
        value: Any = fmpq_mat(minor).det() if exact else arb_mat(minor).det()
        return None if excludes_zero(value) is True else f"{inner.words()} It is {value}"

    return decided(
        lambda arithmetic: columns(walk.problem, claim.parameters, inner.ids, arithmetic), holds
    )


def witness(walk: Walkthrough, claim: AlmostEverywhere, uses: tuple[Fact, ...]) -> Grounds:
    """Psi of full rank at one point, and every unit analytic: full rank almost everywhere."""
    network = walk.problem.skip
    shape = (walk.problem.data.samples, len(network.skips))
    if (claim.matrix, claim.rows, claim.columns) != (MatrixName("skip-features"), *shape):
        raise StepFailed(f"{claim.words()} Psi is {shape[0]} x {shape[1]}")
    shown = [fact.claim for fact in uses]
    point = FullRank(claim.matrix, claim.rows, claim.columns)
    if not any(isinstance(c, At) and c.claim == point for c in shown):
        raise StepFailed("parameters with Psi of full rank are among the facts used")
    analytic = {
        c.unit
        for c in shown
        if isinstance(c, claims.UnitActivation)
        and c.check in ("functions.facts.analytic", "functions.facts.nmh19_assumption_1_1")
    }
    missing = [unit.id for unit in network.units if unit.id not in analytic]
    if missing:
        raise StepFailed(f"the activation of unit {missing[0]} is shown to be analytic")
    require_cited(uses, ANALYTIC_ZEROS)
    return Grounds("logic", "a nonzero minor of analytic functions is nonzero almost everywhere")
