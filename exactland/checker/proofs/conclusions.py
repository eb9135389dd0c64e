"""What the last step of the proof of each statement has to claim (section 10)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..canonical import rational
from ..expression import Variable
from ..problem import Layer, Problem
from . import minors
from .setting import GIVEN, Claim, Setting, Shown, as_text
from .statement_facts import name_of

Conclusion = Callable[[Setting, list[Shown]], bool]
#: The tolerance up to which irrational derivatives have to agree.
TOLERANCE = Fraction(1, 1 << 60)


def rank_claim(problem: Problem, what: str, layer: int, kind: str = "full-rank") -> Claim:
    rows = problem.samples if what == "features" else problem.layers[layer - 1].below
    matrix = {"what": what, "layer": layer}
    return {
        "kind": kind,
        "matrix": matrix,
        "rows": rows,
        "columns": problem.layers[layer - 1].width,
    }


def _weights_claims(setting: Setting) -> list[Claim]:
    layers = enumerate(setting.problem.layers[: setting.k], 1)
    numbers = [number for number, layer in layers if layer.activation is not None]
    return [rank_claim(setting.problem, "weights", number) for number in numbers]


def _distinct_features(setting: Setting, shown: list[Shown]) -> bool:
    wanted = [*_weights_claims(setting), {"kind": "distinct-entries", "layer": setting.k}]
    return _attains(shown[-1], wanted)


def _independent_features(setting: Setting, shown: list[Shown]) -> bool:
    if setting.problem.layers[setting.k - 1].width < setting.problem.samples:
        return False
    wanted = [*_weights_claims(setting), rank_claim(setting.problem, "features", setting.k)]
    return _attains(shown[-1], wanted)


def _attains(last: Shown, wanted: list[Claim]) -> bool:
    """All of these at one stage of the parameters."""
    if last.claim["kind"] != "together" or not isinstance(last.at, int):
        return False
    parts = [as_text(part) for part in last.claim["claims"]]
    return all(as_text(claim) in parts for claim in wanted)


def _almost_everywhere(setting: Setting, shown: list[Shown]) -> bool:
    if setting.problem.layers[setting.k - 1].width < setting.problem.samples:
        return False
    wanted = rank_claim(setting.problem, "features", setting.k, "generic-full-rank")
    return shown[-1].says(wanted, None)


def _augmented(setting: Setting, kind: str) -> Claim:
    """A claim about the rank of [F_k, 1]."""
    samples, width = setting.problem.samples, setting.problem.layers[setting.k - 1].width
    matrix = {"what": "augmented", "layer": setting.k}
    return {"kind": kind, "matrix": matrix, "rows": samples, "columns": width + 1}


def _of_rank_n(kind: str) -> Conclusion:
    """[F_k, 1] of rank N, almost everywhere or in every ball: N <= n_k + 1."""

    def conclusion(setting: Setting, shown: list[Shown]) -> bool:
        wanted = _augmented(setting, kind)
        return wanted["rows"] <= wanted["columns"] and shown[-1].says(wanted, None)

    return conclusion


def _augmented_somewhere(setting: Setting, shown: list[Shown]) -> bool:
    """[F_k, 1] of rank N somewhere, and det E(alpha) != 0 for all larger alpha."""
    wanted = _augmented(setting, "full-rank")
    last = shown[-1]
    return (
        wanted["rows"] <= wanted["columns"]
        and _attains(last, [wanted])
        and any(
            part["kind"] == "family-determinant" and part["layer"] == setting.k
            for part in last.claim["claims"]
        )
    )


def _analytic_outputs(setting: Setting, shown: list[Shown]) -> bool:
    return shown[-1].says({"kind": "analytic-outputs", "layer": setting.k}, None)


def _name_at_k(setting: Setting) -> str | None:
    """The name of the activation of layer k; None for max-pooling and for an expression."""
    weighted = setting.problem.layers[setting.k - 1].activation is not None
    return name_of(setting, setting.k) if weighted else None


def _growth(setting: Setting, shown: list[Shown]) -> bool:
    """Analytic, increasing, and bounded or with constants of growth, in this order."""
    last = shown[-1]
    if last.claim["kind"] != "together" or last.at is not None or len(last.claim["claims"]) != 3:
        return False
    if _name_at_k(setting) not in ("sigmoid", "tanh", "softplus"):
        return False
    *smooth, third = last.claim["claims"]
    layer = {"kind": "activation", "layer": setting.k}
    wanted = [{**layer, "property": name} for name in ("analytic", "increasing")]
    bounded = as_text(third) == as_text({**layer, "property": "bounded"})
    grows = third["kind"] == "growth" and third["layer"] == setting.k
    return as_text(smooth) == as_text(wanted) and (bounded or grows)


def _backpropagation(setting: Setting, shown: list[Shown]) -> bool:
    """NH17: at every layer of a dense network, at the given parameters, with the problem's loss."""
    layers = range(1, len(setting.problem.layers) + 1)
    dense = all(layer.kind == "dense" for layer in setting.problem.layers)
    loss = str(setting.problem.loss)
    return dense and shown[-1].at == GIVEN and _derivatives_at(shown[-1], layers, loss)


def _is_linear(layer: Layer) -> bool:
    return layer.activation is not None and isinstance(layer.activation.definition, Variable)


def _derivatives_at(last: Shown, layers: range, loss: str) -> bool:
    """The formulas, and agreement of the derivatives, at exactly these layers."""
    if last.claim["kind"] != "together" or last.at is None:
        return False
    parts = last.claim["claims"]
    close = {
        part["layer"]
        for part in parts
        if part["kind"] == "gradients"
        and part["loss"] == loss
        and rational(part["tolerance"], "") <= TOLERANCE
    }
    formulas = {part["layer"] for part in parts if part["kind"] == "backpropagation"}
    return close == formulas == set(layers)


def _linear_ranks(setting: Setting, shown: list[Shown]) -> bool:
    """rank F_k <= min over l <= k of rank W_l + 1, and rank F_k, at the given parameters."""
    last, problem, k = shown[-1], setting.problem, setting.k
    if last.claim["kind"] != "together" or last.at != GIVEN or len(last.claim["claims"]) != 2:
        return False
    if not all(_is_linear(layer) for layer in problem.layers[:k]):
        return False
    wanted = rank_claim(problem, "features", k, "rank")
    ranks = {
        step.claim["matrix"]["layer"]: step.claim["at_most"]
        for step in shown
        if step.claim["kind"] == "rank"
        and step.at == GIVEN
        and step.claim["matrix"]["what"] == "weights"
        and step.claim["at_least"] == step.claim["at_most"]
    }
    if not all(layer in ranks for layer in range(1, k + 1)):
        return False
    bound = {**wanted, "at_least": 0, "at_most": min(ranks[j] for j in range(1, k + 1)) + 1}
    first, second = last.claim["claims"]
    exact = {**wanted, "at_least": second.get("at_least"), "at_most": second.get("at_least")}
    return as_text(first) == as_text(bound) and as_text(second) == as_text(exact)


def _universal_fit(setting: Setting, shown: list[Shown]) -> bool:
    """The targets are fitted with F_{L-1}; the last layer is dense, linear and has one neuron."""
    problem, last = setting.problem, shown[-1]
    if last.claim["kind"] not in ("fitted", "fitted-by-rank") or last.at is None:
        return False
    output = problem.layers[-1]
    if output.kind != "dense" or output.width != 1:
        return False
    return _is_linear(output) and last.claim["layer"] == len(problem.layers) - 1


def _if_dense(conclusion: Conclusion) -> Conclusion:
    """NH17 is about networks of dense layers."""

    def conclusion_if_dense(setting: Setting, shown: list[Shown]) -> bool:
        dense = all(layer.kind == "dense" for layer in setting.problem.layers)
        return dense and conclusion(setting, shown)

    return conclusion_if_dense


#: The conclusions by the ids of the statements.
CONCLUSIONS: dict[str, Conclusion] = {
    "NH17:Lem2.1": _backpropagation,
    "NH17:Lem3.3": _growth,
    "NH17:Lem4.1": _if_dense(_analytic_outputs),
    "NH17:Lem4.2": minors.of_augmented_features,
    "NH17:Lem4.3": _if_dense(_augmented_somewhere),
    "NH17:Lem4.4": _if_dense(_of_rank_n("generic-full-rank")),
    "NH17:Cor4.5": _if_dense(_of_rank_n("dense")),
    "NH17:LinearRanks": _if_dense(_linear_ranks),
    "NH18:Cor3.6": _universal_fit,
    "NH18:LemA.1": minors.of_features_or_weights,
    "NH18:LemD.1": _distinct_features,
    "NH18:Thm3.4": _independent_features,
    "NH18:Thm3.5": _almost_everywhere,
}
