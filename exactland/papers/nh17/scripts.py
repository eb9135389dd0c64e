"""The proofs of NH17 as scripts of formulas, by the ids of their statements."""

from __future__ import annotations

from typing import Any

from flint import fmpq_mat

from exactland.arithmetic.rationals import RATIONALS
from exactland.claims.decide import decide
from exactland.errors import ExactlandError, UsageError
from exactland.linalg.rational import rational_rank
from exactland.model.forward import feature_matrix
from exactland.papers.formulas import at_layer, concludes, formulas
from exactland.papers.nh17 import wide_layer
from exactland.papers.nh18.constructions import given_parameters
from exactland.proof.formula import Notebook, Said
from exactland.proof.script import Script, Steps, Walkthrough


def backpropagation(walk: Walkthrough) -> Steps:
    """Lemma 2.1: the derivatives of Phi by the recursion.

    The derivatives on the left are computed without it: the checker takes them from Taylor series
    along each entry. Where numbers are irrational, the sides are shown to agree up to 2^-100.
    """
    note, where, depth = Notebook(walk), "Lemma 2.1", walk.problem.sequential.depth
    yield from wide_layer.dense_layers(note)
    point = note.here(given_parameters(walk.problem))
    if point is not None:
        yield point
    for i in range(1, depth + 1):
        # It has a value where sigma_i is differentiable at every entry of G_i.
        slopes = f"at {note.place}: 0 <= norm(sigma_{i}^(1)(G_{i}))"
        yield note.say(slopes, check=SLOPES, passage="sigma in C^1")
    facts = []
    for part in _parts(walk):
        facts.append((yield note.say(f"at {note.place}: {part}", passage=where)))
    return (yield note.say(_whole(walk, note), *facts, passage=where))


SLOPES = "functions.facts.continuously_differentiable"


def _parts(walk: Walkthrough) -> list[str]:
    """The recursion from the last layer down, and the derivatives for W_i and b_i."""
    depth = walk.problem.sequential.depth
    layers: Any = walk.problem.sequential.layers
    upward = f"l^(1)(F_{depth} - Y)"
    sides = []
    for i in range(depth, 0, -1):
        sides.append((f"dPhi/dG_{i}", f"{upward} o sigma_{i}^(1)(G_{i})"))
        sides.append((f"dPhi/dW_{i}", f"F_{i - 1}^T dPhi/dG_{i}"))
        if layers[i - 1].bias != "none":
            sides.append((f"dPhi/db_{i}", f"ones(1, N) dPhi/dG_{i}"))
        upward = f"(dPhi/dG_{i} W_{i}^T)"
    if _is_rational(walk, " and ".join(f"{left} = {right}" for left, right in sides)):
        return [f"{left} = {right}" for left, right in sides]
    return [f"norm({left} - {right}) <= 1 / 2^100" for left, right in sides]


def _is_rational(walk: Walkthrough, equalities: str) -> bool:
    """Whether the two sides are seen to be equal numbers over Q, and Phi is rational too: where it
    is not, as with Cauchy's loss, the checker's Taylor series are not exact."""
    note = Notebook(walk)
    note.here(given_parameters(walk.problem))
    claim = note.notes.closed(note.notes.read(f"at {note.place}: 0 <= Phi and {equalities}"))
    try:
        return decide(walk.problem, claim, bits=()).holds is True
    except ExactlandError:
        return False


def _whole(walk: Walkthrough, note: Notebook) -> str:
    return f"at {note.place}: {' and '.join(_parts(walk))}"


def _is_backpropagation(walk: Walkthrough, claim: Any) -> bool:
    """The recursion at every layer."""
    note = Notebook(walk)
    note.here(given_parameters(walk.problem))
    return isinstance(claim, Said) and claim.body == note.notes.read(_whole(walk, note))


#: What Lemma 3.3 says of the three activations that it names.
NAMED = {
    "sigmoid": "sigma_{i} is bounded",
    "tanh": "sigma_{i} is bounded",
    "softplus": "sigma_{i} decays to the left and grows at most linearly",
}
#: The paper derives tanh from the sigmoid; here the two are compared at a few numbers.
TANH = "for all i in 0..4: abs(tanh(i) - (2 / (1 + exp(-2 * i)) - 1)) <= 1 / 2^100"


def three_activations(walk: Walkthrough) -> Steps:
    """Lemma 3.3 for every layer that has one of the three activations, layer k last."""
    note, where, depth = Notebook(walk), "Lemma 3.3", walk.problem.sequential.depth
    others = [i for i in range(1, depth + 1) if i != walk.k and _name(walk, i) in NAMED]
    for i in (*others, walk.k):
        name = _name(walk, i)
        yield note.say(f'sigma_{i} is "{name if name in NAMED else "sigmoid"}"', passage=where)
        if name == "tanh":
            yield note.say(TANH, passage="tanh(t) = 2 sigmoid(2t) - 1, at t = 0, ..., 4")
        parts = []
        for said in ("sigma_{i} is real analytic", "sigma_{i} increases strictly"):
            parts.append((yield note.say(said.format(i=i), passage=where)))
        parts.append((yield note.say(NAMED[name].format(i=i), passage="Assumption 3.2(2)")))
        conclusion = at_layer(formulas("NH17:Lem3.3").conclusion, i)
        whole = yield note.claim(conclusion, *parts, passage=where)
    return whole


def _name(walk: Walkthrough, i: int) -> str:
    activation = getattr(walk.problem.sequential.layer(i), "activation", None)
    return "" if activation is None else str(activation.name)


def linear_ranks(walk: Walkthrough) -> Steps:
    """The remark before Lemma 4.3, sharpened: rank F_k <= min rank W_l + 1 for linear networks."""
    note, k = Notebook(walk), walk.k
    walk.problem.sequential.layer(k)
    yield from wide_layer.dense_layers(note)
    for i in range(1, k + 1):
        yield note.say(f"sigma_{i} is the identity", passage="a linear network")
    point = note.here(given_parameters(walk.problem))
    if point is not None:
        yield point
    ranks = []
    for i in range(1, k + 1):
        text = f"at {note.place}: rank W_{i} = {_weight_rank(walk, i)}"
        ranks.append((yield note.say(text, passage=f"rank W_{i}")))
        yield note.say(_affine(walk, i), passage="F_k = F_{k-1} W_k + 1 b_k^T")
    least, features = _ranks(walk)
    text = f"at {note.place}: rank F_{k} <= rank W_{least} + 1"
    bound = yield note.say(text, *ranks, passage="min over l of rank W_l + 1")
    text = f"at {note.place}: rank F_{k} = {features}"
    exact = yield note.say(text, passage="on this instance")
    return (yield note.say(_linear(walk, note), bound, exact, passage="the remark, sharpened"))


def _affine(walk: Walkthrough, below: int) -> str:
    """F_k = F_(l-1) W_l ... W_k + 1 c^T: what a linear network is above layer l - 1."""
    k = walk.k
    layers: Any = walk.problem.sequential.layers

    def product(i: int) -> str:
        return " ".join(f"W_{j}" for j in range(i, k + 1))

    shifts = [
        f"ones(N, 1) b_{i} {product(i + 1)}".strip()
        for i in range(below, k + 1)
        if layers[i - 1].bias != "none"
    ]
    terms = " + ".join([f"F_{below - 1} {product(below)}", *shifts])
    return f"for all parameters: F_{k} = {terms}"


def _weight_rank(walk: Walkthrough, i: int) -> int:
    return rational_rank(fmpq_mat(given_parameters(walk.problem)[i - 1].W)).at_least


def _ranks(walk: Walkthrough) -> tuple[int, int]:
    """The layer whose weights have the smallest rank, and rank F_k."""
    least = min(range(1, walk.k + 1), key=lambda i: _weight_rank(walk, i))
    rows = feature_matrix(walk.problem, walk.k, RATIONALS, given_parameters(walk.problem))
    return least, rational_rank(rows).at_least


def _linear(walk: Walkthrough, note: Notebook) -> str:
    k, (least, features) = walk.k, _ranks(walk)
    claim = f"rank F_{k} <= rank W_{least} + 1 and rank F_{k} = {features}"
    return f"at {note.place}: {claim}"


def _is_linear(walk: Walkthrough, claim: Any) -> bool:
    """The sharpest bound, and the rank."""
    note = Notebook(walk)
    note.here(given_parameters(walk.problem))
    return isinstance(claim, Said) and claim.body == note.notes.read(_linear(walk, note))


#: The scripts of NH17 by the ids of their statements.
SCRIPTS = {
    script.id: script
    for script in (
        Script("NH17:Lem2.1", backpropagation, _is_backpropagation),
        Script("NH17:Lem3.3", three_activations, concludes("NH17:Lem3.3")),
        Script("NH17:Lem4.1", wide_layer.analytic_outputs, concludes("NH17:Lem4.1")),
        Script("NH17:Lem4.2", wide_layer.zeros_of_augmented_minor, concludes("NH17:Lem4.2")),
        Script("NH17:Lem4.3", wide_layer.independent_features, concludes("NH17:Lem4.3")),
        Script("NH17:Lem4.4", wide_layer.deficient_features_are_null, concludes("NH17:Lem4.4")),
        Script("NH17:Cor4.5", wide_layer.independent_features_are_dense, concludes("NH17:Cor4.5")),
    )
}
#: A remark without a number: the ranks of linear networks, in the text before Lemma 4.3.
REMARKS = {"NH17:LinearRanks": Script("NH17:LinearRanks", linear_ranks, _is_linear)}


def script(id: str) -> Script:
    """The script of a statement or a remark; UsageError for one without.

    >>> from exactland.papers.nh17.examples import example
    >>> from exactland.proof.script import Driver
    >>> driver = Driver(script("NH17:Lem4.3"), example("NH17:Lem4.3")).run()
    >>> driver.finished, driver.entries[-1].claim.words()
    (True, 'for some parameters: rank beside(F_2, ones(N, 1)) = N')
    """
    found = SCRIPTS.get(id) or REMARKS.get(id)
    if found is None:
        known = ", ".join([*SCRIPTS, *REMARKS])
        raise UsageError(id, "it has no proof script", f"those with one: {known}")
    return found
