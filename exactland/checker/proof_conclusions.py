"""What the last step of the proof of each statement has to claim (section 10)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .canonical import rational
from .problem import Problem
from .proof_setting import GIVEN, Claim, Setting, Shown, as_text

Conclusion = Callable[[Setting, list[Shown]], bool]
#: The tolerance up to which irrational derivatives have to agree.
TOLERANCE = Fraction(1, 1 << 60)


def _rank_claim(problem: Problem, what: str, layer: int, kind: str = "full-rank") -> Claim:
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
    return [_rank_claim(setting.problem, "weights", number) for number in numbers]


def _is_assumption(identifier: str) -> Conclusion:
    def conclusion(setting: Setting, shown: list[Shown]) -> bool:
        return shown[-1].says({"kind": "assumption", "id": identifier, "holds": True}, None)

    return conclusion


def _all_satisfy_3_2(setting: Setting, shown: list[Shown]) -> bool:
    layers = enumerate(setting.problem.layers[: setting.k], 1)
    wanted = [
        {"kind": "activation", "layer": number, "property": "nh18-3.2"}
        for number, layer in layers
        if layer.activation is not None
    ]
    return bool(wanted) and shown[-1].says({"kind": "together", "claims": wanted}, None)


def _generic_weights(setting: Setting, shown: list[Shown]) -> bool:
    wanted = _rank_claim(setting.problem, "weights", setting.k, "generic-full-rank")
    return shown[-1].says(wanted, None)


def _distinct_features(setting: Setting, shown: list[Shown]) -> bool:
    wanted = [*_weights_claims(setting), {"kind": "distinct-entries", "layer": setting.k}]
    return _attains(shown[-1], wanted)


def _independent_features(setting: Setting, shown: list[Shown]) -> bool:
    if setting.problem.layers[setting.k - 1].width < setting.problem.samples:
        return False
    wanted = [*_weights_claims(setting), _rank_claim(setting.problem, "features", setting.k)]
    return _attains(shown[-1], wanted)


def _attains(last: Shown, wanted: list[Claim]) -> bool:
    """All of these at one stage of the parameters."""
    if last.claim["kind"] != "together" or last.at is None:
        return False
    parts = [as_text(part) for part in last.claim["claims"]]
    return all(as_text(claim) in parts for claim in wanted)


def _almost_everywhere(setting: Setting, shown: list[Shown]) -> bool:
    if setting.problem.layers[setting.k - 1].width < setting.problem.samples:
        return False
    wanted = _rank_claim(setting.problem, "features", setting.k, "generic-full-rank")
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
    wanted = _augmented(setting, "full-rank")
    return wanted["rows"] <= wanted["columns"] and _attains(shown[-1], [wanted])


def _analytic_outputs(setting: Setting, shown: list[Shown]) -> bool:
    return shown[-1].says({"kind": "analytic-outputs", "layer": setting.k}, None)


def _growth(setting: Setting, shown: list[Shown]) -> bool:
    """Analytic, increasing, and bounded or with constants of growth, in this order."""
    last = shown[-1]
    if last.claim["kind"] != "together" or last.at is not None or len(last.claim["claims"]) != 3:
        return False
    *smooth, third = last.claim["claims"]
    layer = {"kind": "activation", "layer": setting.k}
    wanted = [{**layer, "property": name} for name in ("analytic", "increasing")]
    bounded = as_text(third) == as_text({**layer, "property": "bounded"})
    grows = third["kind"] == "growth" and third["layer"] == setting.k
    return as_text(smooth) == as_text(wanted) and (bounded or grows)


def _backpropagation(setting: Setting, shown: list[Shown]) -> bool:
    """At every layer the formulas, and agreement of the derivatives at the given parameters."""
    last, layers = shown[-1], range(1, len(setting.problem.layers) + 1)
    if last.claim["kind"] != "together" or last.at != GIVEN:
        return False
    parts = last.claim["claims"]
    close = {
        part["layer"]
        for part in parts
        if part["kind"] == "gradients" and rational(part["tolerance"], "") <= TOLERANCE
    }
    formulas = {part["layer"] for part in parts if part["kind"] == "backpropagation"}
    return close == formulas == set(layers)


def _linear_ranks(setting: Setting, shown: list[Shown]) -> bool:
    """rank F_k <= min over l <= k of rank W_l + 1, and rank F_k, at the given parameters."""
    last, problem, k = shown[-1], setting.problem, setting.k
    if last.claim["kind"] != "together" or last.at != GIVEN or len(last.claim["claims"]) != 2:
        return False
    wanted = _rank_claim(problem, "features", k, "rank")
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


def _of_layer(claim: Claim) -> Conclusion:
    """This claim with the layer k, and with the order N where it has one."""

    def conclusion(setting: Setting, shown: list[Shown]) -> bool:
        wanted = {**claim, "layer": setting.k}
        if "order" in wanted:
            wanted["order"] = setting.problem.samples
        return shown[-1].says(wanted, None)

    return conclusion


def _is(kind: str) -> Conclusion:
    def conclusion(setting: Setting, shown: list[Shown]) -> bool:
        return shown[-1].says({"kind": kind}, None)

    return conclusion


def _special(setting: Setting, shown: list[Shown]) -> bool:
    orders = list(range(setting.problem.samples))
    wanted = {"kind": "derivatives", "layer": setting.k, "orders": orders}
    return shown[-1].says(wanted, None)


def _special_dense(setting: Setting, shown: list[Shown]) -> bool:
    claim = {"kind": "special-dense", "order": 0}
    return any(_of_layer({**claim, "cited": cited})(setting, shown) for cited in (False, True))


def _vandermonde(setting: Setting, shown: list[Shown]) -> bool:
    last = shown[-1].claim
    where = (last["kind"], last.get("layer"), last.get("order"))
    return where == ("vandermonde", 1, setting.problem.samples)


def _generic_features(setting: Setting, layer: int, shown: list[Shown]) -> bool:
    """Full rank of F_l for almost all parameters, l >= 1."""
    if not 1 <= layer <= len(setting.problem.layers):
        return False
    wanted = _rank_claim(setting.problem, "features", layer, "generic-full-rank")
    return shown[-1].says(wanted, None)


def _last_hidden_layer(setting: Setting, shown: list[Shown]) -> bool:
    return _generic_features(setting, len(setting.problem.layers) - 1, shown)


def _first_layer(setting: Setting, shown: list[Shown]) -> bool:
    return _generic_features(setting, 1, shown)


#: The conclusions by the ids of the statements.
CONCLUSIONS: dict[str, Conclusion] = {
    "NH17:Lem2.1": _backpropagation,
    "NH17:Lem3.3": _growth,
    "NH17:Lem4.1": _analytic_outputs,
    "NH17:Lem4.3": _augmented_somewhere,
    "NH17:Lem4.4": _of_rank_n("generic-full-rank"),
    "NH17:Cor4.5": _of_rank_n("dense"),
    "NH17:LinearRanks": _linear_ranks,
    "LDS18:Asm2": _special,
    "LDS18:Lem1": _special_dense,
    "LDS18:Lem3": _last_hidden_layer,
    "LDS18:Lem4": _vandermonde,
    "LDS18:Lem6": _is("coincidences-null"),
    "LDS18:Prop3": _is("determinant-null"),
    "LDS18:Prop4": _first_layer,
    "LDS18:Moments": _first_layer,
    "NH18:Asm3.1": _is_assumption("NH18:Asm3.1"),
    "NH18:Asm2.4": _is_assumption("NH18:Asm2.4"),
    "NH18:Asm3.2": _all_satisfy_3_2,
    "NH18:Lem2.5": _generic_weights,
    "NH18:LemD.1": _distinct_features,
    "NH18:Thm3.4": _independent_features,
    "NH18:Thm3.5": _almost_everywhere,
}
