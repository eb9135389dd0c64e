"""The conclusions of the statements about series and null sets (LDS18, section 10)."""

from __future__ import annotations

from .conclusions import Conclusion, rank_claim
from .setting import Claim, Setting, Shown


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
    return _of_layer({"kind": "special-dense", "order": 0})(setting, shown)


def _vandermonde(setting: Setting, shown: list[Shown]) -> bool:
    last = shown[-1].claim
    where = (last["kind"], last.get("layer"), last.get("order"))
    return where == ("vandermonde", 1, setting.problem.samples)


def _generic_features(setting: Setting, layer: int, shown: list[Shown]) -> bool:
    """Full rank of F_l for almost all parameters, l >= 1, in a network without biases.

    With biases it is another theorem: LDS18 leaves them out, and that matters here.
    """
    layers = setting.problem.layers
    if not 1 <= layer <= len(layers):
        return False
    if any(other.kind != "dense" or other.bias != "none" for other in layers):
        return False
    wanted = rank_claim(setting.problem, "features", layer, "generic-full-rank")
    return shown[-1].says(wanted, None)


def _last_hidden_layer(setting: Setting, shown: list[Shown]) -> bool:
    return _generic_features(setting, len(setting.problem.layers) - 1, shown)


def _first_layer(setting: Setting, shown: list[Shown]) -> bool:
    return _generic_features(setting, 1, shown)


#: The conclusions by the ids of the statements.
SERIES_CONCLUSIONS: dict[str, Conclusion] = {
    "LDS18:Asm2": _special,
    "LDS18:Lem1": _special_dense,
    "LDS18:Lem3": _last_hidden_layer,
    "LDS18:Lem4": _vandermonde,
    "LDS18:Lem6": _is("coincidences-null"),
    "LDS18:Prop3": _is("determinant-null"),
    "LDS18:Prop4": _first_layer,
    "LDS18:Moments": _first_layer,
}
