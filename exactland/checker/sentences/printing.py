"""What the fields of a template stand for: a claim's own, and what follows from them."""

from __future__ import annotations

from typing import Any

from .tables import CONDITIONS, PROPERTIES, THEOREMS
from .values import decimal, listed, matrix_name, numbers, written

Claim = dict[str, Any]
NUMBERS = ("point", "from", "alpha", "low", "high", "bound", "radius", "tolerance")
ARRAYS = ("directions", "direction", "inputs", "W", "b", "vector")
LISTS = ("ids", "names", "widths", "columns")


class Filled(dict[str, str]):
    """The texts of the fields of one claim, made when a template asks for them.

    ``where`` names the parameters that the claim is about; None for a claim about none.
    """

    def __init__(self, claim: Claim, where: str | None) -> None:
        super().__init__()
        self.claim, self.where = claim, where

    def __missing__(self, key: str) -> str:
        if key in ("parameters", "at", "at_below"):
            return self._place(key)
        derived = _DERIVED.get(key)
        if derived is not None:
            return str(derived(self.claim))
        value = self.claim[key]
        if key in NUMBERS:
            return decimal(value)
        if key in ARRAYS:
            return written(value)
        if key == "weights":
            return numbers(value)
        return listed(value) if key in LISTS else str(value)

    def _place(self, key: str) -> str:
        """The parameters; or the end of a sentence that may be about none, as one about F_0 is."""
        if key == "at_below" and self.claim["layer"] == 1:
            return ""
        if key != "parameters":
            return "" if self.where is None else f", at {self.where}"
        if self.where is None:
            raise ValueError("this claim is about parameters")
        return self.where


def _matrix(claim: Claim) -> str:
    return matrix_name(claim["matrix"]["what"], claim["matrix"].get("layer"))


def _from_one(indices: Any) -> str:
    """Samples counted from 1, as in the papers."""
    return listed(index + 1 for index in indices)


def _constants(claim: Claim, key: str, count: int) -> list[str]:
    """So many constants, as they are written."""
    if len(claim[key]) != count:
        raise ValueError(f"{key}: {count} constants are expected")
    return list(claim[key])


_DERIVED: dict[str, Any] = {
    "condition": lambda claim: CONDITIONS[claim["name"]].format(k=claim.get("layer", "k")),
    "below": lambda claim: claim["layer"] - 1,
    "sigma": lambda claim: f"sigma_{claim['layer']}",
    "matrix": _matrix,
    "sized": lambda claim: f"{_matrix(claim)} ({claim['rows']} x {claim['columns']})",
    "full": lambda claim: min(claim["rows"], claim["columns"]),
    "upto": lambda claim: claim["matrix"].get("layer"),
    "gamma": lambda claim: _from_one(claim["gamma"]),
    "samples_of_minor": lambda claim: _from_one(claim["rows"]),
    "rows_of_minor": lambda claim: listed(claim["rows"]),
    "before": lambda claim: claim["from"] - 1,
    "product": lambda claim: " ".join(f"W_{k}" for k in range(claim["from"], claim["layer"] + 1)),
    "sign": lambda claim: "-" if claim.get("mirrored") else "",
    "family": lambda claim: "[1, A(alpha)]" if claim.get("bounded") else "[A(alpha), 1]",
    "n": lambda claim: len(claim["gamma"]) - 1,
    "property": lambda claim: PROPERTIES[claim["property"]],
    "theorem": lambda claim: THEOREMS[claim["theorem"]],
    "rho_1": lambda claim: _constants(claim, "rho", 4)[0],
    "rho_2": lambda claim: _constants(claim, "rho", 4)[1],
    "rho_3": lambda claim: _constants(claim, "rho", 4)[2],
    "rho_4": lambda claim: _constants(claim, "rho", 4)[3],
    "path": lambda claim: " -> ".join(claim["path"]),
    "first": lambda claim: claim["path"][0],
}
